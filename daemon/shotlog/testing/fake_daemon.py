"""A daemon without an engine, for tests of its clients.

Request handler, journal, encrypted socket and allow-list of keys are the real daemon's; the worker
is fake. On command it fails as a real one may: it loses messages, hangs, crashes and restarts::

    def test_the_panel_shows_a_finished_job():
        with FakeDaemon() as daemon, daemon.client() as client:
            job = client.submit(edit, name="Reel 1")
            assert [e.state for e in client.watch(job.job) if isinstance(e, JobInfo)][-1] == "done"

Code that makes its own ``Client()`` finds it through ``daemon.environment``.
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


def _empty_log(submit: Submit) -> Log:
    return Log(edit=submit.task.edit, shots=())


class FakeDaemon:
    """A daemon in a thread; a context manager.

    Each job starts, reports its progress (at most ten times a second), and ends with the result of
    ``answer``.

    Args:
        answer: Returns the result of a job: a log, or the reason of its failure. Default: an empty
            log.
        steps: Number of steps of a job.
        pace: Seconds between two steps.
        limits: Limits of requests; those of a real daemon by default.
        protocol: Highest protocol version that it speaks; a lower one simulates an older daemon.

    Attributes:
        paths: Its files, which are removed at the end.
        requests: All requests that were received, in order.
    """

    def __init__(
        self,
        answer: Callable[[Submit], Log | Failure] = _empty_log,
        *,
        steps: int = 3,
        pace: float = 0.0,
        limits: Limits = DEFAULT_LIMITS,
        protocol: tuple[int, int] = PROTOCOL,
    ) -> None:
        self.requests: list[Request] = []
        self._protocol, self._policy = protocol, ServerPolicy(limits, idle=0)
        self._make_worker = partial(FakeWorker, answer, steps, pace)
        self._calls: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="fake daemon", daemon=True)
        self._clients: set[bytes] = set()
        self._router: zmq.Socket[bytes] | None = None
        self._ended = False
        self._hanging_until = 0.0
        self._requests_to_drop = self._replies_to_drop = 0

    def __enter__(self) -> FakeDaemon:
        self._folder = tempfile.TemporaryDirectory(prefix="shotlog-fake-")
        self.paths = DaemonPaths(root=Path(self._folder.name))
        self._context = zmq.Context[zmq.Socket[bytes]]()
        self._authenticator = ZapAuthenticator(self._context, self.paths)
        self._start_listening()
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._ended = True
        self._thread.join()
        self._stop_listening()
        self._authenticator.close()
        self._context.destroy(linger=0)
        self._folder.cleanup()

    @property
    def environment(self) -> Mapping[str, str]:
        """Environment variables by which clients find this daemon."""
        return {HOME_VARIABLE: str(self.paths.home)}

    def client(self, **options: Any) -> Client:
        """Return a client of this daemon; options are those of :class:`Client`."""
        return Client(start=False, paths=self.paths, **options)

    def drop_messages(self, *, requests: int = 0, replies: int = 0) -> None:
        """Drop the next messages in either direction, as when a connection breaks."""

        def drop() -> None:
            self._requests_to_drop, self._replies_to_drop = requests, replies

        self._call_in_thread(drop)

    def hang(self, seconds: float) -> None:
        """Neither receive nor send for this time, like a process that was stopped."""

        def hang() -> None:
            self._hanging_until = time.monotonic() + seconds

        self._call_in_thread(hang)

    def restart(self) -> None:
        """Crash without a goodbye and start again on another port, with the jobs of the journal."""

        def restart() -> None:
            self._stop_listening()
            self._start_listening()

        self._call_in_thread(restart)

    def broadcast(self, event: Reply) -> None:
        """Send an event to every client."""
        self._call_in_thread(lambda: self._send_to_all(event))

    def _call_in_thread(self, call: Callable[[], None]) -> None:
        """Run a function in the thread that owns the sockets, and wait for its end."""
        done: Future[None] = Future()

        def run() -> None:
            call()
            done.set_result(None)

        self._calls.put(run)
        done.result(timeout=10)

    def _run(self) -> None:
        while not self._ended:
            if time.monotonic() < self._hanging_until:
                time.sleep(_TICK_MS / 1000)
            else:
                self._receive()
                self._run_worker()
            while not self._calls.empty():
                self._calls.get()()

    def _receive(self) -> None:
        """Answer handshakes and requests that come within a tick."""
        poller = zmq.Poller()
        poller.register(self._authenticator.socket, zmq.POLLIN)
        if self._router is not None:
            poller.register(self._router, zmq.POLLIN)
        ready = dict(poller.poll(_TICK_MS))
        if self._authenticator.socket in ready:
            self._authenticator.answer_handshakes()
        if self._router is not None and self._router in ready:
            client, *frames = self._router.recv_multipart()
            self._handle(client, frames)

    def _handle(self, client: bytes, frames: list[bytes]) -> None:
        if self._requests_to_drop:
            self._requests_to_drop -= 1
            return
        try:
            header, request = unpack_request(frames)
        except BadMessage as bad:
            self._send(client, Refused(failure=bad.failure), bad.message_id)
            return
        self.requests.append(request)
        self._clients.add(client)
        self._handler.counts.connected = len(self._clients)
        if minimum_protocol(request) > self._protocol:
            reason = make_failure(ErrorCode.BAD_MESSAGE, f"unknown request: {request.type}")
            self._send(client, Refused(failure=reason), header.id)
            return
        if isinstance(request, Hello):
            # The real handler would offer its own protocol; this daemon may be an older one.
            highest = min(request.highest, self._protocol)
            request = request.model_copy(update={"highest": highest})
        self._send_all(self._handler.handle(client, header, request))

    def _run_worker(self) -> None:
        if self._router is None:
            return
        for event in self._worker.poll():
            self._send_all(self._handler.on_worker_event(event))
        self._send_all(self._handler.tick())
        if self._handler.should_stop:
            self._send_all(self._handler.close())
            self._stop_listening(linger=1000)

    def _send_all(self, messages: Iterable[OutgoingMessage]) -> None:
        for message in messages:
            self._send(message.client, message.reply, message.reply_to)

    def _send_to_all(self, event: Reply) -> None:
        for client in self._clients:
            self._send(client, event)

    def _send(self, client: bytes, reply: Reply, reply_to: str | None = None) -> None:
        if self._replies_to_drop:
            self._replies_to_drop -= 1
            return
        if self._router is not None:
            # The client is gone or its queue is full. Clients repeat requests; events are hints.
            with suppress(zmq.ZMQError):
                self._router.send_multipart(
                    [client, *pack(reply, reply_to=reply_to)[1]], zmq.NOBLOCK
                )

    def _start_listening(self) -> None:
        """Bind a free port, and write the connection file."""
        self._router = self._context.socket(zmq.ROUTER)
        self._router.linger = 0
        self._router.router_mandatory = True
        self._authenticator.secure(self._router)
        endpoint = listen(self._router)
        boot = new_id()
        self._worker, self._journal = self._make_worker(), Journal(self.paths.journal)
        who = DaemonInfo(__version__, boot, os.getpid(), endpoint, str(self.paths.log))
        self._handler = RequestHandler(who, self._journal, self._worker, policy=self._policy)
        connection = ConnectionInfo(
            protocol=self._protocol,
            endpoint=endpoint,
            pid=os.getpid(),
            boot=boot,
            started=time.time(),
            server_key=self._authenticator.public_key,
            executable=sys.executable,
            version=__version__,
        )
        write_connection(self.paths, connection)

    def _stop_listening(self, linger: int = 0) -> None:
        """Close the port; the connection file remains, as after a crash."""
        if self._router is not None:
            self._router.close(linger)
            self._router = None
            self._journal.close()
        self._clients.clear()
