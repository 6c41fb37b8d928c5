"""Follows a caller's requests, by way of the daemon's client: one thread, several jobs at once."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, assert_never

from shotlog._version import __version__
from shotlog.bridge import replies as tell
from shotlog.bridge import requests as ask
from shotlog.bridge import result_models as forms
from shotlog.bridge.errors import Why, refusal, why, why_over
from shotlog.bridge.parsing import Misread, read
from shotlog.bridge.stdio import LINE_BYTES
from shotlog.schema import (
    DaemonAbsent,
    DaemonFileUnusable,
    DaemonLost,
    Edit,
    NotAllowed,
    ShotlogError,
)
from shotlog.service.protocol import ErrorCode, JobInfo, JobState, ProgressEvent

if TYPE_CHECKING:
    from shotlog.service.client import Client

_RECONNECTED = "The daemon was away and is here again; jobs that were running go on."
_DURABLE = "This job is durable: once a daemon runs, attach to it by its id."
_LEASED = "This job is not durable, and ends: analyze again."

_LOST = (DaemonAbsent, DaemonFileUnusable, DaemonLost, NotAllowed)
"""What ends the conversation with the daemon, and not one request alone."""

_REMEMBERED = 100
"""So many jobs that are over keep the rates of their clips, for ``results``."""


@dataclass
class _Run:
    """A job that a request is told of.

    Attributes:
        request: The request's id.
        job: The job's id.
        steps: What the daemon says of it.
        leased: Whether it ends with the bridge.
    """

    request: ask.RequestId
    job: str
    steps: Generator[JobInfo | ProgressEvent | None]
    leased: bool


class Bridge:
    """Answers lines, and tells of jobs.

    Args:
        connect: Makes the daemon's client, given a name for its log; called when the first
            request comes that needs the daemon.
        say: Takes what is said to the caller. What it raises is not caught.

    Attributes:
        over: Whether the caller has ended the bridge.
    """

    def __init__(
        self, connect: Callable[[str], Client], say: Callable[[tell.Answer | tell.Event], None]
    ) -> None:
        self.over = False
        self._connect, self._say = connect, say
        self._caller: str | None = None
        self._connected: Client | None = None
        self._reconnects = 0
        self._runs: dict[ask.RequestId, _Run] = {}
        self._rates: dict[str, Mapping[str, Fraction]] = {}

    @property
    def busy(self) -> bool:
        """Whether there are jobs to tell of, so that :meth:`step` must be called often."""
        return bool(self._runs)

    @property
    def connected(self) -> bool:
        """Whether it is a client of the daemon now."""
        return self._connected is not None

    def hear(self, line: bytes) -> None:
        """Follows a line, and answers it with exactly one; a blank one means nothing."""
        if not line.strip():
            return
        try:
            request = read(line)
        except Misread as bad:
            self._say(_error(bad.id, refusal(bad.code, str(bad), bad.hint)))
            return
        lost: list[tell.Failed] = []
        try:
            answer = self._follow(request)
        except Exception as error:  # one bad request never costs the others
            answer = _error(request.id, why(error))
            if isinstance(error, _LOST):
                lost = self._lost(error)
        for told in (answer, *lost):
            self._say(told)
        self._notice()

    def step(self) -> None:
        """Tells what is new of the jobs; waits for nothing, unless the daemon is away."""
        for run in list(self._runs.values()):
            for event in self._news(run):
                self._say(event)
        self._notice()

    def rest(self) -> None:
        """Leaves the daemon until it is needed again, which may end meanwhile and be started anew.

        A client that stays would take a daemon that ended for want of work for one that somebody
        stopped.
        """
        if not self.busy:
            self.close()

    def close(self) -> None:
        """Cancels what is not durable, and leaves the daemon."""
        client, self._connected, self._reconnects = self._connected, None, 0
        if client is None:
            return
        for run in self._runs.values():
            try:
                if run.leased:
                    client.cancel(run.job)
            except _LOST:  # then the leases of them all run out
                break
            except ShotlogError:  # one that is refused costs no other
                continue
        client.close()

    @property
    def _client(self) -> Client:
        if self._connected is None:
            self._connected = self._connect(f"bridge of {self._caller or 'a caller'}")
        return self._connected

    def _follow(self, request: ask.Request) -> tell.Answer:
        if not isinstance(request, ask.Hello) and self._caller is None:
            return _error(request.id, refusal(ErrorCode.NOT_INITIALISED, "hello comes first"))
        match request:
            case ask.Hello():
                return self._greeted(request)
            case ask.Analyze() | ask.Attach():
                return self._begun(request)
            case ask.Cancel():
                return self._cancelled(request)
            case ask.Results():
                found = self._found(request.job)
                return tell.ToldResults(id=request.id, job=request.job, found=found)
            case ask.Jobs():
                listed = self._client.job_list()
                jobs = tuple(map(_job, listed.jobs))
                return tell.ToldJobs(id=request.id, jobs=jobs, older=listed.older)
            case ask.Status():
                return self._status(request)
            case ask.Models():
                return tell.ToldModels(id=request.id, models=_models())
            case ask.Pause():
                self._client.pause(batch=request.batch)
            case ask.Resume():
                self._client.resume()
            case ask.Load():
                self._client.load(request.asks(), request.keep_alive)
            case ask.Unload():
                self._client.unload()
            case ask.ShutdownBridge():
                self.over = True
            case _:
                assert_never(request)
        return tell.Ack(id=request.id)

    def _greeted(self, hello: ask.Hello) -> tell.Answer:
        if hello.bridge != ask.BRIDGE:
            words = f"the caller speaks version {hello.bridge} of the bridge, this is {ask.BRIDGE}"
            hint = "Update the older of the two, the script or Shotlog."
            return _error(hello.id, refusal(ErrorCode.PROTOCOL_MISMATCH, words, hint))
        self._caller = hello.client
        return tell.Welcome(
            id=hello.id,
            bridge=ask.BRIDGE,
            version=__version__,
            capabilities=ask.CAPABILITIES,
            line_bytes=LINE_BYTES,
            pid=os.getpid(),
        )

    def _begun(self, request: ask.Analyze | ask.Attach) -> tell.Answer:
        if request.id in self._runs:
            words = f"the job of an earlier request {request.id} is still running"
            hint = "Give each request an id of its own."
            return _error(request.id, refusal(ErrorCode.CONFLICT, words, hint))
        warnings: tuple[str, ...] = ()
        if isinstance(request, ask.Attach):
            info = self._client.attach(request.job)
        else:
            edit, rates = _edit(request)
            info, warnings = self._submitted(request, edit), edit.warnings
            if rates:
                self._rates[info.job] = rates
        leased = isinstance(request, ask.Analyze) and not info.durable
        steps = self._client.steps(info.job, 0.0)
        self._runs[request.id] = _Run(request.id, info.job, steps, leased)
        return tell.Accepted(
            id=request.id,
            job=info.job,
            name=info.name,
            state=info.state,
            clips=info.clips,
            warnings=warnings,
        )

    def _submitted(self, request: ask.Analyze, edit: Edit) -> JobInfo:
        return self._client.submit(
            edit,
            request.asks(disabled=request.disabled),
            name=request.name or edit.name,
            priority=request.priority,
            durable=request.durable,
            job=request.job,
            keep_alive=request.keep_alive,
        )

    def _cancelled(self, request: ask.Cancel) -> tell.Answer:
        job = request.job
        if request.request is not None and request.request in self._runs:
            job = self._runs[request.request].job
        if job is None:
            words = f"no job of request {request.request} is running"
            return _error(request.id, refusal(ErrorCode.UNKNOWN_JOB, words))
        return tell.ToldJobState(id=request.id, job=_job(self._client.cancel(job)))

    def _found(self, job: str) -> forms.Found:
        log = self._client.result(job)
        from shotlog.bridge.results import found_in  # with opentimelineio: not before it is needed

        return found_in(log, self._rates.get(job, {}))

    def _status(self, request: ask.Status) -> tell.Answer:
        report = self._client.status()
        return tell.ToldStatus(
            id=request.id,
            version=report.version,
            ready=report.ready,
            useful=report.useful,
            paused=report.paused,
            holds=report.batch_held_reason,
            queued=report.queued,
            running=report.running,
            eta=report.eta,
            worker=report.worker.state,
            models=report.worker.models,
            devices=report.worker.devices,
            failure=report.worker.failure,
            log=report.log,
        )

    def _news(self, run: _Run) -> Iterator[tell.Event]:
        """What there is to tell of a job; one that is over is forgotten."""
        try:
            while (event := next(run.steps, None)) is not None:
                if not isinstance(event, JobInfo):
                    yield tell.Progress(id=run.request, **event.model_dump(exclude={"type"}))
                elif not event.state.is_terminal:
                    yield tell.State(
                        id=run.request, job=run.job, state=event.state, attempts=event.attempts
                    )
                else:
                    ended = self._end(run, event)
                    self._forget(run)
                    yield ended
        except _LOST as error:
            yield from self._lost(error)
        except Exception as error:  # one job never costs the others
            self._forget(run)
            yield tell.Failed(id=run.request, job=run.job, **dict(why(error)))

    def _end(self, run: _Run, info: JobInfo) -> tell.Done | tell.Failed:
        if info.state is JobState.DONE:
            return tell.Done(id=run.request, job=run.job, found=self._found(run.job))
        return tell.Failed(id=run.request, job=run.job, **dict(why_over(info)))

    def _lost(self, error: Exception) -> list[tell.Failed]:
        """Gives up every job that is told of, for one conversation serves them all.

        The next job would begin another, and start the daemon that somebody stopped.
        """
        runs, told = list(self._runs.values()), why(error)
        for run in runs:
            self._forget(run)
        self.close()
        failed = []
        for run in runs:
            hint = f"{told.hint} {_LEASED if run.leased else _DURABLE}"
            own = told.model_copy(update={"hint": hint})
            failed.append(tell.Failed(id=run.request, job=run.job, **dict(own)))
        return failed

    def _forget(self, run: _Run) -> None:
        self._runs.pop(run.request, None)
        run.steps.close()
        if run.job in self._rates:
            self._rates[run.job] = self._rates.pop(run.job)  # those that ended last come last
            told_of = {other.job for other in self._runs.values()}
            over = [job for job in self._rates if job not in told_of]
            for job in over[:-_REMEMBERED]:
                del self._rates[job]

    def _notice(self) -> None:
        """Says that the daemon was away, where it was."""
        if self._connected is not None and self._connected.reconnects != self._reconnects:
            self._reconnects = self._connected.reconnects
            self._say(tell.Notice(code="reconnected", message=_RECONNECTED))


def _error(request: ask.RequestId | None, told: Why) -> tell.Error:
    return tell.Error(id=request, **dict(told))


def _edit(request: ask.Analyze) -> tuple[Edit, Mapping[str, Fraction]]:
    """The edit of a request, and the rates of its clips' source frames as far as they are told."""
    if request.edit is not None:
        from shotlog.bridge.plain import edit_of

        return edit_of(request.edit), {clip.id: clip.rate for clip in request.edit.clips}
    from shotlog_otio import read_edit

    return read_edit(Path(request.timeline or "")), {}


def _job(info: JobInfo) -> tell.ToldJob:
    return tell.ToldJob(**dict(info))


def _models() -> tuple[tell.ToldModel, ...]:
    from shotlog.models.catalog import Registry

    registry = Registry()
    here = {model.card.name for model in registry.installed()}
    return tuple(
        tell.ToldModel(
            name=card.name,
            title=card.title,
            answers=tuple(dict.fromkeys(head.task.value for head in card.heads)),
            here=card.name in here,
            licence=card.licence.name,
        )
        for card in registry.cards()
    )
