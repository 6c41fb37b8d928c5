"""Measure of possible subjects: faces five times a second, and the place that stands out."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from shotlog.analyzers import Letterbox, crop_letterbox, detect_letterbox, shrink
from shotlog.analyzers.faces import Face, load_detector, run_detector
from shotlog.delivery.reframe.evidence.saliency import find_salient
from shotlog.schema import FrameNeed, Observer, Picture, PictureMeasure, Pixels, Row, Series

RATE: Final = Fraction(5)
"""Pictures per second: a person who walks moves by a tenth of the picture between two."""
MOST_FACES: Final = 10
"""Largest number of faces that are kept of a picture, the largest of them."""

_SIDES: Final = (640, 384)
"""Longer side of the picture in one of five samples, and in the others. Of 60 faces of 7 % of the
height 640 pixels find 57 and 384 pixels 34 (``benchmarks/faces.py``), for 40 and 16 ms."""
_NEAR_SIDE, _NEAR_MARGIN = 160, 16
"""As for :class:`~shotlog.analyzers.faces.FaceMeasure`: faces that reach out of the picture."""
_FILLING: Final = 0.45
"""Height from which the pass with a margin measures a face better."""
_SAME: Final = 0.3
"""Least shared part of the smaller of two boxes of one face."""

_HEAD: Final = (
    "count", "salient_x", "salient_y", "salient_spread", "bars_vertical", "bars_horizontal",
)  # fmt: skip
_SHOWN: Final = 0.25
"""Quantile of the bars of a shot's pictures that counts: more may look like bars in the dark."""
_FACE: Final = ("score", "cx", "cy", "w", "h")


class SeenFace(NamedTuple):
    """A face, in shares of the width and height of the whole picture, bars included.

    Attributes:
        score: Score of the detector, 0 to 1.
        cx: Centre of the box; the box reaches over the edge where the face does.
        cy: See cx.
        w: Width of the box, from cheek to cheek.
        h: Height of the box, from the hairline to the chin.
    """

    score: float
    cx: float
    cy: float
    w: float
    h: float


class SeenFaces(NamedTuple):
    """Faces of one picture.

    Attributes:
        at: Its moment, in seconds of media time.
        faces: Its faces, the largest first.
    """

    at: float
    faces: tuple[SeenFace, ...]


class SubjectMeasure(PictureMeasure):
    """Faces and the most salient place, five times a second.

    A row holds the number of faces, the place that stands out with its spread (see
    :func:`find_salient`), the black bars, then score, centre, width and height of each face; the
    rest is zero.
    """

    name = "picture.subjects"
    epoch = 2
    need = FrameNeed(rate=RATE, frames="reference", width=640, height=640, pixels="rgb")
    reach = Fraction(0)
    columns = (*_HEAD, *(f"{part}_{n}" for n in range(MOST_FACES) for part in _FACE))

    def observer(self) -> Observer:
        """Return an observer without state: every picture is a row."""
        return _SubjectObserver()


class _SubjectObserver:
    def see(self, picture: Picture) -> tuple[Row]:
        bars = detect_letterbox(picture.pixels)
        inner = crop_letterbox(picture.pixels, bars)
        found = _detect(inner, _SIDES[min(1, picture.at % RATE.numerator)])
        faces = [_with_bars(face, bars) for face in found]
        x, y, spread = find_salient(inner)
        place = (_outer(x, bars.horizontal), _outer(y, bars.vertical), spread)
        values = [
            len(faces),
            *place,
            *_edges(bars, picture.pixels),
            *(number for face in faces for number in face),
        ]
        values += [0.0] * (len(SubjectMeasure.columns) - len(values))
        return (Row(picture.at, picture.at, values),)


def read_faces(series: Series) -> list[SeenFaces]:
    """Return the faces of the rows of a :class:`SubjectMeasure`, in time order."""
    return [
        SeenFaces(float(series.seconds(int(at))), tuple(_faces_of(row)))
        for at, row in zip(series.first, series.values, strict=True)
    ]


def read_bars(series: Series) -> Letterbox:
    """Return the black bars of a shot, by the rows of a :class:`SubjectMeasure`."""
    if not len(series):
        return Letterbox()
    columns = [SubjectMeasure.columns.index(f"bars_{side}") for side in Letterbox._fields]
    return Letterbox(*np.quantile(series.values[:, columns], _SHOWN, axis=0).tolist())


def _faces_of(row: npt.NDArray[np.float32]) -> Iterator[SeenFace]:
    for n in range(int(row[0])):
        start = len(_HEAD) + n * len(_FACE)
        yield SeenFace(*map(float, row[start : start + len(_FACE)]))


def _detect(picture: Pixels, side: int) -> list[Face]:
    """Return the faces of a picture without bars, the largest first."""
    detector = load_detector()
    near = run_detector(detector, shrink(picture, _NEAR_SIDE), margin=_NEAR_MARGIN)
    filling = [face for face in near if face.h >= _FILLING]
    others = run_detector(detector, shrink(picture, side))
    faces = filling + [f for f in others if not any(_same(f, other) for other in filling)]
    return sorted(faces, key=lambda face: -face.prominence)[:MOST_FACES]


def _edges(bars: Letterbox, picture: Pixels) -> tuple[float, float]:
    """Return bars with the line beside each: it is a mixture of bar and picture."""
    vertical, horizontal = (
        bar + 1 / side if bar else 0.0 for bar, side in zip(bars, picture.shape[:2], strict=True)
    )
    return vertical, horizontal


def _with_bars(face: Face, bars: Letterbox) -> SeenFace:
    """Return a face of the picture without bars in shares of the whole picture."""
    width, height = 1 - 2 * bars.horizontal, 1 - 2 * bars.vertical
    cx, cy = _outer(face.cx, bars.horizontal), _outer(face.cy, bars.vertical)
    return SeenFace(face.score, cx, cy, face.w * width, face.h * height)


def _outer(share: float, bar: float) -> float:
    return bar + share * (1 - 2 * bar)


def _same(a: Face, b: Face) -> bool:
    w = min(a.cx + a.w / 2, b.cx + b.w / 2) - max(a.cx - a.w / 2, b.cx - b.w / 2)
    h = min(a.cy + a.h / 2, b.cy + b.h / 2) - max(a.cy - a.h / 2, b.cy - b.h / 2)
    return w > 0 and h > 0 and w * h >= _SAME * min(a.w * a.h, b.w * b.h)
