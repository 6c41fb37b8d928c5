"""Films whose pictures show their own number, and edits of them by hand."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import numpy.typing as npt

from shotlog.engine import Cache, EngineOptions, analyze
from shotlog.media.cuts import BuiltinCuts, NoCuts
from shotlog.schema import (
    ClipRange,
    Edit,
    Family,
    Finding,
    ImageSequence,
    Log,
    LoggedShot,
    MediaReference,
    Provenance,
    Tier,
    TimeMap,
    TimeRange,
)

NTSC_24, NTSC_30 = Fraction(24000, 1001), Fraction(30000, 1001)
HOUR_DROP = Fraction(107892) / NTSC_30
"""01:00:00;00 at 29.97 drop-frame, in seconds."""
_BITS, _SIDE = 8, 16
_BUILTIN = Provenance(analyzer="builtin.move", version="1", tier=Tier.BUILTIN)


def picture(number: int) -> npt.NDArray[np.uint8]:
    """A picture that shows a number below 256 as a row of black and white squares."""
    bits = [number >> bit & 1 for bit in range(_BITS)]
    row = np.repeat(np.array(bits, np.uint8) * 200 + 20, _SIDE)
    return np.ascontiguousarray(np.broadcast_to(row[None, :, None], (2 * _SIDE, len(row), 3)))


def number_of(pixels: npt.NDArray[np.uint8]) -> int:
    """Return the number that a picture shows."""
    squares = pixels[pixels.shape[0] // 2, _SIDE // 2 :: _SIDE, 0]
    return sum(int(square > 120) << bit for bit, square in enumerate(squares))


def write_numbered(
    path: Path, rate: Fraction, frames: int, timecode: str | None = None,
    stamps: Callable[[int], int] = int,
) -> Path:  # fmt: skip
    """Write a film of numbered pictures; ``stamps`` are their times in frames."""
    with av.open(str(path), "w") as container:
        if timecode is not None:
            container.metadata["timecode"] = timecode
        stream = container.add_stream("libx264", rate=rate, options={"crf": "12", "bf": "2"})
        stream.height, stream.width = picture(0).shape[:2]
        stream.pix_fmt = "yuv420p"
        stream.codec_context.time_base = 1 / rate
        for number in range(frames):
            frame = av.VideoFrame.from_ndarray(picture(number), format="rgb24")
            frame.pts, frame.time_base = stamps(number), 1 / rate
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def write_sequence(folder: Path, first: int, count: int, rate: Fraction) -> MediaReference:
    """Write numbered picture files; the picture of file n shows n modulo 256."""
    folder.mkdir()
    for number in range(first, first + count):
        cv2.imwrite(str(folder / f"a.{number:04d}.png"), picture(number % 256))
    sequence = ImageSequence(pattern=str(folder / "a.%04d.png"), first=first, rate=rate)
    return MediaReference(path=str(folder / f"a.{first:04d}.png"), sequence=sequence)


def number_at(path: Path, moment: Fraction) -> int:
    """Return the number of the picture of a film that starts at a moment, by PyAV alone."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        half = 1 / Fraction(stream.average_rate or 25) / 2
        origin: Fraction | None = None
        for frame in container.decode(stream):
            at = (frame.pts or 0) * (frame.time_base or Fraction(0))
            origin = at if origin is None else origin
            if abs(at - origin - moment) < half:
                return number_of(np.asarray(frame.to_ndarray(format="rgb24"), np.uint8))
    raise ValueError(f"no picture of {path} starts at {moment}")


def clip_of(
    media: MediaReference | Path, time_map: TimeMap, shown: TimeRange, number: int = 0
) -> ClipRange:
    """Return a clip; its source clock is media time."""
    if isinstance(media, Path):
        media = MediaReference(path=str(media), start=Fraction(0))
    source = time_map.range_to_source(shown)
    return ClipRange(
        id=f"V1/{number}", name=f"clip {number}", media=media, source=source, timeline=shown,
        time_map=time_map,
    )  # fmt: skip


def piece_of(media: MediaReference | Path, rate: Fraction, first: int, frames: int) -> ClipRange:
    """Return a clip of some frames at normal speed, alone at the start of its timeline."""
    shown = TimeRange(start=Fraction(0), duration=frames / rate)
    return clip_of(media, TimeMap(timeline_start=shown.start, source_start=first / rate), shown)


def edit_of(*clips: ClipRange, rate: Fraction = NTSC_24, name: str = "Reel 1") -> Edit:
    end = max(clip.timeline.end for clip in clips)
    return Edit(name=name, rate=rate, duration=end, clips=clips)


def log_of(*clips: ClipRange, cuts: bool = False, rate: Fraction = NTSC_24) -> Log:
    """Return the log of an edit, by the engine; no analyzer says anything."""
    with Cache(None) as cache:
        return analyze(
            edit_of(*clips, rate=rate),
            [],
            cache,
            options=EngineOptions(cuts=BuiltinCuts() if cuts else NoCuts()),
        )


def with_shots(log: Log, change: Callable[[LoggedShot], LoggedShot]) -> Log:
    return log.model_copy(update={"shots": tuple(map(change, log.shots))})


def said(
    family: Family, label: str, timeline: TimeRange, source: TimeRange | None = None,
    scores: dict[str, float] | None = None,
) -> Finding:  # fmt: skip
    return Finding(
        family=family, label=label, scores=scores or {label: 0.9}, confidence=0.9, source=source,
        timeline=timeline, provenance=_BUILTIN,
    )  # fmt: skip
