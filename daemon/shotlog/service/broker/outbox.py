"""Bounded queues of outgoing messages, one per client, so that a slow reader affects no other.

A ZeroMQ ROUTER silently drops what it cannot deliver, so only messages that it accepts at once are
handed to it. States and replies are *reliable*: they wait; if too many wait, all are dropped and
the client is told that it lags, and can request again what it missed. Progress is *lossy*: only the
latest event of each job waits.
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

MAX_MESSAGES = 256
"""Default of the maximum number of messages that wait for one client."""

MAX_BYTES = 16 * 1024**2
"""Default of the maximum bytes that wait for one client: two messages of maximum size."""


class OutgoingMessage(NamedTuple):
    """Reply or event for a client.

    Attributes:
        client: ZeroMQ identity of its connection.
        reply: The message.
        reply_to: Id of the request that it answers; None: it is an event.
    """

    client: bytes
    reply: Reply
    reply_to: str | None = None


class ClientGone(Exception):
    """The client is no longer connected."""


@dataclass
class _ClientQueue:
    """Messages that wait for one client.

    Attributes:
        frames: Packed reliable messages, in order.
        size: Their bytes.
        progress: Latest progress by job.
    """

    frames: deque[list[bytes]] = field(default_factory=deque)
    size: int = 0
    progress: dict[str, ProgressEvent] = field(default_factory=dict)

    def push(self, frames: list[bytes]) -> None:
        self.frames.append(frames)
        self.size += sum(map(len, frames))

    def pop(self) -> None:
        self.size -= sum(map(len, self.frames.popleft()))


class Outbox:
    """Queues of outgoing messages.

    Args:
        send: Hands frames to a client without blocking. Returns False if its socket is full;
            raises :class:`ClientGone`.
        max_messages: Maximum number of messages that wait for one client.
        max_bytes: Maximum bytes that wait for one client.

    Attributes:
        dropped: Progress events that were replaced by a later one or dropped.
    """

    def __init__(
        self,
        send: Callable[[bytes, list[bytes]], bool],
        max_messages: int = MAX_MESSAGES,
        max_bytes: int = MAX_BYTES,
    ) -> None:
        self.dropped = 0
        self._send, self._max_messages, self._max_bytes = send, max_messages, max_bytes
        self._queues: dict[bytes, _ClientQueue] = {}

    def __bool__(self) -> bool:
        """Return True if any message waits."""
        return bool(self._queues)

    def put(self, message: OutgoingMessage) -> bool:
        """Queue a message for the next :meth:`flush`.

        Returns:
            False if too much waited for this client: everything was dropped and replaced by the
            notice that it lags.
        """
        queue = self._queues.setdefault(message.client, _ClientQueue())
        reply = message.reply
        if isinstance(reply, ProgressEvent):
            self.dropped += reply.job in queue.progress
            queue.progress[reply.job] = reply
            return True
        if isinstance(reply, JobInfo):
            # Progress is sent after reliable messages, and must not follow a later state.
            queue.progress.pop(reply.job, None)
        queue.push(_pack(message))
        if len(queue.frames) <= self._max_messages and queue.size <= self._max_bytes:
            return True
        # Everything, because a gap in the order of states would mislead the client.
        self.dropped += len(queue.progress)
        fresh = self._queues[message.client] = _ClientQueue()
        fresh.push(_pack(OutgoingMessage(message.client, Lagged())))
        return False

    def drop(self, client: bytes) -> None:
        """Drop all messages that wait for a client."""
        self._queues.pop(client, None)

    def flush(self) -> set[bytes]:
        """Send what the sockets accept, and return the clients that are no longer connected.

        The messages of those clients are dropped.
        """
        gone = set()
        for client, queue in list(self._queues.items()):
            try:
                emptied = self._send_queue(client, queue)
            except ClientGone:
                gone.add(client)
                emptied = True
            if emptied:
                del self._queues[client]
        return gone

    def _send_queue(self, client: bytes, queue: _ClientQueue) -> bool:
        """Send the messages of a client; return True if none is left."""
        while queue.frames:
            if not self._send(client, queue.frames[0]):
                return False
            queue.pop()
        for job, event in list(queue.progress.items()):
            if not self._send(client, _pack(OutgoingMessage(client, event))):
                return False
            del queue.progress[job]
        return True


def _pack(message: OutgoingMessage) -> list[bytes]:
    """Return the frames of a message; one that cannot be sent becomes a refusal."""
    try:
        return pack(message.reply, reply_to=message.reply_to)[1]
    except UnsendableMessage as error:
        # The client waits for an answer to its request, so it must get one.
        code = ErrorCode.TOO_LARGE if isinstance(error, MessageTooLarge) else ErrorCode.INTERNAL
        refused = Refused(failure=make_failure(code, str(error)))
        return pack(refused, reply_to=message.reply_to)[1]
