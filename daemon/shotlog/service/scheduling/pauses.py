"""Why jobs wait although the worker is free: somebody wants it so, or an NLE is at work."""

from __future__ import annotations

from shotlog.service.protocol import Priority

NOTE = "paused"
"""Key under which the journal keeps :attr:`PauseState.note`."""

_EVERYTHING, _BATCH = "everything", "batch"


class PauseState:
    """What is held.

    Args:
        noted: What :attr:`note` was when the daemon last ran; None: nothing.

    Attributes:
        paused: Whether somebody wants no work to be done.
        batch: Whether somebody wants no batch job to be done.
        reason: Why batch jobs are to wait besides, in words; None: they need not.
    """

    def __init__(self, noted: str | None = None) -> None:
        wanted = (noted or "").split()
        self.paused, self.batch = _EVERYTHING in wanted, _BATCH in wanted
        self.reason: str | None = None

    @property
    def note(self) -> str:
        """What somebody wants, so that it outlives the daemon; a reason does not."""
        wanted = {_EVERYTHING: self.paused, _BATCH: self.batch}
        return " ".join(word for word, held in wanted.items() if held)

    @property
    def words(self) -> str | None:
        """Why batch jobs wait; None: they do not, or no more than any other."""
        return "somebody paused batch jobs" if self.batch else self.reason

    @property
    def priorities(self) -> frozenset[Priority]:
        """Which jobs wait while others may be begun."""
        return frozenset({Priority.BATCH} if self.words else ())
