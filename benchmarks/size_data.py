"""Labelled stills and clips of one shot, as rows of the face measure."""

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
from shotlog.media import FrameReader, probe
from shotlog.schema import Media, MediaReference, Picture, Pixels, Row, Series, TimeRange

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


def evidence(pixels: Pixels, pictures: int = 1) -> Series:
    """Return the rows of the measure for a still that is shown for a number of pictures."""
    need = FaceMeasure.need
    scale = min(1.0, need.width / pixels.shape[1], need.height / pixels.shape[0])
    fitted = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    observer = FaceMeasure().observer()
    picture = np.ascontiguousarray(fitted, dtype=np.uint8)
    (row,) = observer.see(Picture(0, Fraction(0), picture))
    rows = [row._replace(first=2 * at, last=2 * at) for at in range(pictures)]  # all full looks
    return FaceMeasure().series(TICK, rows)


def look_at(pixels: Pixels) -> FaceSample:
    """Return the row of the measure for a still."""
    return read_samples(evidence(pixels))[0]


def clips(data: Path) -> Iterator[tuple[str, Series]]:
    """Return every clip of ``labels.csv`` of task ``camera``, all of one shot, by its path."""
    with (footage(data) / "labels.csv").open(newline="") as file:
        paths = [row["file"] for row in csv.DictReader(file) if row["task"] == "camera"]
    for path in paths:
        yield path, _seen(probe(MediaReference(path=str(footage(data) / path))))


def _seen(media: Media) -> Series:
    observer = FaceMeasure().observer()
    everything = TimeRange(start=Fraction(0), duration=Fraction(3600))
    rows: list[Row] = []
    for frame in FrameReader(media, [everything], reference=True):
        for at in range(math.ceil(frame.start / TICK), math.ceil(frame.end / TICK)):
            picture = Picture(at, frame.start, frame.pixels(FaceMeasure.need))
            rows.extend(observer.see(picture))
    return FaceMeasure().series(TICK, rows)
