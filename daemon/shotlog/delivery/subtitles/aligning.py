"""Cues that have times, moved to the edges of what is heard."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from shotlog.delivery.subtitles.cues import Cue
from shotlog.schema import TimeRange

TOLERANCE: Final = Fraction(1, 2)
"""Longest way of an edge in seconds: a subtitle that is further off than this is out of sync by the
rules of TED and Amara ("Subtitles shouldn't start more than 0.5 seconds before or after the audio
begins"), and belongs to other words."""
HOLD: Final = Fraction(1, 8)
"""Seconds that a cue stays after its last word: 3 frames of 24 a second, within which Netflix wants
a subtitle to follow the sound (Timed Text Style Guide, "Timing to Audio")."""


def align(cues: Sequence[Cue], speech: Sequence[TimeRange], tolerance: Fraction) -> list[Cue]:
    """Return cues whose edges lie at the nearest edges of speech, where there is one near.

    A start moves to the nearest start of speech, so it is never later than the first word. An end
    moves to the nearest end of speech, and stays for :data:`HOLD`. No edge passes the middle of a
    cue, so cues stay in order, one at a time.

    Args:
        cues: In order of time, one at a time.
        speech: Ranges in which somebody speaks, in order.
        tolerance: Longest way of an edge, in seconds.
    """
    starts, ends = [item.start for item in speech], [item.end for item in speech]
    middles = [(cue.start + cue.end) / 2 for cue in cues]
    begins: list[Fraction] = []
    for cue, before, middle in zip(cues, [Fraction(0), *middles], middles, strict=False):
        start = _nearest(starts, cue.start, tolerance)
        begins.append(cue.start if start is None or not before <= start <= middle else start)
    moved: list[Cue] = []
    for cue, begin, middle, after in zip(cues, begins, middles, [*begins, None][1:], strict=True):
        end = _nearest(ends, cue.end, tolerance)
        held = cue.end if end is None or end < middle else end + HOLD
        moved.append(cue.between(begin, held if after is None else min(held, after)))
    return moved


def _nearest(edges: Sequence[Fraction], moment: Fraction, tolerance: Fraction) -> Fraction | None:
    """Return the edge that is nearest to a moment, of two the earlier; None without one near."""
    index = bisect_left(edges, moment)
    near = [
        edge for edge in edges[max(0, index - 1) : index + 1] if abs(edge - moment) <= tolerance
    ]
    return min(near, key=lambda edge: abs(edge - moment), default=None)
