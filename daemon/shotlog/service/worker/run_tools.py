"""The tools that the worker gives to a run: progress, analyzers, the result cache."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from shotlog.engine import Bar, Cache, Progress, Voices
from shotlog.paths import cache_file
from shotlog.service.ipc import Event, Progressed
from shotlog.service.protocol import AnalysisOptions, CacheStats

PROGRESS_SECONDS = 0.1
"""Least time from one word of progress to the next within a stage."""


class RunPreempted(BaseException):
    """A run is to be left. No ``Exception``: it may not be taken for a plugin's failure."""


class RunTools:
    """The tools of one run; see :class:`~shotlog.service.tasks.Tools`.

    Args:
        progress: Takes the progress.
        voices: Gives the analyzers for options.

    Attributes:
        progress: As given.
        prepared: Whether analyzers were asked for and found.
    """

    def __init__(self, progress: Progress, voices: Callable[[AnalysisOptions], Voices]) -> None:
        self.progress = progress
        self.prepared = False
        self._find = voices
        self._cache: Cache | None = None

    def voices(self, asks: AnalysisOptions) -> Voices:
        """Return the analyzers for these options."""
        with self.progress.stage("Preparing", 0, ""):
            found = self._find(asks)
        self.prepared = True
        return found

    @contextmanager
    def cache(self) -> Iterator[Cache]:
        """Open the user's result cache."""
        with Cache(cache_file()) as self._cache:
            yield self._cache

    @property
    def film(self) -> CacheStats:
        """How much film the cache was asked about in this run."""
        if self._cache is None:
            return CacheStats()
        return CacheStats(asked=self._cache.asked, held=self._cache.held)


class ProgressReporter:
    """Tells the broker of progress, and leaves a run that is wanted back.

    Args:
        say: Tells the broker.
        wanted_back: Whether what runs is to be left; asked at every step.
    """

    def __init__(self, say: Callable[[Event], None], wanted_back: Callable[[], bool]) -> None:
        self._say, self._wanted_back = say, wanted_back

    @contextmanager
    def stage(self, name: str, total: float, unit: str, *, saved: bool = False) -> Iterator[Bar]:
        """Tell of a stage at once, and of its progress every tenth of a second.

        Raises:
            RunLeft: the run is wanted back; also at every step.
        """
        yield _Stage(self, name, total, unit, saved)

    def tell(self, progressed: Progressed) -> None:
        """Tell the broker."""
        self._say(progressed)

    def leave_if_wanted(self) -> None:
        """Raise :class:`RunPreempted` where the run is wanted back."""
        if self._wanted_back():
            raise RunPreempted


class _Stage:
    def __init__(
        self, reporter: ProgressReporter, name: str, total: float, unit: str, saved: bool
    ) -> None:
        self._reporter, self._name, self._total, self._unit = reporter, name, total, unit
        self._saved = saved
        self._done = 0.0
        self._tell()
        reporter.leave_if_wanted()

    def advance(self, amount: float) -> None:
        self._done += amount
        if time.monotonic() - self._told >= PROGRESS_SECONDS:
            self._tell()
        self._reporter.leave_if_wanted()

    def _tell(self) -> None:
        self._told = time.monotonic()
        self._reporter.tell(
            Progressed(
                stage=self._name,
                done=self._done,
                total=self._total,
                unit=self._unit,
                saved=self._saved,
            )
        )
