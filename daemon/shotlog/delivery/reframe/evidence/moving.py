"""Measure of things that move otherwise than the camera: their place, five times a second."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from shotlog.analyzers import Letterbox, crop_letterbox, detect_letterbox
from shotlog.delivery.reframe.evidence.saliency import centre_of
from shotlog.delivery.reframe.evidence.subjects import RATE
from shotlog.schema import FrameNeed, Observer, Picture, PictureMeasure, Pixels, Row

Numbers = npt.NDArray[np.float64]

_SIDE: Final = 128
_BLUR: Final = 2.0
"""Standard deviation in pixels of the blur before pictures are compared: noise and edges that the
shift places badly by less than a pixel count little."""
_CORRELATED: Final = 1.0
"""The same before phase correlation, which lives on edges; ``benchmarks/camera_shift.py`` compares
it with others."""
_BORDER: Final = 0.06
"""Share of each side that is left out: it was not in the picture before."""


class MovingMeasure(PictureMeasure):
    """Place of what moves against the rest of the picture, between neighbouring samples.

    The second picture is shifted as the camera moved (phase correlation), then compared with the
    first, both without black bars, whose edges never move. Zooms and rolls leave differences all
    over, and so a wide spread.

    Columns:
        x: Horizontal centre of the largest differences, in shares of the picture.
        y: Vertical centre.
        spread: Their mean distance from the centre, in the same.
        strength: Mean of the largest differences, in grey levels.
    """

    name = "picture.moving"
    epoch = 2
    need = FrameNeed(rate=RATE, frames="reference", width=_SIDE, height=_SIDE, pixels="gray")
    reach = 1 / RATE
    columns = ("x", "y", "spread", "strength")

    def observer(self) -> Observer:
        """Return an observer that keeps the last picture."""
        return _MovingObserver()


class _MovingObserver:
    def __init__(self) -> None:
        self._last: Picture | None = None

    def see(self, picture: Picture) -> Iterator[Row]:
        last, self._last = self._last, picture
        # A gap in the grid, or the same frame again: nothing to compare.
        if last is None or picture.at != last.at + 1 or picture.shown == last.shown:
            return
        bars = _bars(last, picture)
        before, after = (crop_letterbox(each.pixels, bars) for each in (last, picture))
        # The one after which most of the picture is the same: the camera often stands still, and
        # phase correlation may follow what moves.
        shifts = ((0.0, 0.0), find_shift(before, after))
        inner = min((compare_shifted(before, after, *each) for each in shifts), key=np.median)
        centre = centre_of(inner)
        strongest = inner[inner >= np.quantile(inner, 0.9)]
        outer = (_BORDER + share * (1 - 2 * _BORDER) for share in centre[:2])
        place = [
            bar + share * (1 - 2 * bar)
            for share, bar in zip(outer, (bars.horizontal, bars.vertical), strict=True)
        ]
        yield Row(last.at, picture.at, [*place, centre[2], float(strongest.mean())])


def find_shift(
    before: Pixels, after: Pixels, deviation: float = _CORRELATED
) -> tuple[float, float]:
    """Return by how many pixels the picture has moved, right and down.

    Args:
        before: (h, w) grey levels.
        after: The same, later.
        deviation: Standard deviation of the blur before phase correlation, in pixels; 0 for none.
    """
    sides = (before.shape[1], before.shape[0])
    first, second = (_blur(each, deviation) for each in (before, after))
    (x, y), _ = cv2.phaseCorrelate(first, second, cv2.createHanningWindow(sides, cv2.CV_32F))
    return x, y


def compare_shifted(before: Pixels, after: Pixels, x: float, y: float) -> Numbers:
    """Return by how much two pictures differ once the second is shifted back, without borders."""
    height, width = before.shape
    first, second = (_blur(each, _BLUR) for each in (before, after))
    back = np.array([[1, 0, -x], [0, 1, -y]])
    moved = cv2.warpAffine(second, back, (width, height), borderMode=cv2.BORDER_REPLICATE)
    rows, columns = round(height * _BORDER), round(width * _BORDER)
    difference = np.asarray(np.abs(moved - first), np.float64)
    return difference[rows : height - rows, columns : width - columns]


def _blur(picture: Pixels, deviation: float) -> npt.NDArray[np.float32]:
    sharp = picture.astype(np.float32)
    if not deviation:
        return sharp
    return np.asarray(cv2.GaussianBlur(sharp, (0, 0), deviation), np.float32)


def _bars(*pictures: Picture) -> Letterbox:
    """Return the bars that all of some grey pictures have."""
    found = [
        detect_letterbox(np.asarray(cv2.cvtColor(each.pixels, cv2.COLOR_GRAY2RGB), np.uint8))
        for each in pictures
    ]
    return Letterbox(*map(min, zip(*found, strict=True)))
