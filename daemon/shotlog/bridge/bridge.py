"""Handling of a caller's requests by the daemon's client, in one thread, for several jobs."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, assert_never

from shotlog._version import __version__
from shotlog.bridge import replies, requests, result_models
from shotlog.bridge.errors import ErrorDetails, describe_end, describe_error, refusal
from shotlog.bridge.parsing import InvalidRequest, parse_request
from shotlog.bridge.stdio import LINE_BYTES
from shotlog.markers import MarkerOptions
from shotlog.schema import (
    DaemonAbsent,
    DaemonFileUnusable,
    DaemonLost,
    Edit,
    NotAllowed,
    ShotlogError,
)
from shotlog.service.protocol import ErrorCode, JobInfo, JobState, ProgressEvent
from shotlog.settings import Settings

if TYPE_CHECKING:
    from shotlog.service.client import Client
    from shotlog.settings import LoadedSettings

_RECONNECTED = "The connection to the daemon was lost and is restored; its jobs continue."
_DURABLE = "This job is durable: attach to it by its id when a daemon is running."
_LEASED = "This job is not durable and has ended: analyze again."

_LOST = (DaemonAbsent, DaemonFileUnusable, DaemonLost, NotAllowed)
"""Errors that end the connection to the daemon, not one request alone."""

_KEPT_FORMS = 100
"""Number of finished jobs whose form of results is kept, for ``results``."""


class _Form(NamedTuple):
    """The form in which a caller wants the findings of a job; a log has none of it.

    Attributes:
        rates: Rates of source frames by clip, if given.
        markers: Options of the markers.
    """

    rates: Mapping[str, Fraction]
    markers: MarkerOptions


@dataclass
class _Run:
    """A job whose events are sent to a request.

    Attributes:
        request: Id of the request.
        job: Id of the job.
        steps: Events of the daemon; None where there is no new one.
        leased: True if the job is cancelled when the bridge ends.
    """

    request: requests.RequestId
    job: str
    steps: Generator[JobInfo | ProgressEvent | None]
    leased: bool


class Bridge:
    """Handles request lines, and sends replies and the events of jobs.

    Args:
        connect: Creates the daemon's client, given a name for its log; called at the first request
            that needs the daemon.
        say: Sends a reply or event to the caller. Its exceptions are not caught.

    Attributes:
        ended: True once the caller has ended the bridge.
    """

    def __init__(
        self, connect: Callable[[str], Client], say: Callable[[replies.Reply | replies.Event], None]
    ) -> None:
        self.ended = False
        self._connect, self._say = connect, say
        self._caller: str | None = None
        self._connected: Client | None = None
        self._reconnects = 0
        self._runs: dict[requests.RequestId, _Run] = {}
        self._forms: dict[str, _Form] = {}

    @property
    def busy(self) -> bool:
        """True while there are jobs, so that :meth:`poll` must be called often."""
        return bool(self._runs)

    @property
    def connected(self) -> bool:
        """True while it is connected to the daemon."""
        return self._connected is not None

    def handle(self, line: bytes) -> None:
        """Handle a line and send exactly one reply; ignore a blank line."""
        if not line.strip():
            return
        try:
            request = parse_request(line)
        except InvalidRequest as bad:
            self._say(_error(bad.id, refusal(bad.code, str(bad), bad.hint)))
            return
        lost: list[replies.FailedEvent] = []
        try:
            answer = self._answer(request)
        except Exception as error:  # one bad request must not end the bridge
            answer = _error(request.id, describe_error(error))
            if isinstance(error, _LOST):
                lost = self._lost(error)
        for message in (answer, *lost):
            self._say(message)
        self._notify()

    def poll(self) -> None:
        """Send new events of the jobs; waits only if the connection to the daemon is lost."""
        for run in list(self._runs.values()):
            for event in self._events(run):
                self._say(event)
        self._notify()

    def disconnect_if_idle(self) -> None:
        """Disconnect from the daemon if there are no jobs; the next request connects again."""
        # A connected client would report an idle daemon that ended as one that was stopped.
        if not self.busy:
            self.close()

    def close(self) -> None:
        """Cancel the jobs that are not durable, and disconnect from the daemon."""
        client, self._connected, self._reconnects = self._connected, None, 0
        if client is None:
            return
        for run in self._runs.values():
            try:
                if run.leased:
                    client.cancel(run.job)
            except _LOST:  # without a connection the leases of all jobs expire
                break
            except ShotlogError:  # one job cannot be cancelled; the others may
                continue
        client.close()

    @property
    def _client(self) -> Client:
        if self._connected is None:
            self._connected = self._connect(f"bridge of {self._caller or 'a caller'}")
        return self._connected

    def _answer(self, request: requests.Request) -> replies.Reply:
        if not isinstance(request, requests.Hello) and self._caller is None:
            return _error(request.id, refusal(ErrorCode.NOT_INITIALISED, "send hello first"))
        match request:
            case requests.Hello():
                return self._greet(request)
            case requests.AnalyzeRequest() | requests.Attach():
                return self._start(request)
            case requests.Cancel():
                return self._cancel(request)
            case requests.ResultsRequest():
                found = self._findings(request.job)
                return replies.ResultsReply(id=request.id, job=request.job, found=found)
            case requests.Jobs():
                listed = self._client.job_list()
                jobs = tuple(map(_job, listed.jobs))
                return replies.JobsReply(id=request.id, jobs=jobs, older=listed.older)
            case requests.Status():
                return self._status(request)
            case requests.Models():
                return replies.ModelsReply(id=request.id, models=_models())
            case requests.Pause():
                self._client.pause(batch=request.batch)
            case requests.Resume():
                self._client.resume()
            case requests.Load():
                asks = request.asks(_load_settings().settings.analysis)
                self._client.load(asks, request.keep_alive)
            case requests.Unload():
                self._client.unload()
            case requests.SettingsRequest():
                return _settings(request)
            case requests.ReportRequest():
                return self._report(request)
            case requests.ShutdownBridge():
                self.ended = True
            case _:
                assert_never(request)
        return replies.Acknowledged(id=request.id)

    def _greet(self, hello: requests.Hello) -> replies.Reply:
        if hello.bridge != requests.BRIDGE:
            versions = f"version {hello.bridge} of the bridge, and this is {requests.BRIDGE}"
            words = f"the caller was written for {versions}"
            hint = "Update the older of the two, the script or Shotlog."
            return _error(hello.id, refusal(ErrorCode.PROTOCOL_MISMATCH, words, hint))
        self._caller = hello.client
        return replies.HelloReply(
            id=hello.id,
            bridge=requests.BRIDGE,
            version=__version__,
            capabilities=requests.CAPABILITIES,
            line_bytes=LINE_BYTES,
            pid=os.getpid(),
        )

    def _start(self, request: requests.AnalyzeRequest | requests.Attach) -> replies.Reply:
        if request.id in self._runs:
            words = f"the job of an earlier request {request.id} is still running"
            hint = "Give each request an id of its own."
            return _error(request.id, refusal(ErrorCode.CONFLICT, words, hint))
        warnings: tuple[str, ...] = ()
        if isinstance(request, requests.Attach):
            self._form_of(request.job)  # an error in the settings is reported now, not at the end
            info = self._client.attach(request.job)
        else:
            settings = _load_settings(_project(request)).settings
            edit, rates = _edit(request)
            info, warnings = self._submit(request, edit, settings), edit.warnings
            self._forms[info.job] = _Form(rates, settings.markers)
        leased = isinstance(request, requests.AnalyzeRequest) and not info.durable
        steps = self._client.poll_events(info.job, 0.0)  # 0.0: poll() must not block
        self._runs[request.id] = _Run(request.id, info.job, steps, leased)
        return replies.Accepted(
            id=request.id,
            job=info.job,
            name=info.name,
            state=info.state,
            clips=info.clips,
            warnings=warnings,
        )

    def _submit(self, request: requests.AnalyzeRequest, edit: Edit, settings: Settings) -> JobInfo:
        return self._client.submit(
            edit,
            request.asks_of(settings),
            name=request.name or edit.name,
            priority=request.priority,
            durable=request.durable,
            job=request.job,
            keep_alive=request.keep_alive,
        )

    def _cancel(self, request: requests.Cancel) -> replies.Reply:
        job = request.job
        if request.request is not None and request.request in self._runs:
            job = self._runs[request.request].job
        if job is None:
            words = f"no job of request {request.request} is running"
            return _error(request.id, refusal(ErrorCode.UNKNOWN_JOB, words))
        return replies.JobReply(id=request.id, job=_job(self._client.cancel(job)))

    def _findings(self, job: str) -> result_models.EditSummary:
        form = self._form_of(job)
        log = self._client.result(job)
        from shotlog.bridge.results import placed_markers, summarize_log  # late: it takes long
        from shotlog.corrections import record_markers

        unrecorded = record_markers(log, placed_markers(log, form.markers))
        log = log.model_copy(update={"warnings": (*log.warnings, *unrecorded)})
        return summarize_log(log, form.rates, form.markers)

    def _form_of(self, job: str) -> _Form:
        return self._forms.get(job) or _Form({}, _load_settings().settings.markers)

    def _report(self, request: requests.ReportRequest) -> replies.ReportReply:
        from shotlog.bridge.reports import check_report, write_report

        path = Path(request.path)
        check_report(path)
        warnings = write_report(self._client.result(request.job), path)
        return replies.ReportReply(
            id=request.id, job=request.job, path=request.path, warnings=warnings
        )

    def _status(self, request: requests.Status) -> replies.Reply:
        report = self._client.status()
        return replies.StatusReply(
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

    def _events(self, run: _Run) -> Iterator[replies.Event]:
        """Yield the new events of a job; remove a job that has ended."""
        try:
            while (event := next(run.steps, None)) is not None:
                if not isinstance(event, JobInfo):
                    yield replies.JobProgress(id=run.request, **event.model_dump(exclude={"type"}))
                elif not event.state.is_terminal:
                    yield replies.StateEvent(
                        id=run.request, job=run.job, state=event.state, attempts=event.attempts
                    )
                else:
                    ended = self._end(run, event)
                    self._forget(run)
                    yield ended
        except _LOST as error:
            yield from self._lost(error)
        except Exception as error:  # one failed job must not end the others
            self._forget(run)
            yield replies.FailedEvent(id=run.request, job=run.job, **dict(describe_error(error)))

    def _end(self, run: _Run, info: JobInfo) -> replies.DoneEvent | replies.FailedEvent:
        if info.state is JobState.DONE:
            return replies.DoneEvent(id=run.request, job=run.job, found=self._findings(run.job))
        return replies.FailedEvent(id=run.request, job=run.job, **dict(describe_end(info)))

    def _lost(self, error: Exception) -> list[replies.FailedEvent]:
        """Disconnect and return a failure for every job, as all share the lost connection."""
        # All at once: polling the next job would connect again, and start a daemon that the user
        # has just stopped.
        runs, details = list(self._runs.values()), describe_error(error)
        for run in runs:
            self._forget(run)
        self.close()
        failed = []
        for run in runs:
            hint = f"{details.hint} {_LEASED if run.leased else _DURABLE}"
            own = details.model_copy(update={"hint": hint})
            failed.append(replies.FailedEvent(id=run.request, job=run.job, **dict(own)))
        return failed

    def _forget(self, run: _Run) -> None:
        self._runs.pop(run.request, None)
        run.steps.close()
        if run.job in self._forms:
            self._forms[run.job] = self._forms.pop(run.job)  # to the end: the oldest are dropped
            followed = {other.job for other in self._runs.values()}
            ended = [job for job in self._forms if job not in followed]
            for job in ended[:-_KEPT_FORMS]:
                del self._forms[job]

    def _notify(self) -> None:
        """Send a notice if the connection to the daemon was restored."""
        if self._connected is not None and self._connected.reconnects != self._reconnects:
            self._reconnects = self._connected.reconnects
            self._say(replies.NoticeEvent(code="reconnected", message=_RECONNECTED))


def _error(request: requests.RequestId | None, details: ErrorDetails) -> replies.Error:
    return replies.Error(id=request, **dict(details))


def _edit(request: requests.AnalyzeRequest) -> tuple[Edit, Mapping[str, Fraction]]:
    """Return the edit of a request, and the rates of its clips' source frames, if given."""
    if request.edit is not None:
        from shotlog.bridge.plain import to_edit

        return to_edit(request.edit), {clip.id: clip.rate for clip in request.edit.clips}
    from shotlog_otio import read_edit

    return read_edit(Path(request.timeline or "")), {}


def _load_settings(project: Path | None = None) -> LoadedSettings:
    from shotlog.settings import load_settings  # late, so that "hello" is not delayed by it

    return load_settings(project)


def _project(request: requests.AnalyzeRequest) -> Path | None:
    """Return the file or folder whose project settings hold for a request."""
    named = request.project or request.timeline
    return Path(named) if named else None


def _settings(request: requests.SettingsRequest) -> replies.SettingsReply:
    loaded = _load_settings(Path(request.project) if request.project else None)
    return replies.SettingsReply(
        id=request.id,
        settings=loaded.settings,
        user=str(loaded.user) if loaded.user else None,
        project=str(loaded.project) if loaded.project else None,
    )


def _job(info: JobInfo) -> replies.JobSummary:
    return replies.JobSummary(**dict(info))


def _models() -> tuple[replies.ModelSummary, ...]:
    from shotlog.models.catalog import Registry

    registry = Registry()
    here = {model.card.name for model in registry.installed()}
    return tuple(
        replies.ModelSummary(
            name=card.name,
            title=card.title,
            answers=tuple(task.value for task in card.tasks),
            here=card.name in here,
            licence=card.licence.name,
        )
        for card in registry.cards()
    )
