"""The jobs of a daemon that only pretends: what ``shotlog.testing`` answers with. No I/O."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from shotlog import __version__
from shotlog.schema.findings import Log
from shotlog.service.messages import (
    PROTOCOL,
    Ack,
    Attach,
    Canary,
    Cancel,
    Check,
    ErrorCode,
    Failure,
    Hello,
    JobInfo,
    JobList,
    JobState,
    Limits,
    ListJobs,
    Metrics,
    MetricsText,
    Pause,
    Ping,
    Pong,
    ProgressEvent,
    Refused,
    Reply,
    Request,
    ResultPart,
    Results,
    Resume,
    Shutdown,
    Status,
    StatusReport,
    Submit,
    Welcome,
    WorkerInfo,
    needs,
)
from shotlog.service.refusals import failure
from shotlog.service.wire import new_id

_PART = 64 * 1024


@dataclass
class _Job:
    submit: Submit
    info: JobInfo
    step: int = 0
    due: float = 0.0
    text: str = ""

    def change(self, **fields: Any) -> JobInfo:
        self.info = self.info.model_copy(update=fields)
        return self.info


class Pretence:
    """Answers requests and has jobs go by, without an engine.

    Args:
        answer: What becomes of a job: a log, or why it fails.
        steps: How often a job tells of its progress.
        pace: Seconds between two steps.
        limits: What it says that it takes.
        protocol: What it speaks.

    Attributes:
        boot: Changes with every beginning.
        draining: Whether it was told to end when nothing waits any more.
    """

    def __init__(
        self,
        answer: Callable[[Submit], Log | Failure],
        steps: int,
        pace: float,
        limits: Limits,
        protocol: tuple[int, int] = PROTOCOL,
    ) -> None:
        self._protocol = protocol
        self._checked: float | None = None
        self.boot, self._pid, self._endpoint = "", 0, ""
        self._answer, self._steps, self._pace, self._limits = answer, steps, pace, limits
        self._jobs: dict[str, _Job] = {}
        self._paused = self.draining = False
        self._started = time.monotonic()

    def begin(self, endpoint: str, pid: int) -> None:
        """Begins anew, as after a crash: what ran is queued again."""
        self.boot, self._endpoint, self._pid = new_id(), endpoint, pid
        self._paused = self.draining = False
        self._started = time.monotonic()
        for job in self._jobs.values():
            if not job.info.state.over:
                job.step = 0
                job.change(state=JobState.QUEUED, stage=None)

    def reply(self, request: Request) -> Reply:
        """What a daemon answers; hello too, of which the caller keeps the account."""
        if needs(request) > self._protocol:
            return _refused(ErrorCode.BAD_MESSAGE)
        match request:
            case Hello():
                return self._welcome(request)
            case Ping():
                return Pong(boot=self.boot)
            case Submit():
                return self._submitted(request)
            case Attach() | Cancel() | Results():
                job = self._jobs.get(request.job)
                return self._of(job, request) if job else _refused(ErrorCode.UNKNOWN_JOB)
            case ListJobs():
                return JobList(jobs=tuple(job.info for job in reversed(self._jobs.values())))
            case Status():
                return self._status()
            case Metrics():
                return MetricsText(
                    text=f"# TYPE shotlog_jobs gauge\nshotlog_jobs {len(self._jobs)}\n"
                )
            case Pause() | Resume():
                self._paused = isinstance(request, Pause)
            case Check():
                self._checked = time.monotonic()
            case Shutdown():
                self.draining = request.drain
        return Ack()

    def work(self) -> Iterator[JobInfo | ProgressEvent]:
        """One step of the job that runs, where it is due; gives what clients are told of it."""
        job = next((job for job in self._jobs.values() if not job.info.state.over), None)
        if job is None or self._paused or time.monotonic() < job.due:
            return
        job.due = time.monotonic() + self._pace
        if job.info.state is JobState.QUEUED:
            yield job.change(state=JobState.RUNNING, attempts=job.info.attempts + 1)
        elif job.info.state is JobState.CANCELLING:
            yield job.change(state=JobState.CANCELLED, ended=time.time(), stage=None)
        elif job.step < self._steps:
            job.step += 1
            told = {"stage": "looking", "done": job.step, "total": self._steps, "unit": "clips"}
            job.change(**told)
            yield ProgressEvent(job=job.info.job, **told)
        else:
            yield self._finished(job)

    @property
    def idle(self) -> bool:
        """Whether nothing waits or runs."""
        return all(job.info.state.over for job in self._jobs.values())

    def _finished(self, job: _Job) -> JobInfo:
        found = self._answer(job.submit)
        ended = {"ended": time.time(), "stage": None}
        if isinstance(found, Failure):
            return job.change(state=JobState.FAILED, failure=found, **ended)
        job.text = found.model_dump_json()
        return job.change(state=JobState.DONE, **ended)

    def _submitted(self, request: Submit) -> Reply:
        known = self._jobs.get(request.job)
        if known is not None:
            return known.info if known.submit == request else _refused(ErrorCode.CONFLICT)
        if self.draining:
            return _refused(ErrorCode.DRAINING)
        if sum(not job.info.state.over for job in self._jobs.values()) >= self._limits.jobs:
            return _refused(ErrorCode.BUSY)
        info = JobInfo(
            job=request.job,
            name=request.name,
            state=JobState.QUEUED,
            priority=request.priority,
            durable=request.durable,
            clips=len(request.edit.clips),
            created=time.time(),
        )
        self._jobs[request.job] = _Job(request, info)
        return info

    def _of(self, job: _Job, request: Attach | Cancel | Results) -> Reply:
        if isinstance(request, Results):
            if job.info.state is not JobState.DONE:
                return _refused(ErrorCode.NOT_DONE)
            start = request.part * _PART
            rest = job.text[start:]
            return ResultPart(
                job=request.job, part=request.part, last=len(rest) <= _PART, text=rest[:_PART]
            )
        if isinstance(request, Cancel) and not job.info.state.over:
            job.due = 0.0
            job.change(state=JobState.CANCELLING)
        return job.info

    def _welcome(self, request: Hello) -> Reply:
        spoken = min(self._protocol, request.highest)
        if spoken[0] != self._protocol[0] or spoken < request.lowest or request.required:
            return _refused(ErrorCode.PROTOCOL_MISMATCH)
        return Welcome(
            protocol=spoken,
            capabilities=(),
            version=__version__,
            boot=self.boot,
            pid=self._pid,
            limits=self._limits,
        )

    def _status(self) -> StatusReport:
        states = [job.info.state for job in self._jobs.values()]
        running = (j.info.job for j in self._jobs.values() if j.info.state is JobState.RUNNING)
        return StatusReport(
            version=__version__,
            boot=self.boot,
            pid=self._pid,
            uptime=time.monotonic() - self._started,
            paused=self._paused,
            draining=self.draining,
            alive=True,
            ready=not self.draining,
            useful=True,
            queued=states.count(JobState.QUEUED),
            running=next(running, None),
            finished=states.count(JobState.DONE),
            failed=states.count(JobState.FAILED),
            eta=None,
            clients=1,
            dropped=0,
            worker=WorkerInfo(state="absent"),
            journal=("(none)", None),
            log="(none)",
            endpoint=self._endpoint,
            canary=None if self._checked is None else self._canary(self._checked),
        )

    @staticmethod
    def _canary(at: float) -> Canary:
        return Canary(ok=True, words="it pretends", seconds=0.0, age=time.monotonic() - at)


def _refused(code: ErrorCode) -> Refused:
    return Refused(failure=failure(code, f"a pretended daemon refuses: {code.value}"))
