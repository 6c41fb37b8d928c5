"""Tools of a run in the worker: progress, analyzers, result cache."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from shotlog.engine import AnalyzerSelection, Cache, RunProgress, StageProgress
from shotlog.paths import cache_file
from shotlog.schema import RemoteOptions
from shotlog.service.ipc import Event, Progressed
from shotlog.service.protocol import AnalysisOptions, CacheStats
from shotlog.settings import load_settings

PROGRESS_SECONDS = 0.1
"""Minimum interval between two progress events of a stage."""


class RunPreempted(BaseException):
    """The run ends before its jobs do, because the broker has requested it."""

    # Not an Exception: handlers of plugins' errors must not catch it.


class RunTools:
    """Tools of one run; see :class:`~shotlog.service.tasks.Tools`.

    Args:
        progress: Receives the progress.
        select: Selects the analyzers for options.

    Attributes:
        progress: As given.
        prepared: True once analyzers were selected.
    """

    def __init__(
        self, progress: RunProgress, select: Callable[[AnalysisOptions], AnalyzerSelection]
    ) -> None:
        self.progress = progress
        self.prepared = False
        self._select = select
        self._cache: Cache | None = None

    def voices(self, asks: AnalysisOptions) -> AnalyzerSelection:
        """Return the analyzers for these options."""
        if load_settings().settings.remote.offline:  # whatever the client's settings are
            remote = (asks.remote or RemoteOptions()).model_copy(update={"offline": True})
            asks = asks.model_copy(update={"remote": remote})
        with self.progress.stage("Preparing", 0, ""):
            selected = self._select(asks)
        self.prepared = True
        return selected

    @contextmanager
    def cache(self) -> Iterator[Cache]:
        """Open the user's result cache."""
        size = load_settings().settings.storage.cache_size
        with Cache(cache_file(), size) as self._cache:
            yield self._cache

    @property
    def cache_stats(self) -> CacheStats:
        """Seconds of film that were looked up in the cache in this run, and found there."""
        if self._cache is None:
            return CacheStats()
        return CacheStats(asked=self._cache.requested_seconds, held=self._cache.cached_seconds)


class ProgressReporter:
    """Sends the progress of a run to the broker, and ends a run that is to be preempted.

    Args:
        send: Sends an event to the broker.
        preempt_requested: Returns True if the run is to be preempted; called at every step.
    """

    def __init__(
        self, send: Callable[[Event], None], preempt_requested: Callable[[], bool]
    ) -> None:
        self._send, self._preempt_requested = send, preempt_requested

    @contextmanager
    def stage(
        self, name: str, total: float, unit: str, *, saved: bool = False
    ) -> Iterator[StageProgress]:
        """Report a stage at once, and its progress every tenth of a second.

        Raises:
            RunPreempted: The run is to be preempted; also raised at every step.
        """
        yield _Stage(self, name, total, unit, saved)

    def send(self, progressed: Progressed) -> None:
        """Send an event to the broker."""
        self._send(progressed)

    def raise_if_preempted(self) -> None:
        """Raise :class:`RunPreempted` if the run is to be preempted."""
        if self._preempt_requested():
            raise RunPreempted


class _Stage:
    def __init__(
        self, reporter: ProgressReporter, name: str, total: float, unit: str, saved: bool
    ) -> None:
        self._reporter, self._name, self._total, self._unit = reporter, name, total, unit
        self._saved = saved
        self._done = 0.0
        self._report()
        reporter.raise_if_preempted()

    def advance(self, amount: float) -> None:
        self._done += amount
        if time.monotonic() - self._sent_at >= PROGRESS_SECONDS:
            self._report()
        self._reporter.raise_if_preempted()

    def _report(self) -> None:
        self._sent_at = time.monotonic()
        self._reporter.send(
            Progressed(
                stage=self._name,
                done=self._done,
                total=self._total,
                unit=self._unit,
                saved=self._saved,
            )
        )
