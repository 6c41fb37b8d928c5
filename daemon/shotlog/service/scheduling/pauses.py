"""Reasons why jobs wait although the worker is free: a client's pause, a busy editing program."""

from __future__ import annotations

from shotlog.service.protocol import Priority

PAUSE_NOTE = "paused"
"""Key under which the journal keeps :attr:`PauseState.note`."""

_EVERYTHING, _BATCH = "everything", "batch"


class PauseState:
    """Pauses of all jobs and of batch jobs.

    Args:
        note: :attr:`note` of the last daemon; None: there is none.

    Attributes:
        paused: True if all jobs are paused by a client.
        batch_paused: True if batch jobs are paused by a client.
        busy_reason: Reason for batch jobs to wait besides, as text; None: there is none.
    """

    def __init__(self, note: str | None = None) -> None:
        paused = (note or "").split()
        self.paused, self.batch_paused = _EVERYTHING in paused, _BATCH in paused
        self.busy_reason: str | None = None

    @property
    def note(self) -> str:
        """Pauses by clients as text, kept across restarts; ``busy_reason`` is not part of it."""
        paused = {_EVERYTHING: self.paused, _BATCH: self.batch_paused}
        return " ".join(word for word, value in paused.items() if value)

    @property
    def batch_held_reason(self) -> str | None:
        """Reason why batch jobs wait, as text; None: they wait no more than other jobs."""
        return "batch jobs are paused" if self.batch_paused else self.busy_reason

    @property
    def held_priorities(self) -> frozenset[Priority]:
        """Priorities whose jobs wait while others may start."""
        return frozenset({Priority.BATCH} if self.batch_held_reason else ())
