"""What waits to be sent, client by client: bounded, so that a slow reader costs nobody else.

ZeroMQ itself drops what a ROUTER cannot deliver without a word, so nothing is handed to it that it
does not take at once. States and answers are *reliable*: they wait, and where too many do, all are
dropped and the client is told that it lags; whatever it missed it can ask for again. Progress is
*lossy*: only the latest of each job waits.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from shotlog.service.protocol import (
    ErrorCode,
    JobInfo,
    Lagged,
    MessageTooLarge,
    ProgressEvent,
    Refused,
    Reply,
    UnsendableMessage,
    make_failure,
    pack,
)

MESSAGES = 256
"""Most messages that wait for one client."""

BYTES = 16 * 1024**2
"""Most bytes that wait for one client: two messages of the largest size."""


class OutgoingMessage(NamedTuple):
    """A reply or an event, and whom it is for."""

    client: bytes
    reply: Reply
    reply_to: str | None = None


class Gone(Exception):
    """The client is no longer connected."""


@dataclass
class _Waiting:
    frames: deque[list[bytes]] = field(default_factory=deque)
    size: int = 0
    progress: dict[str, ProgressEvent] = field(default_factory=dict)

    def push(self, frames: list[bytes]) -> None:
        self.frames.append(frames)
        self.size += sum(map(len, frames))

    def pop(self) -> None:
        self.size -= sum(map(len, self.frames.popleft()))


class Outbox:
    """Queues of letters.

    Args:
        send: Hands frames to a client without blocking: True where they were taken, False where
            there is no room; raises :class:`Gone`.
        messages: Most messages that wait for one client.
        size: Most bytes that wait for one client.
    """

    def __init__(
        self,
        send: Callable[[bytes, list[bytes]], bool],
        messages: int = MESSAGES,
        size: int = BYTES,
    ) -> None:
        self.dropped = 0
        """Progress events that were overtaken by a later one."""
        self._send, self._messages, self._size = send, messages, size
        self._waiting: dict[bytes, _Waiting] = {}

    def __bool__(self) -> bool:
        """Whether anything waits."""
        return bool(self._waiting)

    def put(self, letter: OutgoingMessage) -> bool:
        """Lets a letter wait for the next :meth:`flush`.

        Returns:
            False where too much waited for this client: all of it was dropped, and in its place
            it will read that it lags.
        """
        waiting = self._waiting.setdefault(letter.client, _Waiting())
        reply = letter.reply
        if isinstance(reply, ProgressEvent):
            self.dropped += reply.job in waiting.progress
            waiting.progress[reply.job] = reply
            return True
        if isinstance(reply, JobInfo):
            waiting.progress.pop(reply.job, None)  # it was before this state
        waiting.push(_frames(letter))
        if len(waiting.frames) <= self._messages and waiting.size <= self._size:
            return True
        self.dropped += len(waiting.progress)
        fresh = self._waiting[letter.client] = _Waiting()
        fresh.push(_frames(OutgoingMessage(letter.client, Lagged())))
        return False

    def drop(self, client: bytes) -> None:
        """Forgets whatever waits for a client."""
        self._waiting.pop(client, None)

    def flush(self) -> set[bytes]:
        """Hands over whatever is taken; gives the clients that are gone, whose letters are too."""
        gone = set()
        for client, waiting in list(self._waiting.items()):
            try:
                emptied = self._empty(client, waiting)
            except Gone:
                gone.add(client)
                emptied = True
            if emptied:
                del self._waiting[client]
        return gone

    def _empty(self, client: bytes, waiting: _Waiting) -> bool:
        while waiting.frames:
            if not self._send(client, waiting.frames[0]):
                return False
            waiting.pop()
        for job, event in list(waiting.progress.items()):
            if not self._send(client, _frames(OutgoingMessage(client, event))):
                return False
            del waiting.progress[job]
        return True


def _frames(letter: OutgoingMessage) -> list[bytes]:
    try:
        return pack(letter.reply, reply_to=letter.reply_to)[1]
    except UnsendableMessage as error:
        code = ErrorCode.TOO_LARGE if isinstance(error, MessageTooLarge) else ErrorCode.INTERNAL
        refused = Refused(failure=make_failure(code, str(error)))
        return pack(refused, reply_to=letter.reply_to)[1]
