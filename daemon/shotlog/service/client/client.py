"""The daemon's client: jobs go in, states and logs come out, whatever happens in between."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from functools import partial, wraps
from types import TracebackType
from typing import Concatenate, ParamSpec, TypeVar

import zmq
from pydantic import ValidationError

from shotlog.schema import DaemonError, DaemonIncompatible, Edit, Log, Model, in_context
from shotlog.service.client.connection import Connection, open_link
from shotlog.service.client.discovery import reach, reach_or_start
from shotlog.service.client.session import PATIENCE, PING, Session
from shotlog.service.client.spawn import last_lines
from shotlog.service.client.subscription import JobSubscription
from shotlog.service.protocol import (
    Ack,
    AnalysisOptions,
    Attach,
    Cancel,
    ErrorCode,
    JobInfo,
    JobList,
    ListJobs,
    Load,
    MessageTooLarge,
    Metrics,
    MetricsText,
    Pause,
    Ping,
    Pong,
    Priority,
    ProgressEvent,
    Refused,
    Reply,
    Request,
    ResultPart,
    Results,
    Resume,
    SelfTest,
    Shutdown,
    Status,
    StatusReport,
    Submit,
    Unload,
    UnsendableMessage,
    Welcome,
    make_failure,
    minimum_protocol,
    new_id,
    to_exception,
)
from shotlog.service.runtime import (
    ConnectionInfo,
    DaemonPaths,
    check_protocol,
    clear_stop,
    record_stop,
    was_stopped,
)
from shotlog.service.security import load_client_keys
from shotlog.service.tasks import Analyze, read_result

_T = TypeVar("_T", bound=Model)
_P = ParamSpec("_P")
_R = TypeVar("_R")

_RENAME = "Rename the file, or relink the clip."


def _in_its_context(
    method: Callable[Concatenate[Client, _P], _R],
) -> Callable[Concatenate[Client, _P], _R]:
    """Has what a method says name the client's own daemon in its hints."""

    @wraps(method)
    def call(self: Client, /, *args: _P.args, **kwargs: _P.kwargs) -> _R:
        with in_context(self._context):
            return method(self, *args, **kwargs)

    return call


class Client:
    """A connection to the daemon, for one thread at a time; a context manager.

    Every method is answered within milliseconds while the daemon is well; work itself is only
    ever waited for in :meth:`watch`. Where the daemon goes away, requests are sent again to the
    one that takes its place, and :meth:`watch` goes on. One that somebody stopped is not started
    against their will: where that was said (``DaemonLost``), this client finds the daemon again
    once somebody has started it, and only a new client starts one. A job that is not durable lives
    as long as its client keeps talking: watch it, or :meth:`ping`.

    Args:
        connection: Where the daemon listens; None looks it up, and again after it went away.
        start: Whether a daemon is started where none runs.
        context: Which of the user's daemons.
        places: Its folder, with this client's keys; None takes that of the context.
        name: Of the program, for the daemon's log.
        ping: Seconds after which a daemon that is silent is asked again.
        patience: Seconds in which one that went away may come back.

    Raises:
        DaemonAbsent: none runs, and none was to be started or could be.
        DaemonLost: one runs, but does not answer.
        DaemonIncompatible: it speaks another protocol.
        NotAllowed: it does not know these keys, or is not who it should be.
        DaemonFileUnusable: the connection file or a key cannot be read or written.
    """

    def __init__(
        self,
        connection: ConnectionInfo | None = None,
        start: bool = True,
        context: str = "default",
        *,
        places: DaemonPaths | None = None,
        name: str = "shotlog",
        ping: float = PING,
        patience: float = PATIENCE,
    ) -> None:
        place = places or DaemonPaths(context)
        self._places = place
        self._context = place.context
        self._watches: list[JobSubscription] = []

        with in_context(self._context):
            keys = load_client_keys(place)

            def link(
                context: zmq.Context[zmq.Socket[bytes]],
                may_start: Callable[[], bool],
                left: float,
            ) -> Connection:
                if connection is not None:
                    check_protocol(connection)
                    return open_link(context, connection, keys, left)
                if start and may_start():
                    return reach_or_start(context, place, keys, may_start=may_start)
                return reach(context, place, keys)

            self._session = Session(
                link,
                self._on_event,
                client=name,
                ping=ping,
                patience=patience,
                last_lines=lambda: last_lines(place),
                was_stopped=partial(was_stopped, place),
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
        """Ends the connection; durable jobs go on."""
        self._session.close()

    @property
    def welcome(self) -> Welcome:
        """What the daemon said of itself when it was last connected to."""
        return self._session.welcome

    @property
    def reconnects(self) -> int:
        """How often the connection had to be replaced."""
        return self._session.reconnects

    def submit(
        self,
        edit: Edit,
        asks: AnalysisOptions | None = None,
        *,
        name: str,
        priority: Priority = Priority.NORMAL,
        durable: bool = True,
        job: str | None = None,
        keep_alive: int | None = None,
    ) -> JobInfo:
        """Hands an edit in to be analysed.

        Args:
            edit: What to analyse; paths of media must be absolute.
            asks: How; None is how ``shotlog analyze`` does it by default.
            name: For people.
            priority: Who goes first.
            durable: Whether it goes on when this client is gone.
            job: Its id, 32 hexadecimal digits; None makes a new one. Who keeps the id may submit
                the same again at any time, and gets the same job.
            keep_alive: Seconds that models stay loaded after it; None the daemon's own rule, -1
                for ever.

        Raises:
            DaemonRefused: too large, too much waits already, or the id is another job's.
        """
        request = Submit(
            job=job or new_id(),
            name=name,
            task=Analyze(edit=edit, asks=asks or AnalysisOptions()),
            priority=priority,
            durable=durable,
            keep_alive=keep_alive,
        )
        return self._ask(request, JobInfo, name)

    def attach(self, job: str) -> JobInfo:
        """How a job stands."""
        return self._ask(Attach(job=job), JobInfo, f"job {job}")

    def cancel(self, job: str) -> JobInfo:
        """Stops a job; it is over once its state says so. One that is over stays as it is."""
        return self._ask(Cancel(job=job), JobInfo, f"job {job}")

    def jobs(self) -> tuple[JobInfo, ...]:
        """The jobs that are not over, and the newest thousand of all; newest first.

        Older ones are asked for by their id: :meth:`attach`, :meth:`result`.
        """
        return self.job_list().jobs

    def job_list(self) -> JobList:
        """What :meth:`jobs` gives, and how many older ones there are beside."""
        return self._ask(ListJobs(), JobList)

    def status(self) -> StatusReport:
        """How everything is."""
        return self._ask(Status(), StatusReport)

    def metrics(self) -> str:
        """Counters in Prometheus' text format."""
        return self._ask(Metrics(), MetricsText).text

    def ping(self) -> Pong:
        """Whether the daemon is there; renews the leases of this client's jobs."""
        return self._ask(Ping(), Pong)

    def load(self, asks: AnalysisOptions, keep_alive: int | None = None) -> None:
        """Loads models now, so that the next job finds them warm."""
        self._ask(Load(asks=asks, keep_alive=keep_alive), Ack)

    def unload(self) -> None:
        """Gives the models' memory back as soon as no job runs."""
        self._ask(Unload(), Ack)

    def pause(self, batch: bool = False) -> None:
        """Starts no work until :meth:`resume`; what runs stops at the next frame and is kept.

        Args:
            batch: Whether jobs of priority batch alone are held.
        """
        self._ask(Pause(batch=batch), Ack)

    def resume(self) -> None:
        """Goes on, after a pause of either kind."""
        self._ask(Resume(), Ack)

    def check(self, asks: AnalysisOptions | None = None) -> None:
        """Has the worker try itself; ``status().self_test`` tells how that went, once it has.

        Args:
            asks: The models that it is to try; None those of ``shotlog analyze`` by default.
        """
        self._ask(SelfTest(asks=asks or AnalysisOptions()), Ack)

    def shutdown(self, drain: bool = False, *, restart: bool = False) -> None:
        """End the daemon.

        Args:
            drain: Whether it ends once all that waits is done, or kept as it is paused.
            restart: Whether the caller starts another one: clients in the middle of something then
                wait for it. Else they are told at once that the daemon was stopped.
        """
        if restart:  # one that is draining may have been stopped for good before
            clear_stop(self._places)
        self._ask(Shutdown(drain=drain), Ack)
        if not restart:
            with suppress(DaemonError):  # it ends all the same; its clients know a little later
                record_stop(self._places, self.welcome.boot)

    @_in_its_context
    def result(self, job: str) -> Log:
        """The log of a job that is done.

        Raises:
            DaemonRefused: there is no such job, or it has no result.
            DaemonIncompatible: the log is of a form that this version does not know.
        """
        texts: list[str] = []
        while True:
            part = self._ask(Results(job=job, part=len(texts)), ResultPart, f"job {job}")
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
            raise DaemonIncompatible(f"job {job}", f"its result is no log but of kind {part.kind}")
        return result

    def watch(self, job: str) -> Iterator[JobInfo | ProgressEvent]:
        """A job's states, and how far it has come, until it is over.

        The first item is its state now; the last one is a state that is ``over``. Progress may be
        left out and states may repeat where the daemon began anew. Other methods may be called
        meanwhile, by the same thread.

        Raises:
            DaemonRefused: there is no such job.
            DaemonLost: the daemon went away and did not come back, or was stopped.
        """
        return (event for event in self.steps(job, self._session.ping) if event is not None)

    def steps(self, job: str, pause: float) -> Generator[JobInfo | ProgressEvent | None]:
        """Like :meth:`watch`, for a caller that has other things to do in between.

        Gives None where nothing was told for ``pause`` seconds. Come back soon, for a lease is
        renewed in here only. A daemon that went away is waited for in here too.
        """
        watch = JobSubscription(job)
        self._watches.append(watch)
        self._session.watching = True
        try:
            while True:
                event = self._next(watch, pause)
                yield event
                if isinstance(event, JobInfo) and event.state.is_terminal:
                    return
        finally:
            self._watches.remove(watch)
            self._session.watching = bool(self._watches)

    @_in_its_context
    def _next(self, watch: JobSubscription, timeout: float) -> JobInfo | ProgressEvent | None:
        """What is next to be said of a job; None where nothing is within timeout seconds.

        The state is asked for now and then even while events flow: events are hints, and a client
        that says nothing loses the lease of its jobs.
        """
        now = time.monotonic()
        if watch.generation != self._session.generation or now >= watch.due:
            watch.tell(self.attach(watch.job))
            watch.generation = self._session.generation
            watch.due = time.monotonic() + self._session.ping
        if not watch.told:
            self._session.wait(max(0.0, min(timeout, watch.due - time.monotonic())))
        return watch.told.popleft() if watch.told else None

    def _on_event(self, event: Reply) -> None:
        if isinstance(event, JobInfo | ProgressEvent):
            for watch in self._watches:
                if watch.job == event.job:
                    watch.tell(event)

    @_in_its_context
    def _ask(self, request: Request, kind: type[_T], subject: str | None = None) -> _T:
        """AnalysisOptions for an answer of one kind; raises the error for any other."""
        if minimum_protocol(request) > self.welcome.protocol:
            raise DaemonIncompatible(
                self._session.subject, f"it is too old for what was asked ({request.type})"
            )
        error = partial(to_exception, subject=subject or self._session.subject)
        try:
            answer = self._session.ask(request)
        except MessageTooLarge as large:
            raise error(make_failure(ErrorCode.TOO_LARGE, str(large))) from large
        except UnsendableMessage as unsendable:
            raise error(
                make_failure(ErrorCode.BAD_MESSAGE, str(unsendable), _RENAME)
            ) from unsendable
        if isinstance(answer, Refused):
            raise error(answer.failure)
        if not isinstance(answer, kind):
            raise DaemonIncompatible(
                self._session.subject, f"it answered {request.type} with {answer.type}"
            )
        return answer
