"""Queue of state changes for the journal, written now or once the journal can be written again.

A full disk must neither end the daemon nor lose a result that took an hour. Changes that cannot be
written stay pending in their order; clients are told of a change once it is on the disk.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Mapping

from shotlog.schema import JournalUnusable
from shotlog.service.journal.journal import Journal
from shotlog.service.protocol import JobInfo

RETRY_SECONDS = 2.0
"""Seconds until a journal that could not be written is tried again."""

_PRUNE_INTERVAL = 3600.0
_PRUNE_AGE = 30 * 24 * 3600.0

_log = logging.getLogger(__name__)


class JournalWriter:
    """State changes on their way to the journal. For one thread.

    Args:
        journal: Journal to write.
        on_written: Called with every job whose new state is on the disk.
        clock: Monotonic clock, in seconds.
    """

    def __init__(
        self,
        journal: Journal,
        on_written: Callable[[JobInfo], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._journal, self._on_written, self._clock = journal, on_written, clock
        self._pending: dict[str, Callable[[], JobInfo]] = {}
        self._retry_at = -math.inf
        self._prune_at = clock()
        self._logged_problem: str | None = None

    def __contains__(self, job: str) -> bool:
        """Return True if a change of this job is pending: the journal has its former state."""
        return job in self._pending

    @property
    def blocked(self) -> bool:
        """True if the journal cannot be written, so that no job should be started."""
        return bool(self._pending) or self._journal.problem is not None

    def record(self, job: str, write: Callable[[], JobInfo]) -> None:
        """Write the state of a job; a pending change of the same job is replaced."""
        self.record_all({job: write})

    def record_all(self, writes: Mapping[str, Callable[[], JobInfo]]) -> None:
        """Write the states of several jobs in one transaction."""
        # One transaction, because each one waits for the disk (synchronous=FULL).
        for job, write in writes.items():
            self._pending.pop(job, None)  # so that the new entry goes to the end of the order
            self._pending[job] = write
        self._write_pending()

    def write_note(self, key: str, value: str) -> None:
        """Write a fact; it is lost if the journal cannot be written."""
        try:
            self._journal.write_note(key, value)
        except JournalUnusable as error:
            self.back_off(error)

    def back_off(self, error: JournalUnusable) -> None:
        """Leave the journal alone for a moment after a failed write."""
        if error.problem.message != self._logged_problem:
            _log.error("no new jobs are started: %s", error.problem.message)
        self._logged_problem = error.problem.message
        self._retry_at = self._clock() + RETRY_SECONDS

    def tick(self) -> None:
        """Retry a journal that failed, and prune it once an hour."""
        now = self._clock()
        if now < self._retry_at:
            return
        self._write_pending()
        if self._pending:
            return
        try:
            if self._journal.problem is not None:
                # Nothing is pending, so only a write of its own shows that the disk has room.
                self._journal.write_note("tried", "again")
                _log.info("the journal can be written again")
                self._logged_problem = None
            if now >= self._prune_at:
                self._prune_at = now + _PRUNE_INTERVAL
                self._journal.prune(_PRUNE_AGE)
        except JournalUnusable as error:
            self.back_off(error)

    def _write_pending(self) -> None:
        if not self._pending:
            return
        try:
            with self._journal.transaction():
                infos = [write() for write in self._pending.values()]
        except JournalUnusable as error:
            self.back_off(error)
            return
        # Cleared before the callbacks, which may record changes themselves.
        self._pending.clear()
        for info in infos:
            self._on_written(info)
