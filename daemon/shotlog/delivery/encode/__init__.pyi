from .encoders import (
    AAC,
    ENCODERS,
    PCM,
    DnxhrEncoder,
    Encoder,
    FilmToEncode,
    H264Encoder,
    HardwareEncoder,
    HevcEncoder,
    PreparedEncoder,
    ProresEncoder,
)
from .ffmpeg import FFMPEG_VARIABLE, OLDEST_FFMPEG, Ffmpeg, find_ffmpeg
from .loudness import HeardLoudness
from .mixdown import write_mixdown
from .options import AddedSound, Hdr, RenderOptions
from .plan import RenderPlan, plan_render
from .rendering import RenderedFile, render

__all__ = [
    "AAC",
    "ENCODERS",
    "FFMPEG_VARIABLE",
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
    "find_ffmpeg",
    "plan_render",
    "render",
    "write_mixdown",
]
