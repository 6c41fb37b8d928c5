"""Measure of things that move otherwise than the camera: their place, five times a second."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import cv2
import numpy as np

from shotlog.delivery.reframe.evidence.saliency import centre_of
from shotlog.delivery.reframe.evidence.subjects import RATE
from shotlog.schema import FrameNeed, Observer, Picture, PictureMeasure, Row

_SIDE: Final = 128
_BLUR: Final = 2.0
"""Standard deviation in pixels of the blur before pictures are compared: noise and edges that the
shift places badly by less than a pixel count little."""
_BORDER: Final = 0.06
"""Share of each side that is left out: it was not in the picture before."""


class MovingMeasure(PictureMeasure):
    """SubjectPlace of what moves against the rest of the picture, between neighbouring samples.

    The second picture is shifted as the camera moved (phase correlation), then compared with the
    first. Zooms and rolls leave differences all over, and so a wide spread.

    Columns:
        x: Horizontal centre of the largest differences, in shares of the picture.
        y: Vertical centre.
        spread: Their mean distance from the centre, in the same.
        strength: Mean of the largest differences, in grey levels.
    """

    name = "picture.moving"
    epoch = 1
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
        before, after = (
            cv2.GaussianBlur(each.pixels.astype(np.float32), (0, 0), _BLUR)
            for each in (last, picture)
        )
        height, width = before.shape
        window = cv2.createHanningWindow((width, height), cv2.CV_32F)
        (x, y), _ = cv2.phaseCorrelate(before, after, window)
        back = np.array([[1, 0, -x], [0, 1, -y]])
        moved = cv2.warpAffine(after, back, (width, height), borderMode=cv2.BORDER_REPLICATE)
        difference = np.abs(moved - before).astype(np.float64)
        rows, columns = round(height * _BORDER), round(width * _BORDER)
        inner = difference[rows : height - rows, columns : width - columns]
        centre = centre_of(inner)
        strongest = inner[inner >= np.quantile(inner, 0.9)]
        place = [_BORDER + share * (1 - 2 * _BORDER) for share in centre[:2]]
        yield Row(last.at, picture.at, [*place, centre[2], float(strongest.mean())])
