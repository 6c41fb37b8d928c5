"""Pictures before they are measured: without black bars, and smaller."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from shotlog.schema import Pixels

_BLACK = 20
"""Largest mean grey level of a line of a bar; unexpanded legal-range black is 16."""

_FLAT = 5
"""Largest standard deviation along a line of a bar; bars are flat except for coding noise."""

_WIDEST = 0.4
"""Widest bar, as a share of the side: a 9:16 picture in a 16:9 frame leaves 0.34 on either side."""


class Letterbox(NamedTuple):
    """Shares of the height (top and bottom alike) and the width (left and right alike) in bars."""

    vertical: float = 0.0
    horizontal: float = 0.0


def detect_letterbox(picture: Pixels) -> Letterbox:
    """Return the black bars of a (h, w, 3) RGB picture."""
    gray = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    rows = _bar_lines(gray)
    # Without the bars at top and bottom, which would darken every column.
    inner = gray[rows : len(gray) - rows]
    return Letterbox(
        rows / gray.shape[0], _bar_lines(np.ascontiguousarray(inner.T)) / gray.shape[1]
    )


def crop_letterbox(picture: Pixels, found: Letterbox) -> Pixels:
    """Return the part of the picture inside its bars."""
    height, width = picture.shape[:2]
    y, x = round(found.vertical * height), round(found.horizontal * width)
    return picture[y : height - y, x : width - x]


def remove_letterbox(picture: Pixels) -> Pixels:
    """Return the part of a (h, w, 3) RGB picture inside its bars."""
    return crop_letterbox(picture, detect_letterbox(picture))


def shrink(picture: Pixels, side: int) -> Pixels:
    """Return the picture reduced to a longer side of at most ``side`` pixels."""
    height, width = picture.shape[:2]
    scale = min(1.0, side / max(height, width))
    size = max(2, round(width * scale)), max(2, round(height * scale))
    # Below a half, linear interpolation skips pixels and aliases.
    how = cv2.INTER_LINEAR if scale > 1 / 2 else cv2.INTER_AREA
    return np.asarray(cv2.resize(picture, size, interpolation=how), dtype=np.uint8)


def _bar_lines(gray: npt.NDArray[np.uint8]) -> int:
    dark = cv2.reduce(gray, 1, cv2.REDUCE_AVG, dtype=cv2.CV_32F)[:, 0] <= _BLACK
    # The deviation is computed only where the mean is dark: it costs more.
    dark[dark] = gray[dark].std(axis=1) <= _FLAT
    # A black picture has no bars.
    if dark.all():
        return 0
    # The smaller of both sides, so that a night sky is no bar.
    lines = int(min(np.argmin(dark), np.argmin(dark[::-1])))
    return lines if lines <= _WIDEST * len(gray) else 0
