"""Side of the picture to which the one face of a shot is turned."""

from __future__ import annotations

from statistics import median

from shotlog.analyzers.faces import read_samples
from shotlog.analyzers.size import count_faces, find_principals, reframe
from shotlog.schema import Facing, Series

LEAST_TURN = 0.14
"""Least turn of a face that counts as turned to a side; see
:func:`~shotlog.analyzers.faces.measure_turn`. From here on no labelled face got the other side
(``python -m benchmarks.facing``)."""


def find_facing(series: Series) -> Facing | None:
    """Return the side to which the one face of a shot is turned, by the median of its samples.

    Args:
        series: Rows of :class:`~shotlog.analyzers.faces.FaceMeasure` in the shot.

    Returns:
        The side; None where no face is seen, or several at once.
    """
    samples = reframe(read_samples(series))
    if count_faces(samples) != 1:
        return None
    turns = [face.turn for face in find_principals(samples) if face is not None]
    if not turns:
        return None
    turn = median(turns)
    if abs(turn) < LEAST_TURN:
        return Facing.CAMERA
    return Facing.LEFT if turn < 0 else Facing.RIGHT
