"""Black bars round a picture: letterbox and pillarbox."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from shotlog.schema import Pixels

_BLACK = 20
"""Brightest mean of a line of a bar; legal-range black that was never expanded is 16."""

_FLAT = 5
"""Largest standard deviation along a line of a bar; bars are flat but for coding noise."""

_WIDEST = 0.4
"""Widest bar, of the side: a 9:16 picture in a 16:9 frame leaves 0.34 on either side."""


class Bars(NamedTuple):
    """How much of a picture is bar at the top and at the bottom, and at the left and the right.

    Bars stand on both sides alike: only what is black on both counts, so that a night sky is none.
    """

    vertical: float = 0.0
    horizontal: float = 0.0


def bars(picture: Pixels) -> Bars:
    """The black bars of a (h, w, 3) RGB picture, each as a share of its height or width."""
    gray = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    rows = _bar_lines(gray)
    inner = gray[rows : len(gray) - rows]
    return Bars(rows / gray.shape[0], _bar_lines(np.ascontiguousarray(inner.T)) / gray.shape[1])


def without_bars(picture: Pixels, found: Bars) -> Pixels:
    """The part of the picture inside its bars."""
    height, width = picture.shape[:2]
    y, x = round(found.vertical * height), round(found.horizontal * width)
    return picture[y : height - y, x : width - x]


def _bar_lines(gray: npt.NDArray[np.uint8]) -> int:
    dark = cv2.reduce(gray, 1, cv2.REDUCE_AVG, dtype=cv2.CV_32F)[:, 0] <= _BLACK
    dark[dark] = gray[dark].std(axis=1) <= _FLAT
    if dark.all():
        return 0
    lines = int(min(np.argmin(dark), np.argmin(dark[::-1])))
    return lines if lines <= _WIDEST * len(gray) else 0
