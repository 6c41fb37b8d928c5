"""Detection of the packets at which the timestamps of a stream start again or jump."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from shotlog.media.clocks.stamps import StreamStamps

_UNUSUAL = 100
"""Length of a jump ahead, in usual frame distances, at the least: in time-lapse recordings the
usual distance itself may be hours."""

_STEADY = 4
"""Number of packets before and after a break whose decoding times must rise. libavformat passes
presentation times as decoding times for joined Matroska files; B-frames make those fall more
often."""

# For streams without steady decoding times: the packets after a break that are compared (more than
# the 16 frames that decoders reorder), and the seconds by which all of them must precede the rest.
_COMPARED, _BACK = 20, Fraction(1, 2)


def find_jumps(stream: StreamStamps) -> list[int]:
    """Return the indices of the packets with which the timestamps start again.

    A single packet that lies before or after both of its neighbours is damage, not a new start.
    """
    numbers = [n for n, stamp in enumerate(stream.stamps) if stamp.dts is not None]
    times = [stream.stamps[n].dts or 0 for n in numbers]
    usual = usual_distance([times])
    ahead = max(stream.jump_ahead / stream.time_base, Fraction(_UNUSUAL * usual))
    back = _BACK / stream.time_base
    starts = [0]
    for i in range(1, len(times)):
        step = times[i] - times[i - 1]
        if step < 0 or step > ahead:
            before, after = times[max(starts[-1], i - _COMPARED) : i], times[i : i + _COMPARED]
            if (
                # Two packets on each side, so that one damaged stamp is not taken for a jump.
                min(after[:2]) - max(before[-2:]) > ahead
                or max(after) < max(before[:-1] or after) - back
                or _starts_again(before[-_STEADY:], after[:_STEADY])
            ):
                starts.append(_first_of_piece(stream, numbers, i, times[i - 1] + ahead))
    return [numbers[i] for i in starts[1:]]


def is_jump_ahead(stream: StreamStamps, number: int) -> bool:
    """Return true where the decoding time rises at a packet that :func:`find_jumps` returned."""
    before = next(s.dts for s in stream.stamps[number - 1 :: -1] if s.dts is not None)
    return (stream.stamps[number].dts or 0) > before


def usual_distance(pieces: Sequence[Sequence[int]]) -> int:
    """Return the median distance between neighbouring times, in ticks; 0 where there is none."""
    distances = sorted(b - a for piece in pieces for a, b in pairwise(sorted(set(piece))))
    return distances[len(distances) // 2] if distances else 0


def _first_of_piece(stream: StreamStamps, numbers: Sequence[int], i: int, beyond: Fraction) -> int:
    """Return the packet whose presentation time is the first beyond a limit.

    In joined Matroska files the decoding times of the first packets of a piece continue those of
    the piece before, so the jump appears in them a few packets late.
    """
    while i > 1 and (stream.stamps[numbers[i - 1]].pts or 0) > beyond:
        i -= 1
    return i


def _starts_again(before: Sequence[int], after: Sequence[int]) -> bool:
    """Return true where steadily rising times fall by a frame or more and then rise again."""
    if len(before) < _STEADY:
        return False
    rising = all(a < b for times in (before, after) for a, b in pairwise(times))
    return rising and after[0] <= before[-2:][0] and after[:2][-1] <= before[-1]
