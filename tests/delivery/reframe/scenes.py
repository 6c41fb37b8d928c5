"""Films with real faces at known places, as timelines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from skimage import data

from shotlog.schema import ClipRange, Edit, MediaReference, TimeMap, TimeRange
from shotlog.synthetic import write_video

Pixels = npt.NDArray[np.uint8]
Places = Callable[[int], Sequence[tuple[float, float]]]
"""Centres of the faces of a frame, in shares of the picture."""

RATE = Fraction(25)
SIZE = (640, 360)


@cache
def face(height: int) -> Pixels:
    """Return the head of the astronaut of scikit-image, of a height in pixels."""
    head: Pixels = data.astronaut()[0:220, 120:330]  # type: ignore[no-untyped-call]
    width = round(210 * height / 220)
    return np.asarray(cv2.resize(head, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


@cache
def wall() -> Pixels:
    """Return a background without faces: soft waves of grey."""
    ys, xs = np.mgrid[: SIZE[1], : SIZE[0]]
    waves = 110 + 25 * np.sin(xs / 40) + 20 * np.cos(ys / 33)
    return np.asarray(np.repeat(waves[..., None], 3, axis=2), np.uint8)


def write_faces(path: Path, places: Places, frames: int = 75, height: int = 130) -> Path:
    """Write a film of faces on a wall; they may reach over the edges.

    Args:
        path: The file.
        places: The centres of the faces in a frame.
        frames: Number of frames.
        height: Height of a face in pixels, of 360.
    """

    def frame(number: int) -> Pixels:
        picture = wall().copy()
        for x, y in places(number):
            _paste(picture, face(height), x, y)
        return picture

    write_video(path, (frame(n) for n in range(frames)), RATE)
    return path


def _paste(picture: Pixels, what: Pixels, x: float, y: float) -> None:
    height, width = what.shape[:2]
    left = round(x * picture.shape[1] - width / 2)
    top = round(y * picture.shape[0] - height / 2)
    columns = slice(max(0, left), min(picture.shape[1], left + width))
    rows = slice(max(0, top), min(picture.shape[0], top + height))
    picture[rows, columns] = what[
        rows.start - top : rows.stop - top, columns.start - left : columns.stop - left
    ]


def clip_of(
    path: Path, seconds: Fraction, *, number: int = 0, at: Fraction = Fraction(0),
    start: Fraction = Fraction(0), speed: Fraction = Fraction(1),
) -> ClipRange:  # fmt: skip
    """Return a clip of a film.

    Args:
        path: The film.
        seconds: Length on the timeline.
        number: Its number on the track.
        at: Its start on the timeline.
        start: The source moment shown first.
        speed: Source seconds per timeline second.
    """
    length = abs(seconds * speed)
    first = start if speed >= 0 else start - length
    return ClipRange(
        id=f"V1/{number}",
        name=path.stem,
        media=MediaReference(path=str(path), start=Fraction(0)),
        source=TimeRange(start=first, duration=length or 1 / RATE),
        timeline=TimeRange(start=at, duration=seconds),
        time_map=TimeMap(timeline_start=at, source_start=start, speed=speed),
    )


def edit_of(*clips: ClipRange) -> Edit:
    """Return a timeline of clips."""
    end = max(clip.timeline.end for clip in clips)
    return Edit(name="cut", rate=RATE, duration=end, clips=clips)
