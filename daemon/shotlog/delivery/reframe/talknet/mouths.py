"""Measure of mouths for TalkNet: a vector of each face, 25 times a second."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import Final, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from shotlog.analyzers import Letterbox, crop_letterbox, detect_letterbox, shrink
from shotlog.analyzers.faces import Face, load_detector, run_detector
from shotlog.delivery.reframe.talknet.checkpoint import TalkNet
from shotlog.delivery.reframe.talknet.shape import RATE, SIDE, SPAN, VECTOR
from shotlog.schema import FrameNeed, Observer, Picture, PictureMeasure, Pixels, Row, Series

Numbers = npt.NDArray[np.float64]

_MOST: Final = 4
"""Faces of a picture that are looked at, the largest."""
_SEARCHED: Final = 384
"""Longer side of the picture in which faces are looked for."""
_NEAR: Final = 0.6
"""Largest distance of one face in two pictures, in its own widths."""
_SHARE, _LOWER = 0.7, 0.2
"""Side of what TalkNet sees, and how far its middle lies below that of the face, in longer sides of
the face: ``crop_video`` of ``demoTalkNet.py`` cuts 1.4 of them, 0.2 lower, and
``evaluate_network`` takes the middle half of that."""
_GREY: Final = 110
"""Grey beyond the picture's edges, as there."""
_BOX: Final = ("cx", "cy", "w", "h")


class SeenMouths(NamedTuple):
    """Faces of a picture, in shares of the whole picture, and the vectors of their mouths.

    Attributes:
        boxes: (n, 4) centre, width and height.
        vectors: (n, 512).
    """

    boxes: Numbers
    vectors: npt.NDArray[np.float32]


class MouthMeasure(PictureMeasure):
    """Vectors of mouths, by the part of TalkNet that looks at pictures.

    A row belongs to the middle one of five pictures; it holds the number of faces, then the box of
    each and its vector. A picture with one face has none, as nobody is to be chosen there.
    """

    name = "picture.mouths"
    epoch = 1
    need = FrameNeed(rate=RATE, width=1280, height=1280, pixels="rgb")
    reach = (SPAN - 1) / RATE
    columns = (
        "count",
        *(f"{part}_{n}" for n in range(_MOST) for part in (*_BOX, *map(str, range(VECTOR)))),
    )

    def __init__(self, talknet: TalkNet) -> None:
        self._talknet = talknet

    @property
    def key(self) -> str:
        """Identity in the cache: the weights decide the numbers."""
        return f"{super().key}:{self._talknet.digest}"

    def observer(self) -> Observer:
        """Return an observer that keeps the last five pictures."""
        return _MouthObserver(self._talknet)


class _Seen(NamedTuple):
    at: int
    gray: Pixels
    bars: Letterbox
    faces: list[Face]


class _MouthObserver:
    def __init__(self, talknet: TalkNet) -> None:
        self._talknet = talknet
        self._last: deque[_Seen] = deque(maxlen=SPAN)

    def see(self, picture: Picture) -> Iterable[Row]:
        if self._last and picture.at != self._last[-1].at + 1:
            self._last.clear()
        self._last.append(_look(picture))
        middle = self._last[SPAN // 2] if len(self._last) == SPAN else None
        if middle is None:
            return ()
        values = [0.0]
        if len(middle.faces) > 1:
            for face in middle.faces:
                values += [*_outer(face, middle.bars), *self._talknet.see(self._cut(face))]
            values[0] = len(middle.faces)
        values += [0.0] * (len(MouthMeasure.columns) - len(values))
        return (Row(self._last[0].at, picture.at, values),)

    def _cut(self, face: Face) -> Pixels:
        """Return the mouth of a face in all five pictures, at one place: (5, 112, 112)."""
        near = [each for seen in self._last for each in seen.faces if _same(each, face)]
        # The median, as the detector's box trembles.
        cx, cy, w, h = np.median([(f.cx, f.cy, f.w, f.h) for f in near], axis=0)
        return np.stack([_mouth(seen.gray, cx, cy, w, h) for seen in self._last])


def _look(picture: Picture) -> _Seen:
    bars = detect_letterbox(picture.pixels)
    inner = crop_letterbox(picture.pixels, bars)
    found = run_detector(load_detector(), shrink(inner, _SEARCHED))
    faces = sorted(found, key=lambda face: -face.prominence)[:_MOST]
    gray = np.asarray(cv2.cvtColor(inner, cv2.COLOR_RGB2GRAY), np.uint8)
    return _Seen(picture.at, gray, bars, faces)


def _mouth(gray: Pixels, cx: float, cy: float, w: float, h: float) -> Pixels:
    height, width = gray.shape
    longer = max(w * width, h * height)
    scale = max(longer * _SHARE, 1) / SIDE
    left = cx * width - scale * SIDE / 2
    top = cy * height + _LOWER * longer - scale * SIDE / 2
    where = np.array([[scale, 0, left], [0, scale, top]], np.float64)
    cut = cv2.warpAffine(
        gray, where, (SIDE, SIDE), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_CONSTANT, borderValue=_GREY,
    )  # fmt: skip
    return np.asarray(cut, np.uint8)


def _outer(face: Face, bars: Letterbox) -> tuple[float, float, float, float]:
    """Return a box of the picture without bars in shares of the whole picture."""
    width, height = 1 - 2 * bars.horizontal, 1 - 2 * bars.vertical
    cx, cy = bars.horizontal + face.cx * width, bars.vertical + face.cy * height
    return cx, cy, face.w * width, face.h * height


def _same(a: Face, b: Face) -> bool:
    return bool(np.hypot((a.cx - b.cx) / a.w, (a.cy - b.cy) / a.h) <= _NEAR)


def read_mouths(series: Series) -> dict[int, SeenMouths]:
    """Return the faces of the rows of a :class:`MouthMeasure`, by number of the middle picture."""
    found = {}
    for first, row in zip(series.first.tolist(), series.values, strict=True):
        faces = row[1:].reshape(_MOST, -1)[: int(row[0])]
        boxes = faces[:, : len(_BOX)].astype(np.float64)
        vectors = np.ascontiguousarray(faces[:, len(_BOX) :], np.float32)
        found[first + SPAN // 2] = SeenMouths(boxes, vectors)
    return found
