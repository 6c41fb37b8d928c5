"""Agreement of a transcript with the timeline and with the voices that are heard in it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Final

import numpy as np

from shotlog.analyzers.clock import Numbers
from shotlog.schema import TimeRange

_GRID: Final = Fraction(1, 10)
"""Seconds of a cell in which somebody speaks or not."""
_FARTHEST: Final = Fraction(60)
"""Seconds by which a transcript may be moved; a quarter of a short timeline at the most."""
_NEAREST: Final = Fraction(1, 2)
"""Seconds below which a difference counts as none: subtitles come early and stay on."""
_GAIN: Final = 0.2
_LEAST, _BY_CHANCE = 0.35, 3.0
"""Least gain of the correlation, and least correlation, where the voices are in n parts the latter
over the root of n. Set on the voices of three files with cues made of them: cues that are right
gain nothing (``benchmarks/late_subtitles.py``)."""


def contradiction(
    told: Sequence[TimeRange], heard: Sequence[TimeRange], duration: Fraction
) -> str | None:
    """Return a sentence on why a transcript cannot be used; None where it can.

    It lies outside of the timeline, or is early or late for the voices all along.

    Args:
        told: The words of the transcript, in timeline time and in order.
        heard: The ranges in which voices are heard, apart from each other.
        duration: Length of the timeline in seconds.
    """
    alone = "so voices alone decide where passages begin and end"
    if told and told[0].start >= duration:
        return (
            f"the transcript begins at {float(told[0].start):.0f} s, and the timeline has"
            f" {float(duration):.0f} s, {alone}; its times must count from the start of the"
            " timeline"
        )
    delay = find_delay(told, heard, duration)
    if delay is None:
        return None
    late = f"{float(abs(delay)):.1f} s {'late' if delay > 0 else 'early'}"
    return (
        f"the transcript is {late} for the voices that are heard, {alone}; move its times by"
        f" {float(-delay):+.1f} s"
    )


def find_delay(
    told: Sequence[TimeRange], heard: Sequence[TimeRange], duration: Fraction
) -> Fraction | None:
    """Return the seconds by which a transcript is late; None where it is not, or it is not known.

    It is early where they are negative. They are the move under which the cells of a tenth of a
    second in which it tells words correlate most with those in which voices are heard.

    Args:
        told: The words of the transcript, in timeline time.
        heard: The ranges in which voices are heard, apart from each other.
        duration: Length of the timeline in seconds.
    """
    farthest = int(min(_FARTHEST, duration / 4) / _GRID)
    words, voices = _cells(told, duration), _cells(heard, duration)
    scale = float(np.linalg.norm(words) * np.linalg.norm(voices))
    if not farthest or not scale:
        return None
    moves = np.arange(-farthest, farthest + 1)
    correlation = _correlate(words, voices)[moves] / scale
    best = int(correlation.argmax())
    least = max(_LEAST, _BY_CHANCE / math.sqrt(len(heard)))
    if correlation[best] < max(least, float(correlation[farthest]) + _GAIN):
        return None
    delay = int(moves[best]) * _GRID
    return delay if abs(delay) >= _NEAREST else None


def _cells(ranges: Sequence[TimeRange], duration: Fraction) -> Numbers:
    """Return 1 for every cell that a range touches, else 0, less their mean."""
    cells = np.zeros(math.ceil(duration / _GRID))
    for item in ranges:
        cells[max(int(item.start / _GRID), 0) : math.ceil(item.end / _GRID)] = 1
    return np.asarray(cells - cells.mean())


def _correlate(one: Numbers, other: Numbers) -> Numbers:
    """Return the sums of products for every move of one behind the other; -1 is the last."""
    length = 2 * len(one)
    spectrum = np.fft.rfft(one, length) * np.conj(np.fft.rfft(other, length))
    return np.asarray(np.fft.irfft(spectrum, length))
