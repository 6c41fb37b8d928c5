"""Frame rates of a stream: those that its header claims, and the one that its timestamps have."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from av.video.stream import VideoStream

from shotlog.schema import exact_rate

DEFAULT_RATE = Fraction(25)
"""Frames per second of a stream that neither claims nor shows a rate."""

ROUNDING = Fraction(1, 1000)
"""Seconds by which timestamps of a constant rate may miss its grid: many containers count whole
milliseconds, and the rounding stays in the file when it is rewrapped."""

_FILLED = Fraction(9, 10)
"""Least share of the slots of a constant rate that hold a frame. With fewer, frames are left out
regularly, and the rate is variable."""


class ClaimedRates(NamedTuple):
    """Frame rates in the header of a stream.

    Attributes:
        rates: Candidates, most trusted first.
        interlaced: True where its pictures have two fields.
    """

    rates: Sequence[Fraction]
    interlaced: bool

    @property
    def first(self) -> Fraction:
        """The most trusted rate, or 25."""
        return self.rates[0] if self.rates else DEFAULT_RATE


def claimed_rates(stream: VideoStream) -> ClaimedRates:
    """Return the rates that the header of a stream claims, without nonsense above 1000."""
    rates = (stream.average_rate, stream.guessed_rate, stream.base_rate)
    # Where FFmpeg cannot guess a rate it may report that of the clock, such as 90000.
    exact = dict.fromkeys(exact_rate(Fraction(r)) for r in rates if r and 0 < r <= 1000)
    # AVFieldOrder: 0 unknown, 1 progressive, all others interlaced.
    return ClaimedRates(list(exact), stream.codec_context.field_order > 1)


def measure_rate(
    times: Sequence[int], base: Fraction, claims: ClaimedRates, complete: bool
) -> tuple[Fraction, bool]:
    """Return the frame rate of a stream, and true where it is variable.

    Args:
        times: Timestamps of the frames from the origin on, in ticks, rising.
        base: Seconds per tick.
        claims: The rates of the header, which are tried first.
        complete: True where these are the timestamps of all frames.
    """
    if len(times) < 2:
        return claims.first, False
    claimed = claims.rates
    deltas = sorted(b - a for a, b in pairwise(times))
    # The median, which pauses and dropped frames do not move as they do the mean.
    usual = exact_rate(1 / (deltas[len(deltas) // 2] * base))
    # The header first: within a second 30 and 30000/1001 fit alike, as they drift by 1 ms.
    for rate in dict.fromkeys([*claimed, usual]):
        if _fits(times, base, rate, complete):
            # Each field of field-coded pictures may travel in a packet of its own.
            halved = claims.interlaced and bool(claimed) and rate == 2 * claimed[0]
            return (claimed[0] if halved else rate), False
    # The mean over the head need not be that of the file; the header's rate is the better guess.
    if not complete and claimed:
        return claimed[0], True
    # A mean is no more exact than that, and its full denominator would go into all later times.
    return ((len(times) - 1) / (times[-1] * base)).limit_denominator(100_000), True


def _fits(times: Sequence[int], base: Fraction, rate: Fraction, complete: bool) -> bool:
    """Return true where the frames lie on the grid of a rate and fill it."""
    allowed = max(base, ROUNDING) * rate
    # In whole numbers: with a fraction for each frame, 11 minutes of film took 0.18 s.
    step, slot = (base * rate).as_integer_ratio()
    off = max(abs((2 * t * step + slot) % (2 * slot) - slot) for t in times)
    # Of an incomplete list the last time is the end of the file, far from all others.
    filled = times if complete else times[:-1]
    slots = round(filled[-1] * base * rate) + 1
    return len(filled) >= _FILLED * slots and Fraction(off, 2 * slot) <= allowed


def compute_frame_length(rate: Fraction, tick: Fraction, variable: bool) -> Fraction:
    """Return the seconds for which the last frame is shown: one frame of the (mean) rate.

    At a variable rate this is a whole number of ticks, as frames start on ticks.
    """
    return max(1, round(1 / rate / tick)) * tick if variable else 1 / rate
