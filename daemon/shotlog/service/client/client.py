"""Client of the daemon: submit jobs, watch them, read their results, control the daemon."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from functools import partial, wraps
from types import TracebackType
from typing import Concatenate, ParamSpec, TypeVar

import zmq
from pydantic import ValidationError

from shotlog.schema import DaemonError, DaemonIncompatible, Edit, Log, Model, use_context
from shotlog.service.client.connection import Connection, open_connection
from shotlog.service.client.discovery import connect, connect_or_start
from shotlog.service.client.job_watcher import JobWatcher
from shotlog.service.client.session import PING_SECONDS, RECONNECT_SECONDS, Session
from shotlog.service.client.spawn import read_log_tail
from shotlog.service.protocol import (
    Ack,
    AnalysisOptions,
    Attach,
    Cancel,
    Check,
    ErrorCode,
    JobInfo,
    JobList,
    ListJobs,
    Load,
    Metrics,
    MetricsText,
    Pause,
    Ping,
    Pong,
    Priority,
    ProgressEvent,
    Refused,
    Request,
    ResultPart,
    Results,
    Resume,
    Shutdown,
    Status,
    StatusReport,
    Submit,
    TooLarge,
    Unload,
    Unsendable,
    Welcome,
    failure,
    needs,
    new_id,
    to_exception,
)
from shotlog.service.runtime import (
    ConnectionInfo,
    DaemonPaths,
    check_protocol,
    forget_stop,
    note_stop,
    was_stopped,
)
from shotlog.service.security import client_keys
from shotlog.service.tasks import Analyze, read_result

_T = TypeVar("_T", bound=Model)
_P = ParamSpec("_P")
_R = TypeVar("_R")

_RENAME_HINT = "Rename the file, or relink the clip."


def _in_own_context(
    method: Callable[Concatenate[Client, _P], _R],
) -> Callable[Concatenate[Client, _P], _R]:
    """Decorate a method so that commands in its error hints name the client's own daemon."""

    @wraps(method)
    def call(self: Client, /, *args: _P.args, **kwargs: _P.kwargs) -> _R:
        with use_context(self._context):
            return method(self, *args, **kwargs)

    return call


class Client:
    """Connection to the daemon, for one thread at a time; a context manager.

    Methods return within milliseconds while the daemon is well; only :meth:`watch` waits for work.
    If the daemon goes away, requests are sent again to the daemon that takes its place, and
    :meth:`watch` continues. A daemon that a user stopped is not started again: once
    ``DaemonLost`` has reported the stop, this client uses a daemon that a user starts, and only a
    new client starts one. A job that is not durable ends when its client sends nothing for a while:
    watch it, or :meth:`ping`.

    Args:
        connection: Endpoint of the daemon; None finds it, again after each lost connection.
        start: True to start a daemon if none is running.
        context: Name of the daemon, one of the user's.
        paths: Files of the daemon, with this client's keys; None takes those of the context.
        name: Name of the program, for the daemon's log.
        ping_interval: Seconds without a message after which a request is sent again.
        reconnect_timeout: Seconds in which a daemon that went away may come back.

    Raises:
        DaemonAbsent: No daemon is running, and none was to be started or could be.
        DaemonLost: A daemon is running but does not answer.
        DaemonIncompatible: It speaks another protocol.
        NotAllowed: It does not accept this client's key, or is another program.
        DaemonFileUnusable: The connection file or a key cannot be read or written.
    """

    def __init__(
        self,
        connection: ConnectionInfo | None = None,
        start: bool = True,
        context: str = "default",
        *,
        paths: DaemonPaths | None = None,
        name: str = "shotlog",
        ping_interval: float = PING_SECONDS,
        reconnect_timeout: float = RECONNECT_SECONDS,
    ) -> None:
        self._paths = own_paths = paths or DaemonPaths(context)
        self._context = own_paths.context
        self._watcher = JobWatcher(self.attach, self._context)

        with use_context(self._context):
            keys = client_keys(own_paths)

            def open_or_start(
                context: zmq.Context[zmq.Socket[bytes]],
                may_start: Callable[[], bool],
                remaining: float,
            ) -> Connection:
                if connection is not None:
                    check_protocol(connection)
                    return open_connection(context, connection, keys, remaining)
                if start and may_start():
                    return connect_or_start(context, own_paths, keys, may_start=may_start)
                return connect(context, own_paths, keys)

            self._session = Session(
                open_or_start,
                self._watcher.deliver,
                client=name,
                ping_interval=ping_interval,
                reconnect_timeout=reconnect_timeout,
                read_log_tail=lambda: read_log_tail(own_paths),
                was_stopped=partial(was_stopped, own_paths),
            )

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection; durable jobs continue."""
        self._session.close()

    @property
    def welcome(self) -> Welcome:
        """The daemon's description of itself, of the latest connect."""
        return self._session.welcome

    @property
    def reconnects(self) -> int:
        """Number of connections that replaced a lost one."""
        return self._session.reconnects

    def submit(
        self,
        edit: Edit,
        options: AnalysisOptions | None = None,
        *,
        name: str,
        priority: Priority = Priority.NORMAL,
        durable: bool = True,
        job: str | None = None,
        keep_alive: int | None = None,
    ) -> JobInfo:
        """Submit an edit for analysis.

        Args:
            edit: The edit; its media paths must be absolute.
            options: Options of the analysis; None takes the defaults of ``shotlog analyze``.
            name: Name of the job, for people.
            priority: Priority in the queue.
            durable: True if the job continues when this client is gone.
            job: Id of the job, 32 hexadecimal digits; None makes a new one. A submit with the same
                id and content may be repeated at any time and returns the same job.
            keep_alive: Seconds that its models stay loaded afterwards; None takes the daemon's
                default, -1 means without limit.

        Raises:
            DaemonRefused: It is too large, the queue is full, or the id is another job's.
        """
        request = Submit(
            job=job or new_id(),
            name=name,
            task=Analyze(edit=edit, asks=options or AnalysisOptions()),
            priority=priority,
            durable=durable,
            keep_alive=keep_alive,
        )
        return self._request(request, JobInfo, name)

    def attach(self, job: str) -> JobInfo:
        """Return the state of a job, and subscribe to its events."""
        return self._request(Attach(job=job), JobInfo, f"job {job}")

    def cancel(self, job: str) -> JobInfo:
        """Cancel a job; a job that has ended is not changed.

        Returns:
            Its state, which is terminal only once the worker has let go of the job.
        """
        return self._request(Cancel(job=job), JobInfo, f"job {job}")

    def jobs(self) -> tuple[JobInfo, ...]:
        """Return the unfinished jobs and the newest thousand of all jobs; newest first.

        :meth:`attach` and :meth:`result` find older ones by their id.
        """
        return self.job_list().jobs

    def job_list(self) -> JobList:
        """Return the jobs of :meth:`jobs`, and the number of older ones."""
        return self._request(ListJobs(), JobList)

    def status(self) -> StatusReport:
        """Return the daemon's status: queue, worker, models, memory."""
        return self._request(Status(), StatusReport)

    def metrics(self) -> str:
        """Return the daemon's counters in Prometheus' text format."""
        return self._request(Metrics(), MetricsText).text

    def ping(self) -> Pong:
        """Ping the daemon, which renews the leases of this client's jobs."""
        return self._request(Ping(), Pong)

    def load(self, options: AnalysisOptions, keep_alive: int | None = None) -> None:
        """Request the loading of models before a job needs them; do not wait for it.

        Args:
            options: The models and the device.
            keep_alive: As for :meth:`submit`.
        """
        self._request(Load(asks=options, keep_alive=keep_alive), Ack)

    def unload(self) -> None:
        """Request the unloading of all models, as soon as no job runs."""
        self._request(Unload(), Ack)

    def pause(self, batch: bool = False) -> None:
        """Start no job until :meth:`resume`; preempt the running one, whose results are kept.

        Args:
            batch: True to pause jobs of priority batch alone.
        """
        self._request(Pause(batch=batch), Ack)

    def resume(self) -> None:
        """End both kinds of pause."""
        self._request(Resume(), Ack)

    def check(self, options: AnalysisOptions | None = None) -> None:
        """Request the worker's self-test; ``status().canary`` has the result once it is done.

        Args:
            options: The models to test; None takes the defaults of ``shotlog analyze``.
        """
        self._request(Check(asks=options or AnalysisOptions()), Ack)

    def shutdown(self, drain: bool = False, *, restart: bool = False) -> None:
        """End the daemon.

        Args:
            drain: True to finish the queued jobs first; paused jobs are kept.
            restart: True if the caller starts another daemon: clients in the middle of a request
                or a watch then wait for it. Otherwise they get ``DaemonLost`` at once.
        """
        if restart:  # a daemon that is draining may have been stopped without restart before
            forget_stop(self._paths)
        self._request(Shutdown(drain=drain), Ack)
        if not restart:
            # Without the note the daemon ends all the same; its clients learn of it later.
            with suppress(DaemonError):
                note_stop(self._paths, self.welcome.boot)

    @_in_own_context
    def result(self, job: str) -> Log:
        """Return the log of a finished job.

        Raises:
            DaemonRefused: There is no such job, or it has no result.
            DaemonIncompatible: This version cannot read the log.
        """
        texts: list[str] = []
        while True:
            part = self._request(Results(job=job, part=len(texts)), ResultPart, f"job {job}")
            texts.append(part.text)
            if part.last:
                break
        try:
            result = read_result(part.kind, "".join(texts))
        except LookupError:
            result = None
        except ValidationError as error:
            raise DaemonIncompatible(f"job {job}", "its log cannot be read here") from error
        if not isinstance(result, Log):
            message = f"its result is not a log but of kind {part.kind}"
            raise DaemonIncompatible(f"job {job}", message)
        return result

    def watch(self, job: str) -> Iterator[JobInfo | ProgressEvent]:
        """Yield the states and the progress of a job until it has ended.

        The first item is its present state, the last one a terminal state. Progress may be skipped,
        and states may repeat after a restart of the daemon. The same thread may call other methods
        meanwhile.

        Raises:
            DaemonRefused: There is no such job.
            DaemonLost: The daemon went away and did not come back, or was stopped.
        """
        events = self.poll_events(job, self._session.ping_interval)
        return (event for event in events if event is not None)

    def poll_events(self, job: str, interval: float) -> Generator[JobInfo | ProgressEvent | None]:
        """Watch a job like :meth:`watch`, for callers that do other things in between.

        Yields None after ``interval`` seconds without an event. Continue soon, because only this
        generator renews the lease of the job. It also waits for a daemon that went away.
        """
        return self._watcher.poll_events(self._session, job, interval)

    @_in_own_context
    def _request(self, request: Request, kind: type[_T], subject: str | None = None) -> _T:
        """Return the reply of the expected kind; raise the error for any other."""
        if needs(request) > self.welcome.protocol:
            raise DaemonIncompatible(
                self._session.subject, f"it is too old for this request ({request.type})"
            )
        error = partial(to_exception, subject=subject or self._session.subject)
        try:
            reply = self._session.request(request)
        except TooLarge as large:
            raise error(failure(ErrorCode.TOO_LARGE, str(large))) from large
        except Unsendable as unsendable:
            bad = failure(ErrorCode.BAD_MESSAGE, str(unsendable), _RENAME_HINT)
            raise error(bad) from unsendable
        if isinstance(reply, Refused):
            raise error(reply.failure)
        if not isinstance(reply, kind):
            raise DaemonIncompatible(
                self._session.subject, f"it answered {request.type} with {reply.type}"
            )
        return reply
