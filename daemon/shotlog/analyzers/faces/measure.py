"""The faces of a picture, and what of the picture is picture rather than black bar."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from shotlog.analyzers.faces.centerface import CenterFace, centerface
from shotlog.analyzers.faces.letterbox import Bars, bars, without_bars
from shotlog.schema import FrameNeed, Observer, Picture, PictureMeasure, Pixels, Row, Series

LOOKS_PER_SECOND = Fraction(2)

_FULL_EVERY = 2
"""Every second look, counted from media time 0, is a full one; those between cost little and are
there for shots too short to hold a full one."""

_FULL_SIDES = (640, 384)
"""Longer side of the picture in full looks at even and at odd seconds.

The finer ones are there for long shots. Of 48 faces of a tenth of the height 384 pixels find 44,
of 60 of 7 % they find 34, for a third of the time (``benchmarks/faces.py``).
"""

FACES = 4
"""How many faces of a picture are kept."""

_LEAST_SCORE = 0.3
"""Faces that score less are not kept."""

_NEAR_SIDE, _NEAR_MARGIN = 160, 16
"""Longer side, in pixels, of the picture that is looked at with a margin, and that margin.

Of 14 faces cut to eyes and nose, this look finds 14, a plain one at 480 pixels 10
(``benchmarks/faces.py``). A margin of half the picture would find more of those cut to the eyes, 3
of 11 rather than 1, in more than twice the time.
"""

_GREY = (127, 127, 127)

_FILLING = 0.45
"""From this height on, the look with a margin measures a face better than the plain one."""

_SURE, _CLOSE = 0.6, 0.2
"""Score and height of a face that is near enough to look for others less finely."""

_BESIDE_SIDE = 320
"""Longer side of the picture in which the others are looked for then."""

_SAME_FACE = 0.5
"""Two boxes are one face where they share this part of the smaller one."""

_HEAD = ("count", "bars_vertical", "bars_horizontal")
_FACE = ("score", "cx", "cy", "w", "h", "eyes_y", "mouth_y")


class Face(NamedTuple):
    """A face, in parts of the width and height of the picture without its bars.

    Attributes:
        score: The detector's, 0 to 1.
        cx: Centre of the box, which reaches over the edge where the face does.
        cy: See cx.
        w: Width of the box, from cheek to cheek.
        h: Height of the box, from the hairline to the chin.
        eyes_y: Height of the eyes, 0 at the top.
        mouth_y: Height of the corners of the mouth.
    """

    score: float
    cx: float
    cy: float
    w: float
    h: float
    eyes_y: float
    mouth_y: float

    @property
    def visible(self) -> float:
        """The share of the box that lies in the picture, 0 to 1."""
        return _overlap(self.cx, self.w) * _overlap(self.cy, self.h)

    @property
    def prominence(self) -> float:
        """How much the face stands out: its height, times its score, times what can be seen."""
        return self.h * self.score * self.visible


class Look(NamedTuple):
    """What one picture shows.

    Attributes:
        at: Its moment, in ticks of the series.
        bars: Its black bars.
        faces: At most :data:`FACES` faces, the most prominent first.
    """

    at: int
    bars: Bars
    faces: tuple[Face, ...]


class FaceMeasure(PictureMeasure):
    """Looks for faces twice a second, in pictures of 640 pixels; fully once a second.

    A full look is finer at even seconds than at odd ones. The looks between find only who is near
    the camera: see :func:`deciding`.

    Of 63 faces of a twentieth of the picture's height (long shots) 640 pixels find 49, 480 find 17
    and 960 all; of 60 faces of 7 % they find 57, 52 and 59. A look at 960 takes more than twice
    the time. ``benchmarks/faces.py`` measures this.

    A row holds the number of faces that were kept, the share of the height that is bar (above and
    below alike) and of the width, then score, centre, width and height of each face, and the
    heights of its eyes and mouth (see :class:`Face`); the rest is zero.
    """

    name = "picture.faces"
    epoch = 3
    need = FrameNeed(rate=LOOKS_PER_SECOND, frames="reference", width=640, height=640, pixels="rgb")
    reach = Fraction(0)
    columns = (*_HEAD, *(f"{part}_{n}" for n in range(FACES) for part in _FACE))

    def observer(self) -> Observer:
        """An observer that remembers nothing: every picture is a row."""
        return _FaceObserver()


class _FaceObserver:
    def see(self, picture: Picture) -> tuple[Row]:
        found = bars(picture.pixels)
        faces = faces_in(without_bars(picture.pixels, found), _full_side(picture.at))
        values = [len(faces), found.vertical, found.horizontal]
        for face in faces:
            values.extend(face)
        values.extend([0.0] * (len(FaceMeasure.columns) - len(values)))
        return (Row(picture.at, picture.at, values),)


def _full_side(at: int) -> int | None:
    second, between = divmod(at, _FULL_EVERY)
    return None if between else _FULL_SIDES[second % len(_FULL_SIDES)]


def deciding(series: Series) -> npt.NDArray[np.bool_]:
    """(n,) which rows speak for a shot: its full looks, or all where it is too short for one."""
    full = np.equal(series.first % _FULL_EVERY, 0)
    return full if full.any() else np.ones(len(full), dtype=np.bool_)


def looks(series: Series) -> list[Look]:
    """The :func:`deciding` rows of a :class:`FaceMeasure` as what they say, in time order."""
    rows = deciding(series)
    return [
        Look(int(at), Bars(float(row[1]), float(row[2])), tuple(_faces_of(row)))
        for at, row in zip(series.first[rows], series.values[rows], strict=True)
    ]


def _faces_of(row: npt.NDArray[np.float32]) -> Iterator[Face]:
    for n in range(int(row[0])):
        start = len(_HEAD) + n * len(_FACE)
        yield Face(*(float(v) for v in row[start : start + len(_FACE)]))


def faces_in(picture: Pixels, side: int | None = _FULL_SIDES[0]) -> list[Face]:
    """The faces of a picture without bars, the most prominent first, at most :data:`FACES`.

    The picture is looked at twice: small, with a margin round it, for faces that fill it or reach
    out of it; then for the others, less finely where somebody stands close to the camera.

    Args:
        picture: (h, w, 3) RGB, without bars.
        side: Longer side of the picture, in pixels, in which the others are looked for; None if
            they are not.
    """
    detector = centerface()
    near = find_faces(detector, fitted(picture, _NEAR_SIDE), margin=_NEAR_MARGIN)
    if side is None:
        return _most_prominent(near)
    if any(face.score >= _SURE and face.h >= _CLOSE for face in near):
        side = _BESIDE_SIDE
    others = find_faces(detector, fitted(picture, side))
    filling = [face for face in near if face.h >= _FILLING]
    others = [face for face in others if not any(_same(face, other) for other in filling)]
    return _most_prominent(filling + others)


def _most_prominent(faces: list[Face]) -> list[Face]:
    return sorted(faces, key=lambda face: -face.prominence)[:FACES]


def fitted(picture: Pixels, side: int) -> Pixels:
    """The picture with a longer side of so many pixels at the most."""
    height, width = picture.shape[:2]
    scale = min(1.0, side / max(height, width))
    size = max(2, round(width * scale)), max(2, round(height * scale))
    how = cv2.INTER_LINEAR if scale > 1 / 2 else cv2.INTER_AREA
    return np.asarray(cv2.resize(picture, size, interpolation=how), dtype=np.uint8)


def find_faces(detector: CenterFace, picture: Pixels, *, margin: int = 0) -> list[Face]:
    """The faces that one look at a picture finds, best first.

    Args:
        detector: The detector.
        picture: (h, w, 3) RGB, without bars.
        margin: Pixels of grey to look at it with all round.
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
        )
        for score, (left, top, w, h), points in zip(*found, strict=True)
    ]


def _same(a: Face, b: Face) -> bool:
    w = min(a.cx + a.w / 2, b.cx + b.w / 2) - max(a.cx - a.w / 2, b.cx - b.w / 2)
    h = min(a.cy + a.h / 2, b.cy + b.h / 2) - max(a.cy - a.h / 2, b.cy - b.h / 2)
    return w > 0 and h > 0 and w * h >= _SAME_FACE * min(a.w * a.h, b.w * b.h)


def _overlap(centre: float, length: float) -> float:
    return max(0.0, min(1.0, centre + length / 2) - max(0.0, centre - length / 2)) / length
