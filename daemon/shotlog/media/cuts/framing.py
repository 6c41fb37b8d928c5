"""Comparison of the pictures on both sides of a cut: the same framing of the same subject, or not.

The pictures are those of :class:`~shotlog.media.cuts.finder.CutMeasure`, 12 x 12 cells of luma and
4 x 4 of chroma: coarse enough that a subject may move within its framing.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

import cv2
import numpy as np

from shotlog.media.cuts.change import LUMA_GRID, Floats, FrameChanges
from shotlog.schema import Cut, Series, TimeRange

_FINE = 4
"""Parts of a cell in which the shift of the framing is searched."""

_MIN_LIKENESS = 0.8
_MAX_TINT = 8.0
"""Least correlation of the luma, and largest difference of the chroma in levels, of one framing:
between what labelled footage gives at cuts of finished films and within takes of a still camera
(``benchmarks/framing.py``)."""
_FLAT = 2.0
"""Standard deviation of the luma in levels up to which a picture shows no subject to compare."""


def keep_border_rows(series: Series, cuts: Iterable[Cut], span: TimeRange) -> Series:
    """Return the rows of the last picture before and the first one after every border of a shot.

    Args:
        series: Rows of :class:`~shotlog.media.cuts.finder.CutMeasure`.
        cuts: The cuts that were found among them.
        span: The range whose ends are borders as well, in media time.
    """
    moments = [span.start, span.end]
    moments += [edge for cut in cuts for edge in (cut.span.start, cut.at, cut.span.end)]
    after = np.searchsorted(series.last, [_first_tick(series, moment) for moment in moments])
    rows = np.unique(np.concatenate([after - 1, after]))
    rows = rows[(rows >= 0) & (rows < len(series))]
    return Series(series.tick, series.first[rows], series.last[rows], series.values[rows])


def picture_at_end(series: Series, span: TimeRange, *, last: bool) -> Floats | None:
    """Return the cells of the first or the last picture of a range; None without any.

    Args:
        series: Rows in which that picture is, such as :func:`keep_border_rows` returns.
        span: The range, in media time.
        last: True for the last picture.
    """
    low, high = np.searchsorted(
        series.last, [_first_tick(series, edge) for edge in (span.start, span.end)]
    )
    if low == high:
        return None
    cells: Floats = FrameChanges.of(series.values).cells[high - 1 if last else low]
    return cells


def has_same_framing(before: Floats, after: Floats) -> bool:
    """Return True where two pictures show the same subject from the same place.

    The framing may have shifted by a cell, a twelfth of the picture, as by hand, and the light may
    have changed: the luma is compared by its correlation, at the best shift.

    Args:
        before: (176,) cells of the last picture before a cut.
        after: (176,) cells of the first picture after it.
    """
    likeness, tint = compare_framing(before, after)
    return likeness >= _MIN_LIKENESS and tint <= _MAX_TINT


def compare_framing(before: Floats, after: Floats) -> tuple[float, float]:
    """Return the correlation of the luma, -1 to 1, and the difference of the chroma in levels.

    The correlation of a flat picture with any other is 0.

    Args:
        before: (176,) cells of a picture.
        after: (176,) cells of another one.
    """
    size = LUMA_GRID * _FINE
    whole, other = (
        cv2.resize(_luma(cells), (size, size), interpolation=cv2.INTER_CUBIC)
        for cells in (before, after)
    )
    tint = float(np.sqrt(np.square(before[LUMA_GRID**2 :] - after[LUMA_GRID**2 :]).mean()))
    if min(whole.std(), other.std()) <= _FLAT:
        return 0.0, tint
    # The middle of the one picture, searched in all of the other.
    middle = other[_FINE:-_FINE, _FINE:-_FINE]
    likeness = cv2.matchTemplate(whole, middle, cv2.TM_CCOEFF_NORMED).max()
    return float(likeness), tint


def _luma(cells: Floats) -> Floats:
    return np.asarray(cells[: LUMA_GRID**2].reshape(LUMA_GRID, LUMA_GRID), np.float32)


def _first_tick(series: Series, moment: Fraction) -> int:
    """Return the first tick that is not before a moment."""
    return -((-moment) // series.tick)
