"""Frames of a shot that an image-text model sees."""

from __future__ import annotations

import math
from fractions import Fraction

from shotlog.schema import TimeRange

_LEAST, _MOST = 3, 16
"""Frames of a shot, as far as it has so many. Three tell a move or a change of light from a still
picture; sixteen are as many as a VideoMAE sees."""

_SPACING = Fraction(4)
"""Seconds from one frame to the next in shots between 12 s and 64 s."""


def sample_frames(shot: TimeRange, tick: Fraction) -> tuple[Fraction, ...]:
    """Return the moments of the frames that stand for a shot: the middles of equal parts of it.

    Three parts up to 12 s, one for every 4 s up to 64 s, sixteen beyond. The moments lie on the
    stream's ticks within the shot, and follow from the two arguments alone: neither the frame
    rate nor a neighbour decides them, so the vectors of a shot can be found again in the cache.

    Args:
        shot: Range without a cut, in media time; not empty.
        tick: Seconds of a tick of the stream; at a constant rate, of a frame.

    Returns:
        Rising moments, each once; fewer where the shot has fewer ticks.
    """
    parts = min(max(_LEAST, math.ceil(shot.duration / _SPACING)), _MOST)
    first, stop = math.ceil(shot.start / tick), math.ceil(shot.end / tick)
    if first == stop:  # no frame starts within the shot: an earlier one is still shown
        return (shot.start,)
    ticks = {first + (stop - first) * (2 * part + 1) // (2 * parts) for part in range(parts)}
    return tuple(number * tick for number in sorted(ticks))
