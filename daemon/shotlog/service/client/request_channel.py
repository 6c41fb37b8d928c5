"""Requests and replies over one connection: matching, repetition, dispatch of events."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence

from shotlog.schema import DaemonIncompatible
from shotlog.service.client.connection import Connection, ConnectionLost
from shotlog.service.protocol import BadMessage, Goodbye, Lagged, Reply, unpack_reply

MAX_MISSED_PINGS = 3
"""Number of requests in a row without any message from the daemon after which the connection is
given up."""

_log = logging.getLogger(__name__)


class RequestChannel:
    """The connection in use, if any, and the requests that are sent over it.

    Args:
        on_event: Called with every event.
        ping_interval: Seconds without a message after which a request is sent again.

    Attributes:
        ping_interval: As given.
        connection: The open connection; None between two connections.
        subject: Name of the daemon in errors.
        boot: Boot id of the daemon of the session; None before the first ``welcome``.
        goodbye_boot: Boot id of the daemon that announced its end on request; else None.
        generation: Number that grows whenever events may have been lost.
    """

    def __init__(self, on_event: Callable[[Reply], None], ping_interval: float) -> None:
        self.ping_interval = ping_interval
        self.connection: Connection | None = None
        self.subject = "daemon"
        self.boot: str | None = None
        self.goodbye_boot: str | None = None
        self.generation = 0
        self._on_event = on_event

    def close(self) -> None:
        """Close the connection; do nothing where there is none."""
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def exchange(
        self, message: str, frames: Sequence[bytes], deadline: float, max_missed: int
    ) -> Reply | None:
        """Send a request until its reply comes; return None where the connection is lost.

        Args:
            message: Id of the request.
            frames: The packed request.
            deadline: Time on the monotonic clock after which it is not repeated.
            max_missed: Number of repetitions without any message from the daemon.
        """
        missed = 0
        while self.connection is not None and missed < max_missed:
            try:
                self.connection.send(frames)
                reply, heard = self._wait_for_reply(message)
            except ConnectionLost:
                return None
            if reply is not None or time.monotonic() > deadline:
                return reply
            # A daemon that sends other messages is alive, so its connection is not given up.
            missed = 0 if heard else missed + 1
        return None

    def receive_events(self, timeout: float) -> None:
        """Wait for events for at most ``timeout`` seconds, and dispatch all that have come.

        Raises:
            ConnectionLost: There is no connection, or it broke.
        """
        if self.connection is None:
            raise ConnectionLost("an earlier one was not replaced")
        while self.connection and (frames := self.connection.receive(timeout)):
            self._dispatch(frames)
            timeout = 0

    def drain(self) -> None:
        """Dispatch what has already arrived; a goodbye may be among it."""
        try:
            while self.connection and (frames := self.connection.receive(0)):
                self._dispatch(frames)
        except ConnectionLost:
            self.close()

    def _wait_for_reply(self, message: str) -> tuple[Reply | None, bool]:
        """Return the reply, or None after the ping interval; and True if any message came."""
        deadline, heard = time.monotonic() + self.ping_interval, False
        while self.connection is not None and (remaining := deadline - time.monotonic()) > 0:
            if frames := self.connection.receive(remaining):
                heard = True
                if (reply := self._dispatch(frames, message)) is not None:
                    return reply, True
        return None, heard

    def _dispatch(self, frames: Sequence[bytes], message: str | None = None) -> Reply | None:
        """Return the reply to a request; hand an event on."""
        try:
            header, reply = unpack_reply(frames)
        except BadMessage as error:
            if message is not None and error.request_id == message:
                raise DaemonIncompatible(self.subject, str(error)) from error
            # A newer daemon may send events that this version does not know.
            _log.debug("ignored an event that cannot be read: %s", error)
            return None
        if message is not None and header.reply_to == message:
            return reply
        if isinstance(reply, Goodbye):
            # A daemon that ends because it is idle may be started again by any client.
            self.goodbye_boot = None if reply.idle else self.boot
            self.close()
        elif isinstance(reply, Lagged):
            self.generation += 1
        else:
            self._on_event(reply)
        return None
