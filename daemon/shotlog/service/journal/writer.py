"""Writes into the journal how jobs stand: now, or as soon as the journal can be written again.

A full disk must neither end the daemon nor lose a result that took an hour. What cannot be written
is owed, in the order in which it was to be; whoever waits for it is told once it is on the disk.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping

from shotlog.schema import JournalUnusable
from shotlog.service.journal.journal import Journal
from shotlog.service.protocol import JobInfo

RETRY_SECONDS = 2.0
"""A journal that could not be written is tried again after so many seconds."""

_FORGET_EVERY = 3600.0
_FORGET_AFTER = 30 * 24 * 3600.0

_log = logging.getLogger(__name__)


class JournalWriter:
    """What the journal is to know. For one thread.

    Args:
        journal: Is written.
        written: Is called with every job whose new state is on the disk.
        clock: A monotonic clock, in seconds.
    """

    def __init__(
        self,
        journal: Journal,
        written: Callable[[JobInfo], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._journal, self._written, self._clock = journal, written, clock
        self._owed: dict[str, Callable[[], JobInfo]] = {}
        self._retry_at = -float("inf")
        self._forget_at = clock()
        self._said: str | None = None

    def __contains__(self, job: str) -> bool:
        """Whether something is owed about a job: the journal has it as it was before."""
        return job in self._owed

    @property
    def stuck(self) -> bool:
        """Whether the journal cannot be written: nothing new should be begun."""
        return bool(self._owed) or self._journal.problem is not None

    def record(self, job: str, write: Callable[[], JobInfo]) -> None:
        """Has the journal know how a job stands; what was owed about it is overtaken."""
        self.record_all({job: write})

    def record_all(self, writes: Mapping[str, Callable[[], JobInfo]]) -> None:
        """The same for several jobs, in one transaction: a disk may take its time for each."""
        for job, write in writes.items():
            self._owed.pop(job, None)
            self._owed[job] = write
        self._pay()

    def note(self, key: str, value: str) -> None:
        """Has the journal know a fact that may also get lost."""
        try:
            self._journal.note(key, value)
        except JournalUnusable as error:
            self.hold(error)

    def hold(self, error: JournalUnusable) -> None:
        """The journal could not be written: it is left alone for a moment."""
        if error.problem.message != self._said:
            _log.error("nothing new is begun: %s", error.problem.message)
        self._said = error.problem.message
        self._retry_at = self._clock() + RETRY_SECONDS

    def tick(self) -> None:
        """Tries a journal that failed; and now and then has it forget what is long over."""
        now = self._clock()
        if now < self._retry_at:
            return
        self._pay()
        if self._owed:
            return
        try:
            if self._journal.problem is not None:
                self._journal.note("tried", "again")
                _log.info("the journal can be written again")
                self._said = None
            if now >= self._forget_at:
                self._forget_at = now + _FORGET_EVERY
                self._journal.forget(_FORGET_AFTER)
        except JournalUnusable as error:
            self.hold(error)

    def _pay(self) -> None:
        if not self._owed:
            return
        try:
            with self._journal.at_once():
                infos = [write() for write in self._owed.values()]
        except JournalUnusable as error:
            self.hold(error)
            return
        self._owed.clear()
        for info in infos:
            self._written(info)
