"""A conversation with the daemon that outlives its connections, and the daemon itself.

Requests that get no answer are sent again under the same id, over a new connection if need be;
the daemon does the same thing twice only once. Events are hints and may get lost with their
connection: :attr:`Session.generation` tells that some may have.
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
from shotlog.schema import (
    DaemonAbsent,
    DaemonError,
    DaemonFileUnusable,
    DaemonIncompatible,
    DaemonLost,
)
from shotlog.service.client.connection import Connection, ConnectionLost, NoHandshake
from shotlog.service.client.handshake import HandshakeResult, refusal
from shotlog.service.client.spawn import CRASHES, crashed
from shotlog.service.protocol import (
    MAX_MESSAGE_BYTES,
    Ack,
    BadMessage,
    ErrorCode,
    Goodbye,
    Hello,
    Lagged,
    Refused,
    Reply,
    Request,
    Shutdown,
    Welcome,
    pack,
    to_exception,
    unpack_reply,
)
from shotlog.service.runtime import ConnectionInfo

PING = 2.0
"""Seconds without a word after which the daemon is asked again."""

MISSES = 3
"""So many questions in a row without a word from it: the connection is given up."""

PATIENCE = 60.0
"""Seconds in which a daemon that went away may come back."""

FIRST_PATIENCE = 10.0
"""Seconds in which one that should be there must answer for the first time."""

_PAUSES = (0.1, 0.2, 0.5, 1.0)
"""Seconds between attempts to connect; the last for all that follow."""

_PROOFS = 3
"""So many handshakes in a row that one daemon hangs up are other keys; fewer may be its death."""

_FOR_GOOD = (HandshakeResult.UNKNOWN_CLIENT, HandshakeResult.STRANGER)
"""Results of a handshake that another attempt would not change."""

_STOPPED_HINT = "Your jobs are kept, and go on when it is started: shotlog daemon start."

_log = logging.getLogger(__name__)


Reach: TypeAlias = Callable[[zmq.Context[zmq.Socket[bytes]], Callable[[], bool], float], Connection]
"""Connects to the daemon.

Is given where sockets live, a function that tells whether a daemon may be started now, and the
seconds that are left. Raises
``NoHandshake``, to be tried again, and ``DaemonError``.
"""


class Session:
    """Requests and their answers, by one thread at a time.

    Args:
        reach: Connects to the daemon; called for each connection.
        on_event: Is given every event.
        client: Name of the program, for the daemon's log.
        ping: See :data:`PING`.
        patience: See :data:`PATIENCE`.
        last_lines: Reads what the daemon logged last.
        was_stopped: Tells of a daemon, by its boot, that it was stopped and no other is started.

    Attributes:
        ping: As given.
        watching: Whether a job is waited for between requests too: then a daemon that somebody
            stops meanwhile is told of, and none is started in its place.
        welcome: What the daemon said when it was last connected to.
        generation: Raised whenever events may have been lost.
        reconnects: How often a connection had to be replaced.

    Raises:
        DaemonError: no daemon was found, or none that can be talked to.
    """

    def __init__(
        self,
        reach: Reach,
        on_event: Callable[[Reply], None],
        *,
        client: str,
        ping: float = PING,
        patience: float = PATIENCE,
        last_lines: Callable[[], Sequence[str]] = tuple,
        was_stopped: Callable[[str], bool] = lambda boot: False,
    ) -> None:
        self.ping, self.generation, self.reconnects = ping, 0, 0
        self.watching = False
        self._reach, self._on_event = reach, on_event
        self._client, self._patience = client, patience
        self._last_lines, self._was_stopped = last_lines, was_stopped
        self._left: str | None = None
        self._stopped = False
        self._connection: ConnectionInfo | None = None
        self._link: Connection | None = None
        self._context = zmq.Context[zmq.Socket[bytes]]()
        try:
            self.welcome = self._connect(first=True)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Ends the conversation at once; may be called again."""
        self._drop()
        self._context.term()

    @property
    def subject(self) -> str:
        """The daemon, for people."""
        return f"daemon {self._connection.pid}" if self._connection else "daemon"

    def ask(self, request: Request) -> Reply:
        """Sends a request until it is answered.

        A daemon that ended while nobody asked or watched is replaced like one that was never
        there; only of one that was stopped in the middle is it said that it was. Once that was
        said, no request starts another: one that somebody starts is found, else it is said again.

        Returns:
            The answer, which may be :class:`Refused`.

        Raises:
            Unsendable: it cannot go over the wire.
            DaemonLost: the daemon went away and did not come back, was stopped, or lives but
                does not answer.
            DaemonIncompatible: it answers what cannot be understood.
            NotAllowed: the keys no longer match.
        """
        limit = min(MAX_MESSAGE_BYTES, self.welcome.limits.message_bytes)
        message, frames = pack(request, limit=limit, protocol=self.welcome.protocol)
        until = time.monotonic() + self._patience
        if not self.watching:
            self._catch_up()
            self._left = None
        while True:
            answer = self._exchange(message, frames, until)
            if answer is not None and not _not_initialised(answer):
                return answer
            if isinstance(request, Shutdown) and self._left == self.welcome.boot:
                return Ack()  # it said goodbye, and its answer was lost on the way
            if time.monotonic() > until:
                raise DaemonLost(self.subject)
            self._reconnect()

    def wait(self, timeout: float) -> None:
        """Waits for events for at most timeout seconds, and hands over all that came."""
        try:
            if self._link is None:
                raise ConnectionLost("an earlier one was not replaced")
            while self._link and (frames := self._link.receive(timeout)):
                self._understand(frames)
                timeout = 0
        except ConnectionLost:
            self._reconnect()

    def _exchange(
        self, message: str, frames: Sequence[bytes], until: float, misses: int = MISSES
    ) -> Reply | None:
        """AnalysisOptions over the connection that there is, again and again; None where that is in vain."""
        missed = 0
        while self._link is not None and missed < misses:
            try:
                self._link.send(frames)
                answer, heard = self._listen(message)
            except ConnectionLost:
                return None
            if answer is not None or time.monotonic() > until:
                return answer
            missed = 0 if heard else missed + 1
        return None

    def _listen(self, message: str) -> tuple[Reply | None, bool]:
        """Waits a while for the answer to a message; tells also whether anything was heard."""
        until, heard = time.monotonic() + self.ping, False
        while self._link is not None and (left := until - time.monotonic()) > 0:
            if frames := self._link.receive(left):
                heard = True
                if (answer := self._understand(frames, message)) is not None:
                    return answer, True
        return None, heard

    def _understand(self, frames: Sequence[bytes], message: str | None = None) -> Reply | None:
        """Reads what came: the answer to a message is given back, an event handed on."""
        try:
            header, reply = unpack_reply(frames)
        except BadMessage as bad:
            if message is not None and bad.request_id == message:
                raise DaemonIncompatible(self.subject, str(bad)) from bad
            _log.debug("passed over an event that is not understood: %s", bad)
            return None
        if message is not None and header.reply_to == message:
            return reply
        if isinstance(reply, Goodbye):
            self._left = None if reply.idle else self.welcome.boot
            self._drop()
        elif isinstance(reply, Lagged):
            self.generation += 1
        else:
            self._on_event(reply)
        return None

    def _catch_up(self) -> None:
        """Hears what was said while nobody listened; last words may be among it."""
        try:
            while self._link and (frames := self._link.receive(0)):
                self._understand(frames)
        except ConnectionLost:
            self._drop()

    def _reconnect(self) -> None:
        self._catch_up()
        self._drop()
        self.welcome = self._connect(first=False)
        self.reconnects += 1
        _log.info("connected again, to %s", self.subject)

    def _connect(self, *, first: bool) -> Welcome:
        """Connects, time and again until patience is out."""
        patience = FIRST_PATIENCE if first or self._ended else self._patience
        until = time.monotonic() + min(patience, self._patience)
        tries = _Tries()
        for pause in itertools.chain(_PAUSES, itertools.repeat(_PAUSES[-1])):
            # Each time: the note is written once the daemon has agreed, perhaps after its goodbye.
            self._stopped = self._stopped or self._stays_stopped
            try:
                return self._attempt(until)
            except (ConnectionLost, DaemonAbsent, DaemonFileUnusable, DaemonLost) as why:
                self._drop()
                if isinstance(why, NoHandshake):
                    self._connection = why.connection
                if isinstance(why, ConnectionLost) and self._connection is not None:
                    tries.failed(self._connection.boot, why)
                known = first or self._stopped  # whether it is there or not is no passing thing
                hopeless = known and (isinstance(why, DaemonError) or tries.nobody)
                if hopeless or tries.over or time.monotonic() + pause > until:
                    raise self._in_words(why, tries, first=first) from why
            time.sleep(pause)
        raise AssertionError("unreachable")

    @property
    def _ended(self) -> bool:
        """Whether somebody ended the daemon on purpose, so that it is not ours to start it."""
        return self._stopped or self._left is not None

    @property
    def _stays_stopped(self) -> bool:
        """True where the daemon was stopped in the middle, and no other takes its place."""
        in_the_middle = self.watching or self._left is not None
        return in_the_middle and self._was_stopped(self.welcome.boot)

    def _may_start(self) -> bool:
        return not (self._ended or self._stays_stopped)

    def _attempt(self, until: float) -> Welcome:
        """Connects once. A daemon that said goodbye is waited for, not started again."""
        try:
            self._link = self._reach(self._context, self._may_start, until - time.monotonic())
        except NoHandshake as why:
            if why.result in _FOR_GOOD:
                raise refusal(why.result, why.connection) from why
            raise
        self._connection = self._link.connection
        welcome = self._hello(until)
        if welcome.boot == self._left:
            raise ConnectionLost("it is still the daemon that said goodbye")
        self._left, self._stopped = None, False
        self.generation += 1
        return welcome

    def _hello(self, until: float) -> Welcome:
        message, frames = pack(Hello(client=self._client, version=__version__))
        answer = self._exchange(message, frames, until, misses=sys.maxsize)
        if isinstance(answer, Refused):
            raise to_exception(answer.failure, self.subject)
        if not isinstance(answer, Welcome):
            raise ConnectionLost("no welcome")
        return answer

    def _in_words(self, why: Exception, tries: _Tries, *, first: bool) -> DaemonError:
        """The error for a connection that could not be had."""
        self._stopped, self._left = self._ended, None
        if self._stopped:
            return DaemonLost(self.subject, "the daemon was stopped", _STOPPED_HINT)
        if isinstance(why, DaemonError):
            return why
        if tries.crashes == CRASHES:
            return crashed(self.subject, self._last_lines())
        if isinstance(why, NoHandshake) and why.result is HandshakeResult.UNPROVEN:
            return refusal(why.result, why.connection)
        if isinstance(why, NoHandshake) and why.result is HandshakeResult.NOBODY and first:
            return DaemonAbsent(self.subject, "no daemon runs any more where one did")
        return DaemonLost(self.subject)

    def _drop(self) -> None:
        if self._link is not None:
            self._link.close()
            self._link = None


class _Tries:
    """What attempts to connect came to, by the start of the daemon that each had met."""

    def __init__(self) -> None:
        self._failed: list[tuple[str, ConnectionLost]] = []

    def failed(self, boot: str, why: ConnectionLost) -> None:
        """It was there, but no conversation began."""
        self._failed.append((boot, why))

    @property
    def crashes(self) -> int:
        """So many were gone before they had said a word."""
        return len({boot for boot, _ in self._failed})

    @property
    def nobody(self) -> bool:
        """Whether the one that was met last had been missed before: no other took its place."""
        if not self._failed or _result(self._failed[-1][1]) is not HandshakeResult.NOBODY:
            return False
        return [boot for boot, _ in self._failed].count(self._failed[-1][0]) > 1

    @property
    def over(self) -> bool:
        """Whether another attempt would end like those before."""
        last = self._failed[-_PROOFS:]
        hung_up = [boot for boot, why in last if _result(why) is HandshakeResult.UNPROVEN]
        same = len(hung_up) == _PROOFS and len(set(hung_up)) == 1
        return same or self.crashes == CRASHES


def _result(why: ConnectionLost) -> HandshakeResult | None:
    """Return the result of the handshake that failed; None where another thing did."""
    return why.result if isinstance(why, NoHandshake) else None


def _not_initialised(answer: Reply) -> bool:
    return isinstance(answer, Refused) and answer.failure.code is ErrorCode.NOT_INITIALISED
