"""One call of a tool: what it may use, its progress, and its end."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from shotlog.mcp.access import Access


class CallCancelled(Exception):
    """The client has cancelled a call, or the server ends; nobody waits for an answer."""


@dataclass
class Progress:
    """The progress of a call, which only rises, as the protocol demands.

    A call passes through stages, each of which runs from 0 to 1; how many there will be is not
    known.

    Args:
        send: Sends the progress and its words to the client.
        cancelled: Returns True once the call was cancelled.
    """

    send: Callable[[float, str], None]
    cancelled: Callable[[], bool]
    _stage: str = ""
    _finished: int = 0
    _told: float = field(default=-1.0)

    def check(self) -> None:
        """Raise if the call was cancelled.

        Raises:
            CallCancelled: It was.
        """
        if self.cancelled():
            raise CallCancelled

    def tell(self, stage: str, done: float = 0.0, total: float = 0.0, unit: str = "") -> None:
        """Report how far a stage has come.

        Args:
            stage: Name of the stage, for people.
            done: The amount that is done.
            total: The whole amount; 0 if it is not known.
            unit: Unit of both.

        Raises:
            CallCancelled: The call was cancelled.
        """
        self.check()
        if stage != self._stage:
            self._finished += bool(self._stage)
            self._stage = stage
        now = self._finished + (min(1.0, done / total) if total > 0 else 0.0)
        if now > self._told:
            self._told = now
            amount = f": {done:,.0f} of {total:,.0f} {unit}".rstrip() if total > 0 else ""
            self.send(now, f"{stage}{amount}")


@dataclass(frozen=True)
class Call:
    """Means of a tool for one call.

    Attributes:
        access: The paths that it may read and write.
        context: Name of the daemon.
        progress: Receives the progress.
    """

    access: Access
    context: str
    progress: Progress


class Running:
    """The calls that are running, so that the end of the server can end them first."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._count = 0
        self.ended = threading.Event()

    def __enter__(self) -> None:
        with self._changed:
            self._count += 1

    def __exit__(self, *_: object) -> None:
        with self._changed:
            self._count -= 1
            self._changed.notify_all()

    def end(self, seconds: float) -> bool:
        """Cancel all calls and wait until they have ended, for a time; return True if they have."""
        self.ended.set()
        with self._changed:
            return self._changed.wait_for(lambda: not self._count, seconds)
