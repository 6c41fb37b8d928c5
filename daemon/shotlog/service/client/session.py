"""A session with the daemon that survives lost connections and restarts of the daemon.

Requests without a reply are sent again under the same id, over a new connection if need be; the
daemon executes a repeated request once. Events are hints and may be lost with their connection:
:attr:`Session.generation` grows when that may have happened.
"""

from __future__ import annotations

import itertools
import logging
import sys
import time
from collections.abc import Callable, Sequence
from typing import TypeAlias

import zmq

from shotlog._version import __version__
from shotlog.schema import DaemonAbsent, DaemonError, DaemonFileUnusable, DaemonLost
from shotlog.service.client.attempts import ConnectAttempts
from shotlog.service.client.connection import Connection, ConnectionLost, HandshakeFailed
from shotlog.service.client.handshake import HandshakeResult, handshake_error
from shotlog.service.client.request_channel import MAX_MISSED_PINGS, RequestChannel
from shotlog.service.client.spawn import MAX_STARTUP_CRASHES, crash_loop_error
from shotlog.service.protocol import (
    MAX_MESSAGE_BYTES,
    Ack,
    ErrorCode,
    Hello,
    Refused,
    Reply,
    Request,
    Shutdown,
    Welcome,
    pack,
    to_exception,
)
from shotlog.service.runtime import ConnectionInfo

PING_SECONDS = 2.0
"""Time without a message after which a request is sent again."""

RECONNECT_SECONDS = 60.0
"""Time in which a daemon that went away may come back."""

FIRST_CONNECT_SECONDS = 10.0
"""Time in which a daemon must answer for the first time."""

_RETRY_SECONDS = (0.1, 0.2, 0.5, 1.0)
"""Pauses between attempts to connect; the last one repeats."""

_FINAL_RESULTS = (HandshakeResult.UNKNOWN_CLIENT, HandshakeResult.WRONG_PEER)
"""Results of a handshake that another attempt would not change."""

_STOPPED_HINT = "Your jobs are kept and are resumed when you start it: shotlog daemon start."

_log = logging.getLogger(__name__)


Connect: TypeAlias = Callable[
    [zmq.Context[zmq.Socket[bytes]], Callable[[], bool], float], Connection
]
"""Opens a connection to the daemon.

Arguments: the context of its sockets, a function that returns True while a daemon may be started,
and the seconds that remain. Raises ``HandshakeFailed``, after which it is called again, or
``DaemonError``.
"""


class Session:
    """Requests and their replies, by one thread at a time.

    Args:
        connect: Opens a connection; called for each one.
        on_event: Called with every event.
        client: Name of the program, for the daemon's log.
        ping_interval: See :data:`PING_SECONDS`.
        reconnect_timeout: See :data:`RECONNECT_SECONDS`.
        read_log_tail: Returns the end of the daemon's log, for errors.
        was_stopped: Takes a daemon's boot id; returns True where a user has stopped that daemon for
            good.

    Attributes:
        watching: True while a job is watched, also between requests. If a user stops the daemon
            then, that is an error and no daemon is started in its place.
        welcome: The daemon's answer to the latest ``hello``.
        reconnects: Number of connections that replaced a lost one.

    Raises:
        DaemonError: No daemon was found, or none that can be talked to.
    """

    def __init__(
        self,
        connect: Connect,
        on_event: Callable[[Reply], None],
        *,
        client: str,
        ping_interval: float = PING_SECONDS,
        reconnect_timeout: float = RECONNECT_SECONDS,
        read_log_tail: Callable[[], Sequence[str]] = tuple,
        was_stopped: Callable[[str], bool] = lambda boot: False,
    ) -> None:
        self.watching, self.reconnects = False, 0
        self._connect, self._client = connect, client
        self._reconnect_timeout = reconnect_timeout
        self._read_log_tail, self._was_stopped = read_log_tail, was_stopped
        # True once the caller was told that a user stopped the daemon; until another one answers.
        self._stopped = False
        self._connection: ConnectionInfo | None = None
        self._channel = RequestChannel(on_event, ping_interval)
        self._context = zmq.Context[zmq.Socket[bytes]]()
        try:
            self.welcome = self._connect_with_retries(first=True)
        except BaseException:
            self.close()
            raise
        self._channel.boot = self.welcome.boot

    def close(self) -> None:
        """Close the session at once; may be called again."""
        self._channel.close()
        self._context.term()

    @property
    def subject(self) -> str:
        """Name of the daemon in errors."""
        return self._channel.subject

    @property
    def ping_interval(self) -> float:
        """Seconds without a message after which a request is sent again."""
        return self._channel.ping_interval

    @property
    def generation(self) -> int:
        """Number that grows whenever events may have been lost."""
        return self._channel.generation

    def request(self, request: Request) -> Reply:
        """Send a request until it is answered, and return the reply.

        A daemon that ended between two requests of a client that watches nothing is replaced like
        one that never ran. If a user stops it during a request or a watch, ``DaemonLost`` is
        raised; from then on this session starts no daemon, but uses one that a user starts.

        Returns:
            The reply, which may be :class:`Refused`.

        Raises:
            UnsendableMessage: It cannot be encoded.
            DaemonLost: The daemon went away and did not come back, was stopped, or is running but
                does not answer.
            DaemonIncompatible: Its reply cannot be read.
            NotAllowed: The keys no longer match.
        """
        limit = min(MAX_MESSAGE_BYTES, self.welcome.limits.message_bytes)
        message, frames = pack(request, limit=limit, protocol=self.welcome.protocol)
        deadline = time.monotonic() + self._reconnect_timeout
        if not self.watching:
            # A goodbye that came between two requests is no reason to fail this one.
            self._channel.drain()
            self._channel.goodbye_boot = None
        while True:
            reply = self._channel.exchange(message, frames, deadline, MAX_MISSED_PINGS)
            if reply is not None and not _is_not_initialised(reply):
                return reply
            if isinstance(request, Shutdown) and self._channel.goodbye_boot == self.welcome.boot:
                return Ack()  # the goodbye proves that the daemon accepted; its reply was lost
            if time.monotonic() > deadline:
                raise DaemonLost(self.subject)
            self._reconnect()

    def receive_events(self, timeout: float) -> None:
        """Wait for events for at most ``timeout`` seconds, and dispatch all that have come."""
        try:
            self._channel.receive_events(timeout)
        except ConnectionLost:
            self._reconnect()

    def _reconnect(self) -> None:
        self._channel.drain()
        self._channel.close()
        self.welcome = self._connect_with_retries(first=False)
        self._channel.boot = self.welcome.boot
        self.reconnects += 1
        _log.info("connected again, to %s", self.subject)

    def _connect_with_retries(self, *, first: bool) -> Welcome:
        # A daemon that was ended on purpose gets little time: only a user restarts it.
        short = first or self._is_ended
        timeout = FIRST_CONNECT_SECONDS if short else self._reconnect_timeout
        deadline = time.monotonic() + min(timeout, self._reconnect_timeout)
        attempts = ConnectAttempts()
        for pause in itertools.chain(_RETRY_SECONDS, itertools.repeat(_RETRY_SECONDS[-1])):
            # At each attempt: the note of a stop is written after the daemon agreed, so perhaps
            # after its goodbye.
            self._stopped = self._stopped or self._is_stopped_for_good
            try:
                return self._attempt(deadline)
            except (ConnectionLost, DaemonAbsent, DaemonFileUnusable, DaemonLost) as error:
                self._channel.close()
                if isinstance(error, HandshakeFailed):
                    self._set_connection(error.connection)
                if isinstance(error, ConnectionLost) and self._connection is not None:
                    attempts.add_failure(self._connection.boot, error)
                # Neither a first connect nor one to a stopped daemon waits for a restart.
                final = first or self._stopped
                hopeless = final and (isinstance(error, DaemonError) or attempts.is_daemon_gone)
                if hopeless or attempts.is_hopeless or time.monotonic() + pause > deadline:
                    raise self._to_daemon_error(error, attempts, first=first) from error
            time.sleep(pause)
        raise AssertionError("unreachable")

    @property
    def _is_ended(self) -> bool:
        """True where the daemon was ended on purpose, so that this client must not start it."""
        return self._stopped or self._channel.goodbye_boot is not None

    @property
    def _is_stopped_for_good(self) -> bool:
        """True where the daemon was stopped during a request or a watch, not for a restart."""
        in_use = self.watching or self._channel.goodbye_boot is not None
        return in_use and self._was_stopped(self.welcome.boot)

    def _may_start(self) -> bool:
        return not (self._is_ended or self._is_stopped_for_good)

    def _attempt(self, deadline: float) -> Welcome:
        """Connect once and say hello."""
        try:
            opened = self._connect(self._context, self._may_start, deadline - time.monotonic())
        except HandshakeFailed as error:
            if error.result in _FINAL_RESULTS:
                raise handshake_error(error.result, error.connection) from error
            raise
        self._channel.connection = opened
        self._set_connection(opened.connection)
        welcome = self._say_hello(deadline)
        if welcome.boot == self._channel.goodbye_boot:
            raise ConnectionLost("the daemon that said goodbye has not ended yet")
        self._channel.goodbye_boot, self._stopped = None, False
        self._channel.generation += 1
        return welcome

    def _say_hello(self, deadline: float) -> Welcome:
        message, frames = pack(Hello(client=self._client, version=__version__))
        # The deadline alone limits it: a daemon whose process is stopped may still be resumed.
        reply = self._channel.exchange(message, frames, deadline, max_missed=sys.maxsize)
        if isinstance(reply, Refused):
            raise to_exception(reply.failure, self.subject)
        if not isinstance(reply, Welcome):
            raise ConnectionLost("no welcome")
        return reply

    def _set_connection(self, connection: ConnectionInfo) -> None:
        self._connection = connection
        self._channel.subject = f"daemon {connection.pid}"

    def _to_daemon_error(
        self, error: Exception, attempts: ConnectAttempts, *, first: bool
    ) -> DaemonError:
        """Return the error for a connection that could not be opened."""
        self._stopped, self._channel.goodbye_boot = self._is_ended, None
        if self._stopped:
            return DaemonLost(self.subject, "the daemon was stopped", _STOPPED_HINT)
        if isinstance(error, DaemonError):
            return error
        if attempts.crashes == MAX_STARTUP_CRASHES:
            return crash_loop_error(self.subject, self._read_log_tail())
        if isinstance(error, HandshakeFailed) and error.result is HandshakeResult.HUNG_UP:
            return handshake_error(error.result, error.connection)
        not_listening = (
            isinstance(error, HandshakeFailed) and error.result is HandshakeResult.NOT_LISTENING
        )
        if not_listening and first:
            return DaemonAbsent(self.subject, "the daemon is no longer running")
        return DaemonLost(self.subject)


def _is_not_initialised(reply: Reply) -> bool:
    """Return True for a daemon that was restarted and expects ``hello`` first."""
    return isinstance(reply, Refused) and reply.failure.code is ErrorCode.NOT_INITIALISED
