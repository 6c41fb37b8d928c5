"""Films to measure the speed on: short ones by format, and the same film several times over."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path

import av
import cv2

from shotlog.demo import DEMO, RATE, Film, ScriptedSound, SoundKind
from shotlog.schema import CutKind, Pixels
from shotlog.synthetic import write_video

_SCENES = ("Morning", "Avenue", "Talk", "Closer")
_SCENE_FRAMES = 24
"""Length of a scene of a short film: half of the scenes have a face, and all but one a move."""

_TURNS = 4
"""Times that a short film is repeated, so that what is loaded once weighs little."""

_NUMBERED = "picture.%05d.png"


@dataclass(frozen=True)
class Format:
    """One kind of film.

    Attributes:
        name: Its part of the keys of figures.
        title: Its name for people.
        width: Width of the picture.
        height: Height of the picture.
        suffix: Suffix of the file; empty for a folder of numbered pictures.
        encoder: Name of FFmpeg's encoder.
        pix_fmt: Pixel format.
        options: Options of the encoder.
    """

    name: str
    title: str
    width: int
    height: int
    suffix: str
    encoder: str
    pix_fmt: str
    options: dict[str, str] = field(default_factory=dict)


FORMATS = (
    Format(
        "h264", "H.264 1080p", 1920, 1080, ".mp4", "libx264", "yuv420p",
        {"preset": "medium", "crf": "20"},
    ),
    Format(
        "hevc_uhd", "HEVC 10-bit UHD", 3840, 2160, ".mp4", "libx265", "yuv420p10le",
        # Cameras and exports use the SAO filter, which this preset leaves out.
        {"preset": "superfast", "crf": "22", "x265-params": "sao=1:log-level=none"},
    ),
    Format(
        "prores", "ProRes 422 1080p", 1920, 1080, ".mov", "prores_aw", "yuv422p10le",
        {"profile": "2"},
    ),
    Format(
        "dnxhr", "DNxHR HQ 1080p", 1920, 1080, ".mov", "dnxhd", "yuv422p",
        {"profile": "dnxhr_hq"},
    ),
    Format("images", "PNG sequence 1080p", 1920, 1080, "", "png", "rgb24"),
)  # fmt: skip


def lacks_encoder(kind: Format) -> bool:
    """Return true where this build of FFmpeg cannot encode a format."""
    try:
        av.Codec(kind.encoder, "w")
    except av.codec.codec.UnknownCodecError:
        return True
    return False


def render_full(path: Path) -> None:
    """Render the whole demo film at 1920 x 1080, as H.264 and AAC."""
    Film(width=1920, height=1080).render(path)


def render_short(kind: Format, folder: Path) -> Path:
    """Render a film of a few seconds, repeated, into a folder.

    Returns:
        The file, or for numbered pictures the folder that they are in.
    """
    scenes = {scene.name: scene for scene in DEMO.scenes}
    short = replace(
        DEMO,
        scenes=tuple(
            replace(scenes[name], frames=_SCENE_FRAMES, entry=CutKind.CUT, blend=0)
            for name in _SCENES
        ),
        sounds=(ScriptedSound(SoundKind.MUSIC, 0, _SCENE_FRAMES * len(_SCENES)),),
        highlights=(),
    )
    film = Film(short, kind.width, kind.height)
    if not kind.suffix:
        return _write_pictures(film.frames(), folder / kind.name)
    once, whole = folder / f"{kind.name}-once{kind.suffix}", folder / f"{kind.name}{kind.suffix}"
    write_video(
        once, film.frames(), RATE,
        sound=film.sound(), codec=kind.encoder, options=kind.options, pix_fmt=kind.pix_fmt,
    )  # fmt: skip
    repeat(once, _TURNS, whole)
    once.unlink()
    return whole


def _write_pictures(pictures: Iterator[Pixels], folder: Path) -> Path:
    """Write numbered PNG files; further turns are links to those of the first."""
    folder.mkdir()
    written = []
    for number, picture in enumerate(pictures):
        written.append(folder / (_NUMBERED % number))
        cv2.imwrite(str(written[-1]), picture[..., ::-1])
    numbers = count(len(written))
    for _ in range(_TURNS - 1):
        for path in written:
            os.link(path, folder / (_NUMBERED % next(numbers)))
    return folder


def name_for_ffmpeg(path: Path) -> str:
    """Return the name by which FFmpeg opens a film: for a folder the pattern of its pictures."""
    return str(path / _NUMBERED if path.is_dir() else path)


def repeat(path: Path, times: int, target: Path) -> None:
    """Write the same film several times over, its packets copied, with exact timestamps."""
    with av.open(str(path)) as source, av.open(str(target), "w") as out:
        video = source.streams.video[0]
        length = video.frames / (video.average_rate or 1)
        inputs = [s for s in source.streams if s.type in ("video", "audio")]
        outputs = {s.index: out.add_stream_from_template(s) for s in inputs}
        written = {s.index: float("-inf") for s in inputs}
        for turn in range(times):
            source.seek(0)
            for packet in source.demux(inputs):
                if packet.dts is None or packet.pts is None or packet.time_base is None:
                    continue
                shift = round(turn * length / packet.time_base)
                index, packet.pts, packet.dts = (
                    packet.stream.index,
                    packet.pts + shift,
                    packet.dts + shift,
                )
                if packet.dts <= written[index]:
                    continue  # sound that outlasts the picture, under the next turn's
                written[index] = packet.dts
                packet.stream = outputs[index]
                out.mux(packet)
