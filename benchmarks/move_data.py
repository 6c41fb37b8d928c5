"""Clips with a labelled camera move, as rows of the motion measure."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from labels import footage

from shotlog.analyzers.motion import PICTURE_RATE, MotionMeasure
from shotlog.media import FrameReader, probe
from shotlog.schema import (
    ClipRange,
    Media,
    MediaReference,
    Picture,
    Row,
    Series,
    Shot,
    ShotView,
    TimeMap,
    TimeRange,
)

OUR_NAME = {"handheld": "shake", "tracking": "track"}

RENDERED = Media(path="rendered.mp4", content_id="0", container="mp4", video=None, audio=None)
"""Stands for the file of pictures that were rendered."""


@dataclass(frozen=True)
class Filmed:
    """A labelled clip.

    Attributes:
        file: Path relative to the folder of videos.
        label: The move; ``roll`` and ``arc`` have no side.
        also: Moves that are right as well.
        confidence: The labeller's, 0 to 1.
        source: The footage that it was taken from.
    """

    file: str
    label: str
    also: tuple[str, ...]
    confidence: float
    source: str


def filmed(data: Path) -> list[Filmed]:
    """Return every row of ``labels.csv`` of task ``camera``, in the file's order."""
    with (footage(data) / "labels.csv").open(newline="") as file:
        return [
            Filmed(
                file=row["file"],
                label=OUR_NAME.get(row["label"], row["label"]),
                also=tuple(OUR_NAME.get(name, name) for name in row["alt"].split("|") if name),
                confidence=float(row["confidence"]),
                source=row["source_group"],
            )
            for row in csv.DictReader(file)
            if row["task"] == "camera"
        ]


def pictures(media: Media, span: TimeRange) -> Iterator[Picture]:
    """Yield the pictures that the engine would give to the motion measure."""
    for frame in FrameReader(media, [span], reference=True, threads=1):
        for at in range(math.ceil(frame.start * PICTURE_RATE), math.ceil(frame.end * PICTURE_RATE)):
            yield Picture(at, frame.start, frame.pixels(MotionMeasure.need))


def view_of(path: Path) -> ShotView:
    """Return the whole file as one measured shot."""
    reference = MediaReference(path=str(path))
    media = probe(reference)
    if media.video is None or media.video.duration is None:
        raise SystemExit(f"{path} does not tell how long it is")
    span = TimeRange(start=Fraction(0), duration=media.video.duration)
    measure = MotionMeasure()
    observer = measure.observer()
    rows: list[Row] = []
    for picture in pictures(media, span):
        rows += observer.see(picture)
    return view(measure.series(1 / PICTURE_RATE, rows), media.video.duration, media)


def view(series: Series, seconds: Fraction, media: Media = RENDERED) -> ShotView:
    """Return rows of this many seconds of media as one shot."""
    span = TimeRange(start=Fraction(0), duration=seconds)
    shot = Shot(id="shot", clip="V1/0", source=span, core=span, timeline=span)
    clip = ClipRange(
        id="V1/0",
        name=Path(media.path).stem,
        media=MediaReference(path=media.path),
        source=span,
        timeline=span,
        time_map=TimeMap(timeline_start=Fraction(0), source_start=Fraction(0)),
    )
    return ShotView(shot=shot, clip=clip, media=media, series={MotionMeasure.name: series})
