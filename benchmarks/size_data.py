"""Labelled stills and clips of one shot, as rows of the measures of a size."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
from labels import footage

from shotlog.analyzers.faces import SAMPLE_RATE, FaceMeasure, FaceSample, read_samples
from shotlog.analyzers.whole_picture import WholePictureMeasure
from shotlog.media import FrameReader, probe
from shotlog.schema import (
    MediaReference,
    Picture,
    PictureMeasure,
    Pixels,
    Row,
    Series,
    TimeRange,
)

TICK = 1 / SAMPLE_RATE

SIZE_OF = {"ECU": "ECS", "CU": "CS", "MS": "MS", "FS": "FS", "LS": "LS"}


@dataclass(frozen=True)
class Still:
    """A labelled still.

    Attributes:
        path: The file, relative to the folder of videos.
        label: Its size.
        also: Sizes that are right as well.
        confidence: The labeller's, 0 to 1.
        source: The footage that it was taken from.
        face: True where a person's face is visible.
        pixels: (h, w, 3) RGB.
    """

    path: str
    label: str
    also: tuple[str, ...]
    confidence: float
    source: str
    face: bool
    pixels: Pixels


def stills(data: Path) -> Iterator[Still]:
    """Yield every row of ``labels.csv`` of task ``scale``, in the file's order.

    Raises:
        SystemExit: There is none, or its picture cannot be read.
    """
    table = footage(data) / "labels.csv"
    with table.open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["task"] == "scale"]
    if not rows:
        raise SystemExit(f"{table} has no rows of the task 'scale', which label the size of stills")
    for row in rows:
        pixels = cv2.imread(str(footage(data) / row["file"]), cv2.IMREAD_COLOR_RGB)
        if pixels is None:
            raise SystemExit(f"{row['file']} cannot be read")
        yield Still(
            path=row["file"],
            label=SIZE_OF[row["label"]],
            also=tuple(SIZE_OF[name] for name in row["alt"].split("|") if name),
            confidence=float(row["confidence"]),
            source=row["source_group"],
            face=row["kind"] == "person" and not row["faces"].startswith("0"),
            pixels=np.asarray(pixels, dtype=np.uint8),
        )


@dataclass(frozen=True)
class LabelledClip:
    """A clip of one shot with a size.

    Attributes:
        path: The file, relative to the folder of videos.
        label: Its size.
        also: Sizes that are right as well.
        source: The footage that it was taken from.
    """

    path: str
    label: str
    also: tuple[str, ...]
    source: str


def clip_sizes(data: Path) -> list[LabelledClip]:
    """Return the rows of ``sizes.csv``, which lies beside ``labels.csv``; none without the file."""
    folder = footage(data)
    if not (folder / "sizes.csv").is_file():
        return []
    with (folder / "labels.csv").open(newline="") as file:
        sources = {row["file"]: row["source_group"] for row in csv.DictReader(file)}
    with (folder / "sizes.csv").open(newline="") as file:
        return [
            LabelledClip(
                path=row["file"],
                label=row["size"],
                also=tuple(name for name in row["alt"].split("|") if name),
                source=sources.get(row["file"]) or row["file"],
            )
            for row in csv.DictReader(file)
        ]


Evidence = dict[str, Series]
"""Rows of the measures of a size, by the measures' names."""

MEASURES = (FaceMeasure(), WholePictureMeasure())


def evidence(pixels: Pixels, pictures: int = 1) -> Evidence:
    """Return the rows of the measures for a still that is shown for a number of pictures."""
    picture = Picture(0, Fraction(0), fit_into_need(pixels))
    found: Evidence = {}
    for measure in MEASURES:
        (row,) = measure.observer().see(picture)
        step = tick(measure) // TICK  # every picture is one that all measures look at
        moments = (at * 2 // step for at in range(pictures))
        rows = [row._replace(first=int(at), last=int(at)) for at in moments]
        found[measure.name] = measure.series(tick(measure), rows)
    return found


def fit_into_need(pixels: Pixels) -> Pixels:
    """Return a still in the size in which both measures see it."""
    need = FaceMeasure.need
    scale = min(1.0, need.width / pixels.shape[1], need.height / pixels.shape[0])
    fitted = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.ascontiguousarray(fitted, dtype=np.uint8)


def tick(measure: PictureMeasure) -> Fraction:
    """Return the seconds between two pictures of a measure with a rate."""
    if measure.need.rate is None:
        raise ValueError(f"{measure.name} looks at every frame")
    return 1 / measure.need.rate


def look_at(pixels: Pixels) -> FaceSample:
    """Return the row of the measure of faces for a still."""
    return read_samples(evidence(pixels)[FaceMeasure.name])[0]


def clips(data: Path) -> Iterator[tuple[str, Evidence]]:
    """Return every clip of ``labels.csv`` of task ``camera``, all of one shot, by its path."""
    with (footage(data) / "labels.csv").open(newline="") as file:
        paths = [row["file"] for row in csv.DictReader(file) if row["task"] == "camera"]
    for path in paths:
        yield path, look_through(footage(data) / path)


def look_through(path: Path) -> Evidence:
    """Return the rows of the measures for a whole film."""
    media = probe(MediaReference(path=str(path)))
    observers = [(measure, measure.observer()) for measure in MEASURES]
    everything = TimeRange(start=Fraction(0), duration=Fraction(3600))
    rows: dict[str, list[Row]] = {measure.name: [] for measure in MEASURES}
    for frame in FrameReader(media, [everything], reference=True):
        for measure, observer in observers:
            step = tick(measure)
            for at in range(math.ceil(frame.start / step), math.ceil(frame.end / step)):
                picture = Picture(at, frame.start, frame.pixels(measure.need))
                rows[measure.name].extend(observer.see(picture))
    return {m.name: m.series(tick(m), rows[m.name]) for m in MEASURES}
