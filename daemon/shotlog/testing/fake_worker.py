"""Worker without an engine: it reports progress and ends each job with a given result."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from shotlog.schema import Log
from shotlog.service.ipc import (
    JobDone,
    JobFailed,
    ModelsLoaded,
    Preempted,
    Progressed,
    SelfTested,
    WorkerEvent,
    WorkerStopped,
)
from shotlog.service.protocol import (
    AnalysisOptions,
    ErrorCode,
    Failure,
    Submit,
    WorkerInfo,
    make_failure,
    read_spec,
)


class FakeWorker:
    """Stands in for the supervisor and its worker process; :meth:`poll` returns its events.

    Args:
        answer: Returns the result of a job: a log, or the reason of its failure.
        steps: Number of progress events before a job ends.
        pace: Seconds between two steps.
    """

    def __init__(self, answer: Callable[[Submit], Log | Failure], steps: int, pace: float) -> None:
        self._answer, self._steps, self._pace = answer, steps, pace
        self._jobs: tuple[Submit, ...] = ()
        self._step, self._step_at = 0, 0.0
        self._events: list[WorkerEvent] = []
        self._started = False

    @property
    def free(self) -> bool:
        """True where it has no job, and all its events were polled."""
        return not (self._jobs or self._events)

    @property
    def pid(self) -> int | None:
        """None, as there is no process."""
        return None

    def run(self, specs: Mapping[str, str]) -> bool:
        """Start jobs."""
        self._started = True
        self._jobs = tuple(read_spec(job, text) for job, text in specs.items())
        self._step, self._step_at = 0, time.monotonic() + self._pace
        return True

    def load(self, options: AnalysisOptions, keep_alive: float | None = None) -> bool:
        """Report models as loaded."""
        self._started = True
        self._events.append(ModelsLoaded(models=()))
        return True

    def run_selftest(self, options: AnalysisOptions) -> bool:
        """Report a successful self-test."""
        self._events.append(SelfTested(ok=True, words="a fake worker", seconds=0.0))
        return True

    def preempt(self, kill_after: float | None = None) -> None:
        """Preempt the running jobs at once."""
        if self._jobs:
            self._jobs = ()
            self._events.append(Preempted())

    def stop(self, kill_after: float = 5.0) -> None:
        """Preempt the running jobs, and report the worker as stopped."""
        self.preempt()
        self._started = False
        self._events.append(WorkerStopped())

    def info(self) -> WorkerInfo:
        """Return the state of the worker."""
        if self._jobs:
            return WorkerInfo(state="busy")
        return WorkerInfo(state="idle" if self._started else "absent")

    def poll(self) -> list[WorkerEvent]:
        """Take the next step if it is due, and return the events since the last call."""
        if self._jobs and time.monotonic() >= self._step_at:
            self._step_at = time.monotonic() + self._pace
            self._take_step()
        events, self._events = self._events, []
        return events

    def _take_step(self) -> None:
        if self._step < self._steps:
            self._step += 1
            self._events.append(
                Progressed(
                    stage="looking", done=self._step, total=self._steps, unit="clips", saved=False
                )
            )
            return
        self._events += [self._finish(submit) for submit in self._jobs]
        self._jobs = ()

    def _finish(self, submit: Submit) -> WorkerEvent:
        try:
            result = self._answer(submit)
        except Exception as error:
            # An error of the test's own function fails the job, and does not hang the daemon.
            message = f"the answer function of the test failed ({type(error).__name__}: {error})"
            result = make_failure(ErrorCode.INTERNAL, message)
        if isinstance(result, Failure):
            return JobFailed(job=submit.job, failure=result)
        return JobDone(job=submit.job, text=result.model_dump_json())
