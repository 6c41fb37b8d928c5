"""Measure of the faces and the black bars of a picture."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from shotlog.analyzers.faces.centerface import CenterFace, load_detector
from shotlog.analyzers.faces.face import Face, measure_turn
from shotlog.analyzers.pictures import Letterbox, crop_letterbox, detect_letterbox, shrink
from shotlog.schema import FrameNeed, Observer, Picture, PictureMeasure, Pixels, Row, Series

SAMPLE_RATE = Fraction(2)
"""Pictures per second."""

_FULL_EVERY = 2
"""Every second sample, counted from media time 0, is a full one; the samples between are cheap and
serve shots too short to hold a full one."""

_FULL_SIDES = (640, 384)
"""Longer side of the picture in full samples at even and at odd seconds.

The finer ones are for long shots. Of 48 faces of a tenth of the height 384 pixels find 44,
of 60 of 7 % they find 34, for a third of the time (``benchmarks/faces.py``)."""

MAX_FACES = 4
"""Largest number of faces kept of a picture."""

_LEAST_SCORE = 0.3
"""Least score of a face that is kept."""

_NEAR_SIDE, _NEAR_MARGIN = 160, 16
"""Longer side, in pixels, of the picture in the pass with a margin, and that margin.

Of 14 faces cropped to eyes and nose, this pass finds 14, one without a margin at 480 pixels 10
(``benchmarks/faces.py``). A margin of half the picture would find more of those cropped to the
eyes, 3 of 11 rather than 1, in more than twice the time."""

_GREY = (127, 127, 127)
"""Colour of the margin."""

_FILLING = 0.45
"""Height from which the pass with a margin measures a face better than the one without."""

_SURE, _CLOSE = 0.6, 0.2
"""Score and height of a face near enough to search for the others at a lower resolution."""

_BESIDE_SIDE = 320
"""Longer side of the picture in that search."""

_SAME_FACE = 0.5
"""Least shared part of the smaller of two boxes of one face."""

_HEAD = ("count", "bars_vertical", "bars_horizontal")
_FACE = Face._fields


class FaceSample(NamedTuple):
    """Faces and bars of one picture.

    Attributes:
        at: Moment, in ticks of the series.
        letterbox: Its black bars.
        faces: At most :data:`MAX_FACES` faces, the most prominent first.
    """

    at: int
    letterbox: Letterbox
    faces: tuple[Face, ...]


class FaceMeasure(PictureMeasure):
    """Faces twice a second, in pictures of 640 pixels; fully once a second.

    A full sample is finer at even seconds than at odd ones. The samples between find only faces
    near the camera: see :func:`select_deciding`.

    Of 63 faces of a twentieth of the picture's height (long shots) 640 pixels find 49, 480 find 17
    and 960 all; of 60 faces of 7 % they find 57, 52 and 59. A pass at 960 takes more than twice
    the time. ``benchmarks/faces.py`` measures this.

    A row holds the number of faces, the share of the height in bars (above and below alike) and of
    the width, then score, centre, width and height of each face, the vertical positions of its eyes
    and mouth, and its turn (see :class:`Face`); the rest is zero.
    """

    name = "picture.faces"
    epoch = 4
    need = FrameNeed(rate=SAMPLE_RATE, frames="reference", width=640, height=640, pixels="rgb")
    reach = Fraction(0)
    columns = (*_HEAD, *(f"{part}_{n}" for n in range(MAX_FACES) for part in _FACE))

    def observer(self) -> Observer:
        """Return an observer without state: every picture is a row."""
        return _FaceObserver()


class _FaceObserver:
    def see(self, picture: Picture) -> tuple[Row]:
        found = detect_letterbox(picture.pixels)
        faces = detect_faces(crop_letterbox(picture.pixels, found), _full_side(picture.at))
        values = [len(faces), found.vertical, found.horizontal]
        for face in faces:
            values.extend(face)
        values.extend([0.0] * (len(FaceMeasure.columns) - len(values)))
        return (Row(picture.at, picture.at, values),)


def _full_side(at: int) -> int | None:
    second, between = divmod(at, _FULL_EVERY)
    return None if between else _FULL_SIDES[second % len(_FULL_SIDES)]


def select_deciding(series: Series) -> npt.NDArray[np.bool_]:
    """Return (n,) bool: the full samples, or all where a shot is too short for one."""
    full = np.equal(series.first % _FULL_EVERY, 0)
    return full if full.any() else np.ones(len(full), dtype=np.bool_)


def read_samples(series: Series) -> list[FaceSample]:
    """Return the deciding rows of a :class:`FaceMeasure` as samples, in time order."""
    rows = select_deciding(series)
    return [
        FaceSample(int(at), Letterbox(float(row[1]), float(row[2])), tuple(_faces_of(row)))
        for at, row in zip(series.first[rows], series.values[rows], strict=True)
    ]


def _faces_of(row: npt.NDArray[np.float32]) -> Iterator[Face]:
    for n in range(int(row[0])):
        start = len(_HEAD) + n * len(_FACE)
        yield Face(*(float(v) for v in row[start : start + len(_FACE)]))


def detect_faces(picture: Pixels, side: int | None = _FULL_SIDES[0]) -> list[Face]:
    """Return the at most :data:`MAX_FACES` faces of a picture, the most prominent first.

    The detector runs twice: on a small picture with a margin, for faces that fill the picture or
    reach out of it; then for the others, at a lower resolution where a face is near the camera.

    Args:
        picture: (h, w, 3) RGB, without bars.
        side: Longer side of the picture, in pixels, in the second pass; None skips it.
    """
    detector = load_detector()
    near = run_detector(detector, shrink(picture, _NEAR_SIDE), margin=_NEAR_MARGIN)
    if side is None:
        return _most_prominent(near)
    # Long-shot faces matter only where no face is near.
    if any(face.score >= _SURE and face.h >= _CLOSE for face in near):
        side = _BESIDE_SIDE
    others = run_detector(detector, shrink(picture, side))
    filling = [face for face in near if face.h >= _FILLING]
    # Both passes find a large face; the one with the margin measures it better.
    others = [face for face in others if not any(_same(face, other) for other in filling)]
    return _most_prominent(filling + others)


def _most_prominent(faces: list[Face]) -> list[Face]:
    return sorted(faces, key=lambda face: -face.prominence)[:MAX_FACES]


def run_detector(detector: CenterFace, picture: Pixels, *, margin: int = 0) -> list[Face]:
    """Return the faces that one pass of the detector finds, best first.

    Args:
        detector: The detector.
        picture: (h, w, 3) RGB, without bars.
        margin: Pixels of grey added on all sides.
    """
    height, width = picture.shape[:2]
    framed = cv2.copyMakeBorder(
        picture, margin, margin, margin, margin, cv2.BORDER_CONSTANT, value=_GREY
    )
    found = detector.detect(np.asarray(framed, dtype=np.uint8), _LEAST_SCORE)
    return [
        Face(
            score=float(score),
            cx=float(left + w / 2 - margin) / width,
            cy=float(top + h / 2 - margin) / height,
            w=float(w) / width,
            h=float(h) / height,
            eyes_y=float(points[:2, 1].mean() - margin) / height,
            mouth_y=float(points[3:, 1].mean() - margin) / height,
            turn=measure_turn(points),
        )
        for score, (left, top, w, h), points in zip(*found, strict=True)
    ]


def _same(a: Face, b: Face) -> bool:
    w = min(a.cx + a.w / 2, b.cx + b.w / 2) - max(a.cx - a.w / 2, b.cx - b.w / 2)
    h = min(a.cy + a.h / 2, b.cy + b.h / 2) - max(a.cy - a.h / 2, b.cy - b.h / 2)
    return w > 0 and h > 0 and w * h >= _SAME_FACE * min(a.w * a.h, b.w * b.h)
