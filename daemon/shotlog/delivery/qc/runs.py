"""Stretches of time, or of samples, in which something holds."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from shotlog.schema import TimeRange


class FrameRuns:
    """Stretches of frames in which something holds.

    Args:
        shortest: Seconds; shorter stretches do not count.
    """

    def __init__(self, shortest: Fraction) -> None:
        self._shortest = shortest
        self._start: Fraction | None = None
        self._end = Fraction(0)
        self._found: list[TimeRange] = []

    def add(self, start: Fraction, end: Fraction, *, holds: bool) -> None:
        """Add the next frame."""
        if holds and self._start is None:
            self._start = start
        elif not holds:
            self._close(start)
        self._end = end

    def finish(self) -> list[TimeRange]:
        """Return the stretches, in order of time."""
        self._close(self._end)
        return self._found

    def _close(self, end: Fraction) -> None:
        if self._start is not None and end - self._start >= self._shortest:
            self._found.append(TimeRange.between(self._start, end))
        self._start = None


class SampleRuns:
    """Stretches of samples in which something holds.

    Args:
        shortest: Samples; shorter stretches do not count.
    """

    def __init__(self, shortest: int) -> None:
        self._shortest = shortest
        self._start: int | None = None
        self._end: int | None = None

    def add(self, at: int, holds: npt.NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
        """Add samples, and yield the stretches that have ended.

        Args:
            at: Number of the first sample.
            holds: (n,) True where it holds.

        Yields:
            The first sample of a stretch, and the first after it.
        """
        if self._end is not None and at != self._end:
            yield from self.finish()
        padded = np.concatenate([[self._start is not None], holds])
        for edge in np.flatnonzero(padded[1:] != padded[:-1]):
            if holds[edge]:
                self._start = at + int(edge)
            else:
                yield from self._close(at + int(edge))
        self._end = at + len(holds)

    def finish(self) -> Iterator[tuple[int, int]]:
        """Yield the stretch that is open at the end, if there is one."""
        yield from self._close(self._end or 0)

    def _close(self, end: int) -> Iterator[tuple[int, int]]:
        if self._start is not None and end - self._start >= self._shortest:
            yield self._start, end
        self._start = None
