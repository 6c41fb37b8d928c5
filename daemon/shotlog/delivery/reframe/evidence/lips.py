"""Measure of lips: how much the mouth of each face changes from picture to picture."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Final, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from shotlog.analyzers import crop_letterbox, detect_letterbox, shrink
from shotlog.analyzers.faces import Face, load_detector, run_detector
from shotlog.schema import FrameNeed, Observer, Picture, PictureMeasure, Pixels, Row, Series

RATE: Final = Fraction(25, 2)
"""Pictures per second: syllables follow at three to eight a second."""
_MOST: Final = 4
"""Faces of a picture whose lips are looked at, the largest."""
_SIDE: Final = 384
_PATCH: Final = (32, 20)
"""Width and height of a mouth in pixels, once it is brought to one size."""
_NEAR: Final = 0.6
"""Largest distance of one face in two pictures, in its own widths."""
_FACE: Final = ("cx", "cy", "w", "h", "mouth", "rest")


class SeenLips(NamedTuple):
    """Faces of a picture and how much they changed since the one before.

    Attributes:
        at: Its moment, in seconds of media time.
        faces: (n, 4) centre, width and height of each face in shares of the picture without bars.
        mouth: (n,) mean change of the mouth, in grey levels.
        rest: (n,) mean change of eyes and nose, which tells how much the whole head moved.
    """

    at: float
    faces: npt.NDArray[np.float64]
    mouth: npt.NDArray[np.float64]
    rest: npt.NDArray[np.float64]


class LipMeasure(PictureMeasure):
    """Changes of mouths, for finding out who speaks.

    Each mouth is cut out of its own picture by the landmarks found there, so that a head that moves
    as a whole changes little. A row holds the number of faces, then for each its box, the change of
    its mouth and of the rest of the face.
    """

    name = "picture.lips"
    epoch = 1
    need = FrameNeed(rate=RATE, width=640, height=640, pixels="rgb")
    reach = 1 / RATE
    columns = ("count", *(f"{part}_{n}" for n in range(_MOST) for part in _FACE))

    def observer(self) -> Observer:
        """Return an observer that keeps the faces of the last picture."""
        return _LipObserver()


class _Patches(NamedTuple):
    face: Face
    mouth: npt.NDArray[np.float32]
    rest: npt.NDArray[np.float32]


class _LipObserver:
    def __init__(self) -> None:
        self._last: tuple[Picture, list[_Patches]] | None = None

    def see(self, picture: Picture) -> Iterator[Row]:
        last = self._last
        if last is not None and last[0].shown == picture.shown:
            self._last = (picture, last[1])
            return
        now = _patches(crop_letterbox(picture.pixels, detect_letterbox(picture.pixels)))
        self._last = (picture, now)
        if last is None or picture.at != last[0].at + 1:
            return
        values: list[float] = []
        for patches in now:
            before = min(last[1], key=lambda each: _distance(each.face, patches.face), default=None)
            if before is not None and _distance(before.face, patches.face) <= _NEAR:
                face = patches.face
                changes = (_change(before.mouth, patches.mouth), _change(before.rest, patches.rest))
                values += [face.cx, face.cy, face.w, face.h, *changes]
        count = len(values) // len(_FACE)
        values += [0.0] * (_MOST * len(_FACE) - len(values))
        yield Row(last[0].at, picture.at, [count, *values])


def read_lips(series: Series) -> list[SeenLips]:
    """Return the rows of a :class:`LipMeasure`, in time order."""
    found = []
    for at, row in zip(series.last, series.values.astype(np.float64), strict=True):
        faces = row[1 : 1 + int(row[0]) * len(_FACE)].reshape(-1, len(_FACE))
        moment = float(series.seconds(int(at)))
        found.append(SeenLips(moment, faces[:, :4], faces[:, 4], faces[:, 5]))
    return found


def _patches(picture: Pixels) -> list[_Patches]:
    """Return mouth and rest of the largest faces of a picture without bars."""
    small = shrink(picture, _SIDE)
    found = sorted(run_detector(load_detector(), small), key=lambda face: -face.prominence)
    gray = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8)
    height = picture.shape[0]
    patches = []
    for face in found[:_MOST]:
        # From half an eye-mouth distance above the corners of the mouth to the chin.
        gap = max(face.mouth_y - face.eyes_y, 1 / height)
        mouth = _cut(gray, face.cx, face.mouth_y + 0.15 * gap, 0.6 * face.w, 1.0 * gap)
        rest = _cut(gray, face.cx, face.eyes_y + 0.1 * gap, 0.8 * face.w, 1.0 * gap)
        patches.append(_Patches(face, mouth, rest))
    return patches


def _cut(gray: Pixels, cx: float, cy: float, w: float, h: float) -> npt.NDArray[np.float32]:
    """Return a part of a picture in one size and of one mean and contrast."""
    height, width = gray.shape[:2]
    columns, rows = _PATCH
    scale_x, scale_y = w * width / columns, h * height / rows
    where = np.array(
        [[scale_x, 0, (cx - w / 2) * width], [0, scale_y, (cy - h / 2) * height]], np.float64
    )
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    patch = cv2.warpAffine(gray, where, _PATCH, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(cv2.GaussianBlur(patch.astype(np.float32), (0, 0), 1.0), np.float32)


def _change(before: npt.NDArray[np.float32], after: npt.NDArray[np.float32]) -> float:
    """Return the mean difference of two patches, apart from their brightness, in grey levels."""
    return float(np.mean(np.abs((after - after.mean()) - (before - before.mean()))))


def _distance(a: Face, b: Face) -> float:
    return float(np.hypot((a.cx - b.cx) / a.w, (a.cy - b.cy) / a.h))
