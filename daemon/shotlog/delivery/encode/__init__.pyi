from .encoders import (
    AAC,
    GROUP,
    PCM,
    DnxhrEncoder,
    Encoder,
    FilmToEncode,
    H264Encoder,
    HardwareEncoder,
    HevcEncoder,
    PreparedEncoder,
    ProresEncoder,
    choose_encoder,
    describe_encoders,
    load_encoders,
)
from .ffmpeg import FFMPEG_VARIABLE, OLDEST_FFMPEG, Ffmpeg, find_ffmpeg
from .loudness import HeardLoudness
from .mixdown import write_mixdown
from .options import AddedSound, Hdr, RenderOptions
from .plan import RenderPlan, plan_render
from .rendering import RenderedFile, render

__all__ = [
    "AAC",
    "FFMPEG_VARIABLE",
    "GROUP",
    "OLDEST_FFMPEG",
    "PCM",
    "AddedSound",
    "DnxhrEncoder",
    "Encoder",
    "Ffmpeg",
    "FilmToEncode",
    "H264Encoder",
    "HardwareEncoder",
    "Hdr",
    "HeardLoudness",
    "HevcEncoder",
    "PreparedEncoder",
    "ProresEncoder",
    "RenderOptions",
    "RenderPlan",
    "RenderedFile",
    "choose_encoder",
    "describe_encoders",
    "find_ffmpeg",
    "load_encoders",
    "plan_render",
    "render",
    "write_mixdown",
]
