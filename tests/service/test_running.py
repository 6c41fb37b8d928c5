"""How a job's end is told, whatever it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from shotlog.engine.voices import Voices
from shotlog.schema.errors import AnalyzerError, DeviceUnusable, ModelMissing
from shotlog.service.messages import Asks, ErrorCode, Submit
from shotlog.service.running import JobRunner, failure_of
from shotlog.service.work import Failed, Memory, Progressed, Word
from tests.service import odd_worker
from tests.service.workers import JOB, job_of

NOWHERE = Path("/nowhere.mov")


class Told:
    """What a runner says; it finds voices as it is told to."""

    def __init__(self, *found: Voices | Exception) -> None:
        self.words: list[Word] = []
        self.wanted_back = False
        self._found = list(found)
        self.runner = JobRunner(self.words.append, lambda: self.wanted_back, self._voices)

    def _voices(self, asks: Asks) -> Voices:
        found = self._found.pop(0)
        if isinstance(found, Exception):
            raise found
        return found

    @property
    def types(self) -> list[str]:
        told = [word for word in self.words if not isinstance(word, Progressed | Memory)]
        return [word.type for word in told]

    def run(self, *specs: Submit) -> None:
        self.runner.run({spec.job: spec.model_dump_json() for spec in specs})


def test_a_device_that_is_not_there_costs_neither_the_worker_nor_its_models() -> None:
    absent = DeviceUnusable("cuda:9", "there is no such device")
    told = Told(odd_worker.voices(), absent, odd_worker.voices())
    for _ in range(3):
        told.run(job_of(NOWHERE))
    assert told.types == ["part", "done", "failed", "part", "done"]


def test_a_job_that_is_wanted_back_is_not_begun() -> None:
    told = Told(odd_worker.voices())
    told.wanted_back = True
    told.run(job_of(NOWHERE))
    assert told.types == ["preempted"]


def test_what_nobody_foresaw_fails_the_job_and_points_to_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    told = Told(RuntimeError("a surprise"))
    told.run(job_of(NOWHERE))
    (failed,) = [word for word in told.words if isinstance(word, Failed)]
    assert failed.job == JOB
    assert failed.failure.code is ErrorCode.INTERNAL
    assert "a surprise" in failed.failure.message
    assert "shotlog daemon logs" in failed.failure.hint
    assert "a surprise" in caplog.text


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ModelMissing("movieshots"), ErrorCode.MODEL),
        (AnalyzerError("some.package"), ErrorCode.INTERNAL),
    ],
)
def test_a_failure_says_what_happened_to_what_and_what_to_do(
    error: ModelMissing | AnalyzerError, code: ErrorCode
) -> None:
    failure = failure_of(error)
    assert failure.code is code
    assert failure.message == f"{error.problem.subject}: {error.problem.message}"
    assert failure.hint == error.problem.hint
    assert not failure.retryable
