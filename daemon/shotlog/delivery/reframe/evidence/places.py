"""Places where a subject may be that is no face: what moves, else what stands out."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from shotlog.delivery.reframe.evidence.moving import MovingMeasure
from shotlog.delivery.reframe.evidence.subjects import SubjectMeasure
from shotlog.schema import Series

Numbers = npt.NDArray[np.float64]

_STRONG: Final = 6.0
"""Mean difference, in grey levels, from which something moves; noise gives 1 to 3."""
_ONE_MOVING: Final = 0.25
"""Largest spread of one thing that moves; the whole picture has 0.38. On labelled crops 0.22 loses
a skater's shoes (IoU 0.79); 0.25 and 0.27 give 0.81, the latter with more keys
(``benchmarks/reframe.py``)."""
_ONE_STANDING_OUT: Final = 0.22
"""Largest spread of one thing that stands out."""


class SubjectPlace(NamedTuple):
    """The place of a subject over time.

    Attributes:
        moments: (n,) seconds of media time, in order.
        centres: (n, 2) shares of the picture.
        reason: The evidence, for people: ``what moves``.
    """

    moments: Numbers
    centres: Numbers
    reason: str


def read_places(subjects: Series | None, moving: Series | None) -> SubjectPlace | None:
    """Return where something is that moves or stands out; None where nothing does.

    Args:
        subjects: Rows of :class:`SubjectMeasure`.
        moving: Rows of :class:`MovingMeasure`.
    """
    if moving is not None and (found := _moves(moving)):
        return found
    return _stands_out(subjects) if subjects is not None and len(subjects) else None


def _moves(series: Series) -> SubjectPlace | None:
    columns = MovingMeasure.columns
    spread, strength = (series.values[:, columns.index(name)] for name in ("spread", "strength"))
    one = (spread <= _ONE_MOVING) & (strength >= _STRONG)
    # Something that moves in few of the pictures is no subject: a hand, a leaf, a wrong shift.
    if one.sum() < max(2, len(series) / 2):
        return None
    middle = np.asarray((series.first + series.last) / 2 * float(series.tick), np.float64)
    return SubjectPlace(middle[one], series.values[one, :2].astype(np.float64), "what moves")


def _stands_out(series: Series) -> SubjectPlace | None:
    columns = SubjectMeasure.columns
    first = columns.index("salient_x")
    spread = series.values[:, columns.index("salient_spread")]
    one = spread <= _ONE_STANDING_OUT
    if one.sum() < max(1, len(series) / 2):
        return None
    moments = np.asarray(series.first * float(series.tick), np.float64)
    return SubjectPlace(
        moments[one], series.values[one, first : first + 2].astype(np.float64), "what stands out"
    )
