"""A daemon without an engine, for the tests of whatever talks to one.

It answers as the real one does, with the same desk and journal, over a real, encrypted socket, to
known keys alone; its worker only pretends. On command it does what real ones do at the wrong
moment: lose a message, hang, die and come back::

    def test_the_panel_shows_that_it_is_done():
        with FakeDaemon() as daemon, daemon.client() as client:
            job = client.submit(edit, name="Reel 1")
            assert [e.state for e in client.watch(job.job) if isinstance(e, JobInfo)][-1] == "done"

Code that makes its own ``Client()`` finds it by way of ``daemon.environment``.
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import Any

import zmq

from shotlog._version import __version__
from shotlog.paths import HOME_VARIABLE
from shotlog.schema import Log
from shotlog.service.broker import (
    DEFAULT_LIMITS,
    DaemonInfo,
    OutgoingMessage,
    RequestHandler,
    ServerPolicy,
)
from shotlog.service.client import Client
from shotlog.service.journal import Journal
from shotlog.service.protocol import (
    PROTOCOL,
    BadMessage,
    ErrorCode,
    Failure,
    Hello,
    Limits,
    Refused,
    Reply,
    Request,
    Submit,
    make_failure,
    minimum_protocol,
    new_id,
    pack,
    unpack_request,
)
from shotlog.service.runtime import ConnectionInfo, DaemonPaths, write_connection
from shotlog.service.security import ZapAuthenticator, listen
from shotlog.testing.fake_worker import FakeWorker

__all__ = ["FakeDaemon"]

_TICK_MS = 5


def _nothing_found(submit: Submit) -> Log:
    return Log(edit=submit.task.edit, shots=())


class FakeDaemon:
    """A daemon in a thread; a context manager.

    Jobs run as a real daemon has them run: each begins, tells of its progress (ten times a second
    at the most), and ends with what ``answer`` gives.

    Args:
        answer: What becomes of a job: a log, or why it fails; by default an empty log.
        steps: How many steps a job has.
        pace: Seconds between two steps.
        limits: What it takes; by default what a real daemon does.
        protocol: What it speaks: that of an older daemon tries code against one.

    Attributes:
        places: Its folder, which is removed at the end.
        requests: Every request that was heard, in order.
    """

    def __init__(
        self,
        answer: Callable[[Submit], Log | Failure] = _nothing_found,
        *,
        steps: int = 3,
        pace: float = 0.0,
        limits: Limits = DEFAULT_LIMITS,
        protocol: tuple[int, int] = PROTOCOL,
    ) -> None:
        self.requests: list[Request] = []
        self._protocol, self._rules = protocol, ServerPolicy(limits, idle=0)
        self._hire = partial(FakeWorker, answer, steps, pace)
        self._orders: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="fake daemon", daemon=True)
        self._clients: set[bytes] = set()
        self._router: zmq.Socket[bytes] | None = None
        self._over = False
        self._deaf_until = 0.0
        self._lost_requests = self._lost_replies = 0

    def __enter__(self) -> FakeDaemon:
        self._folder = tempfile.TemporaryDirectory(prefix="shotlog-fake-")
        self.places = DaemonPaths(root=Path(self._folder.name))
        self._context = zmq.Context[zmq.Socket[bytes]]()
        self._gate = ZapAuthenticator(self._context, self.places)
        self._begin()
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._over = True
        self._thread.join()
        self._stop()
        self._gate.close()
        self._context.destroy(linger=0)
        self._folder.cleanup()

    @property
    def environment(self) -> Mapping[str, str]:
        """What must stand in the environment of code that looks the daemon up by itself."""
        return {HOME_VARIABLE: str(self.places.home)}

    def client(self, **options: Any) -> Client:
        """A client of this daemon; options as for :class:`Client`."""
        return Client(start=False, places=self.places, **options)

    def lose(self, *, requests: int = 0, replies: int = 0) -> None:
        """Loses so many of the next messages in either direction, as when a connection breaks."""

        def lose() -> None:
            self._lost_requests, self._lost_replies = requests, replies

        self._order(lose)

    def hang(self, seconds: float) -> None:
        """Neither listens nor speaks for so long, as a process that was stopped."""

        def hang() -> None:
            self._deaf_until = time.monotonic() + seconds

        self._order(hang)

    def restart(self) -> None:
        """Dies without a word and begins anew elsewhere; jobs are kept, as a journal keeps them."""

        def restart() -> None:
            self._stop()
            self._begin()

        self._order(restart)

    def tell(self, event: Reply) -> None:
        """Says something to every client, unasked."""
        self._order(lambda: self._tell_all(event))

    def _order(self, what: Callable[[], None]) -> None:
        """Has the thread that owns the sockets do something, and waits until it has."""
        done: Future[None] = Future()

        def do() -> None:
            what()
            done.set_result(None)

        self._orders.put(do)
        done.result(timeout=10)

    def _run(self) -> None:
        while not self._over:
            if time.monotonic() < self._deaf_until:
                time.sleep(_TICK_MS / 1000)
            else:
                self._listen()
                self._work()
            while not self._orders.empty():
                self._orders.get()()

    def _listen(self) -> None:
        """Hears whoever speaks within a tick."""
        poller = zmq.Poller()
        poller.register(self._gate.socket, zmq.POLLIN)
        if self._router is not None:
            poller.register(self._router, zmq.POLLIN)
        ready = dict(poller.poll(_TICK_MS))
        if self._gate.socket in ready:
            self._gate.answer_handshakes()
        if self._router is not None and self._router in ready:
            client, *frames = self._router.recv_multipart()
            self._hear(client, frames)

    def _hear(self, client: bytes, frames: list[bytes]) -> None:
        if self._lost_requests:
            self._lost_requests -= 1
            return
        try:
            header, request = unpack_request(frames)
        except BadMessage as bad:
            self._send(client, Refused(failure=bad.failure), bad.message_id)
            return
        self.requests.append(request)
        self._clients.add(client)
        self._desk.counts.connected = len(self._clients)
        if minimum_protocol(request) > self._protocol:
            told = make_failure(ErrorCode.BAD_MESSAGE, f"it knows no such {request.type}")
            self._send(client, Refused(failure=told), header.id)
            return
        if isinstance(request, Hello):
            spoken = min(request.highest, self._protocol)
            request = request.model_copy(update={"highest": spoken})
        self._post(self._desk.handle(client, header, request))

    def _work(self) -> None:
        if self._router is None:
            return
        for event in self._worker.poll():
            self._post(self._desk.on_worker_event(event))
        self._post(self._desk.tick())
        if self._desk.should_stop:
            self._post(self._desk.close())
            self._stop(linger=1000)

    def _post(self, letters: Iterable[OutgoingMessage]) -> None:
        for letter in letters:
            self._send(letter.client, letter.reply, letter.reply_to)

    def _tell_all(self, event: Reply) -> None:
        for client in self._clients:
            self._send(client, event)

    def _send(self, client: bytes, reply: Reply, reply_to: str | None = None) -> None:
        if self._lost_replies:
            self._lost_replies -= 1
            return
        if self._router is not None:
            with suppress(zmq.ZMQError):  # it is gone, or takes no more: events are hints
                self._router.send_multipart(
                    [client, *pack(reply, reply_to=reply_to)[1]], zmq.NOBLOCK
                )

    def _begin(self) -> None:
        """Listens at a port of its own, and says where."""
        self._router = self._context.socket(zmq.ROUTER)
        self._router.linger = 0
        self._router.router_mandatory = True
        self._gate.secure(self._router)
        endpoint = listen(self._router)
        boot = new_id()
        self._worker, self._journal = self._hire(), Journal(self.places.journal)
        who = DaemonInfo(__version__, boot, os.getpid(), endpoint, str(self.places.log))
        self._desk = RequestHandler(who, self._journal, self._worker, policy=self._rules)
        connection = ConnectionInfo(
            protocol=self._protocol,
            endpoint=endpoint,
            pid=os.getpid(),
            boot=boot,
            started=time.time(),
            server_key=self._gate.public_key,
            executable=sys.executable,
            version=__version__,
        )
        write_connection(self.places, connection)

    def _stop(self, linger: int = 0) -> None:
        """Listens no more; the file that says where stays behind, as after a crash."""
        if self._router is not None:
            self._router.close(linger)
            self._router = None
            self._journal.close()
        self._clients.clear()
