"""A worker that only pretends: what the daemon of ``shotlog.testing`` has in place of an engine."""

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
    """Has jobs go by. What it says is fetched with :meth:`poll`.

    Args:
        answer: What becomes of a job: a log, or why it fails.
        steps: How often jobs tell of their progress before they end.
        pace: Seconds between two steps.
    """

    def __init__(self, answer: Callable[[Submit], Log | Failure], steps: int, pace: float) -> None:
        self._answer, self._steps, self._pace = answer, steps, pace
        self._jobs: tuple[Submit, ...] = ()
        self._step, self._due = 0, 0.0
        self._said: list[WorkerEvent] = []
        self._begun = False

    @property
    def free(self) -> bool:
        """Whether it has nothing to do, and said so."""
        return not (self._jobs or self._said)

    @property
    def pid(self) -> int | None:
        """None: there is no process."""
        return None

    def run(self, specs: Mapping[str, str]) -> bool:
        """Takes jobs."""
        self._begun = True
        self._jobs = tuple(read_spec(job, text) for job, text in specs.items())
        self._step, self._due = 0, time.monotonic() + self._pace
        return True

    def load(self, options: AnalysisOptions, keep_alive: float | None = None) -> bool:
        """Pretends to load models."""
        self._begun = True
        self._said.append(ModelsLoaded(models=()))
        return True

    def run_selftest(self, options: AnalysisOptions) -> bool:
        """Pretends to try itself."""
        self._said.append(SelfTested(ok=True, words="it pretends", seconds=0.0))
        return True

    def preempt(self, kill_after: float | None = None) -> None:
        """Lets go of its jobs at once."""
        if self._jobs:
            self._jobs = ()
            self._said.append(Preempted())

    def stop(self, kill_after: float = 5.0) -> None:
        """Ends, so far as there is anything to end."""
        self.preempt()
        self._begun = False
        self._said.append(WorkerStopped())

    def info(self) -> WorkerInfo:
        """How it is; there is no process."""
        if self._jobs:
            return WorkerInfo(state="busy")
        return WorkerInfo(state="idle" if self._begun else "absent")

    def poll(self) -> list[WorkerEvent]:
        """What it said since, and its next step where that is due."""
        if self._jobs and time.monotonic() >= self._due:
            self._due = time.monotonic() + self._pace
            self._go_on()
        said, self._said = self._said, []
        return said

    def _go_on(self) -> None:
        if self._step < self._steps:
            self._step += 1
            self._said.append(
                Progressed(
                    stage="looking", done=self._step, total=self._steps, unit="clips", saved=False
                )
            )
            return
        self._said += [self._end_of(submit) for submit in self._jobs]
        self._jobs = ()

    def _end_of(self, submit: Submit) -> WorkerEvent:
        try:
            found = self._answer(submit)
        except Exception as error:
            words = f"the answer of the test failed ({type(error).__name__}: {error})"
            found = make_failure(ErrorCode.INTERNAL, words)
        if isinstance(found, Failure):
            return JobFailed(job=submit.job, failure=found)
        return JobDone(job=submit.job, text=found.model_dump_json())
