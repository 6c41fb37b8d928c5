"""The faces of a picture, and what of the picture is picture rather than black bar."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from shotlog.analyzers._bars import Bars, bars, without_bars
from shotlog.analyzers._centerface import CenterFace, Detections, centerface
from shotlog.schema.evidence import (
    FrameNeed,
    Observer,
    Picture,
    PictureMeasure,
    Pixels,
    Row,
    Track,
)

FACES = 4
"""How many faces of a picture are kept."""

_LEAST_SCORE = 0.3
_NEAR_SIDE = 160
_NEAR_HEIGHT = 0.45
_GREY = (127, 127, 127)
_SAME_FACE = 0.5

_HEAD = ("faces", "bars_vertical", "bars_horizontal")
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


class Look(NamedTuple):
    """What one picture shows.

    Attributes:
        at: Its moment, in ticks of the track.
        bars: Its black bars.
        faces: At most :data:`FACES` faces, the most prominent first.
    """

    at: int
    bars: Bars
    faces: tuple[Face, ...]


class FaceMeasure(PictureMeasure):
    """Looks for faces twice a second.

    A row holds the number of faces that were kept, the share of the height that is bar (above and
    below alike) and of the width, then score, centre, width and height of each face, and the
    heights of its eyes and mouth (see :class:`Face`); the rest is zero.
    """

    name = "picture.faces"
    epoch = 1
    need = FrameNeed(rate=Fraction(2), width=640, height=640, pixels="rgb")
    reach = Fraction(0)
    columns = (*_HEAD, *(f"{part}_{n}" for n in range(FACES) for part in _FACE))

    def observer(self) -> Observer:
        """An observer that remembers nothing: every picture is a row."""
        return _FaceObserver()


class _FaceObserver:
    def see(self, picture: Picture) -> tuple[Row]:
        found = bars(picture.pixels)
        faces = faces_in(without_bars(picture.pixels, found))
        values = [len(faces), found.vertical, found.horizontal]
        for face in faces:
            values.extend(face)
        values.extend([0.0] * (len(FaceMeasure.columns) - len(values)))
        return (Row(picture.at, picture.at, values),)


def looks(track: Track) -> list[Look]:
    """The rows of a :class:`FaceMeasure` as what they say, in time order."""
    return [
        Look(int(at), Bars(float(row[1]), float(row[2])), tuple(_faces_of(row)))
        for at, row in zip(track.first, track.values, strict=True)
    ]


def _faces_of(row: npt.NDArray[np.float32]) -> Iterator[Face]:
    for n in range(int(row[0])):
        start = len(_HEAD) + n * len(_FACE)
        yield Face(*(float(v) for v in row[start : start + len(_FACE)]))


def faces_in(picture: Pixels) -> list[Face]:
    """The faces of a picture without bars, the most prominent first, at most :data:`FACES`.

    The picture is looked at twice: small, with a margin round it, for faces that fill it or reach
    out of it, and as it is for the others.
    """
    detector = centerface()
    near = [face for face in _near(detector, picture) if face.h >= _NEAR_HEIGHT]
    far = _scaled(detector.detect(picture, _LEAST_SCORE), picture.shape[:2])
    faces = near + [face for face in far if not any(_same(face, other) for other in near)]
    return sorted(faces, key=lambda face: -face.score * face.h * face.visible)[:FACES]


def _near(detector: CenterFace, picture: Pixels) -> list[Face]:
    height, width = picture.shape[:2]
    scale = min(1.0, _NEAR_SIDE / max(height, width))
    size = max(2, round(width * scale)), max(2, round(height * scale))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    x, y = size[0] // 2, size[1] // 2
    framed = cv2.copyMakeBorder(small, y, y, x, x, cv2.BORDER_CONSTANT, value=_GREY)
    found = detector.detect(np.asarray(framed, dtype=np.uint8), _LEAST_SCORE)
    corner = np.array([x, y], dtype=np.float32)
    found.boxes[:, :2] -= corner
    return _scaled(found._replace(landmarks=found.landmarks - corner), (size[1], size[0]))


def _scaled(found: Detections, shape: tuple[int, ...]) -> list[Face]:
    height, width = shape
    return [
        Face(
            score=float(score),
            cx=float(left + w / 2) / width,
            cy=float(top + h / 2) / height,
            w=float(w) / width,
            h=float(h) / height,
            eyes_y=float(points[:2, 1].mean()) / height,
            mouth_y=float(points[3:, 1].mean()) / height,
        )
        for score, (left, top, w, h), points in zip(*found, strict=True)
    ]


def _same(a: Face, b: Face) -> bool:
    """Whether two boxes share half of the smaller one."""
    w = min(a.cx + a.w / 2, b.cx + b.w / 2) - max(a.cx - a.w / 2, b.cx - b.w / 2)
    h = min(a.cy + a.h / 2, b.cy + b.h / 2) - max(a.cy - a.h / 2, b.cy - b.h / 2)
    return w > 0 and h > 0 and w * h >= _SAME_FACE * min(a.w * a.h, b.w * b.h)


def _overlap(centre: float, length: float) -> float:
    return max(0.0, min(1.0, centre + length / 2) - max(0.0, centre - length / 2)) / length
