"""Colour bars: the six coloured stripes that all common test signals have."""

from __future__ import annotations

from itertools import groupby

import numpy as np

from shotlog.schema import Pixels

_ORDER = (0b110, 0b011, 0b010, 0b101, 0b100, 0b001)
"""Yellow, cyan, green, magenta, red, blue, as bits of R, G, B: by falling luma. So they stand in
SMPTE EG 1 (the upper two thirds), in SMPTE RP 219 and ARIB STD-B28 (the upper 7/12, between grey),
and in the bars of ITU-R BT.471 and BT.1729, 75 % and 100 % ("EBU bars", the whole height). The
white before and the black after them are not in all."""

_ROWS = (0.2, 0.5)
"""Part of the height in which there is nothing but stripes in all these signals."""

_COLUMNS, _LINES = 160, 16
"""Pixels of that part that are looked at, across and down. A stripe of RP 219 has 17 of them."""

_OFF, _ON = 64, 150
"""Largest level of a channel that is off, and least of one that is on, which has 191 in bars of
75 %. The matrix of BT.601 in place of that of BT.709, or the reverse, shifts one by 40 at most."""

_FLAT = 8.0
"""Largest standard deviation down a column of a stripe, in levels: grain."""

_BLUR = 3
"""Columns between two stripes at most, in which both are mixed."""

_LEAST = 0.4
"""Least share of the width that is in stripes: the six fill 0.48 where RP 219 stands in 4:3."""

_UNEQUAL = 1.5
"""Largest ratio of the widths of two stripes."""


def measure_stripes(picture: Pixels) -> float:
    """Return the share of the width that the six stripes fill; 0 where they are not there.

    Args:
        picture: (h, w, 3) RGB.
    """
    height, width = picture.shape[:2]
    down = np.linspace(_ROWS[0] * height, _ROWS[1] * height, _LINES).astype(np.intp)
    across = np.linspace(0, width - 1, _COLUMNS).astype(np.intp)
    seen = picture[np.ix_(down, across)].astype(np.float32)
    colour = seen.mean(axis=0)
    on, off = colour >= _ON, colour <= _OFF
    pure = (on | off).all(axis=1) & (seen.std(axis=0).max(axis=1) <= _FLAT)
    if np.count_nonzero(pure) < _LEAST * _COLUMNS:
        return 0.0
    codes = np.where(pure, on @ np.array([4, 2, 1]), -1)
    runs = [(code, len(list(same))) for code, same in groupby(codes.tolist())]
    stripes = [run for run in runs if run[0] != -1 or run[1] > _BLUR]
    for start in range(len(stripes) - len(_ORDER) + 1):
        found = stripes[start : start + len(_ORDER)]
        widths = [width for _, width in found]
        if tuple(code for code, _ in found) == _ORDER and max(widths) <= _UNEQUAL * min(widths):
            return sum(widths) / _COLUMNS
    return 0.0
