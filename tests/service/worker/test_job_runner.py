"""How a job's end is told, whatever it was."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from shotlog.analyzers.sound import LoudnessMeasure
from shotlog.engine import AnalyzerSelection, Cache
from shotlog.schema import AnalyzerError, DeviceUnusable, ModelMissing, ProfileUnusable, Row
from shotlog.service.ipc import Event, JobFailed, Progressed, ResultChunk, SelfTested, WorkerStats
from shotlog.service.protocol import AnalysisOptions, ErrorCode, Submit
from shotlog.service.worker import JobRunner, run_selftest, to_failure
from shotlog.synthetic import write_video
from tests.service import odd_worker
from tests.service.workers import COUNT, JOB, OTHER, RATE, in_process, job_of
from tests.support import write_film

NOWHERE = Path("/nowhere.mov")


class Told:
    """What a runner says; it finds voices as it is told to."""

    def __init__(self, *found: AnalyzerSelection | Exception) -> None:
        self.words: list[Event] = []
        self.preempt_requested = self.preempt_after_one = False
        self._found = list(found)
        self.runner = JobRunner(self.words.append, self._preempt_requested, self._voices)

    def _preempt_requested(self) -> bool:
        return self.preempt_requested or (self.preempt_after_one and "done" in self.types)

    def _voices(self, asks: AnalysisOptions) -> AnalyzerSelection:
        found = self._found.pop(0)
        if isinstance(found, Exception):
            raise found
        return found

    @property
    def types(self) -> list[str]:
        told = [word for word in self.words if not isinstance(word, Progressed | WorkerStats)]
        return [word.type for word in told]

    def run(self, *specs: Submit) -> None:
        self.runner.run({spec.job: spec.model_dump_json() for spec in specs})


def test_a_device_that_is_not_there_costs_neither_the_worker_nor_its_models() -> None:
    absent = DeviceUnusable("cuda:9", "there is no such device")
    told = Told(odd_worker.voices(), absent, odd_worker.voices())
    for _ in range(3):
        told.run(job_of(NOWHERE))
    assert told.types == ["part", "done", "failed", "part", "done"]


def test_a_job_that_preempt_requested_is_not_begun() -> None:
    told = Told(odd_worker.voices())
    told.preempt_requested = True
    told.run(job_of(NOWHERE))
    assert told.types == ["preempted"]


def test_what_nobody_foresaw_fails_the_job_and_points_to_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    told = Told(RuntimeError("a surprise"))
    told.run(job_of(NOWHERE))
    (failed,) = [word for word in told.words if isinstance(word, JobFailed)]
    assert failed.job == JOB
    assert failed.failure.code is ErrorCode.INTERNAL
    assert "a surprise" in failed.failure.message
    assert "shotlog daemon logs" in failed.failure.hint
    assert "a surprise" in caplog.text


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ModelMissing("movieshots"), ErrorCode.MODEL),
        (ProfileUnusable("anna@0123456789ab"), ErrorCode.MODEL),
        (AnalyzerError("some.package"), ErrorCode.INTERNAL),
    ],
)
def test_a_failure_says_what_happened_to_what_and_what_to_do(
    error: ModelMissing | ProfileUnusable | AnalyzerError, code: ErrorCode
) -> None:
    failure = to_failure(error)
    assert failure.code is code
    assert failure.message == f"{error.problem.subject}: {error.problem.message}"
    assert failure.hint == error.problem.hint
    assert not failure.retryable


def second(job: Submit) -> Submit:
    return job.model_copy(update={"job": OTHER})


def test_jobs_that_run_together_are_answered_each(tmp_path: Path) -> None:
    told = Told(odd_worker.voices())
    first = job_of(write_film(tmp_path / "film.mp4"))
    told.run(first, second(first))
    assert told.types == ["part", "done", "part", "done"]
    texts = [word.text for word in told.words if isinstance(word, ResultChunk)]
    assert texts == [in_process(first.task.edit)] * 2
    (memory,) = [word for word in told.words if isinstance(word, WorkerStats)]
    assert memory.film.asked > 0


def test_every_stage_tells_whether_what_is_done_is_saved(tmp_path: Path) -> None:
    told = Told(odd_worker.voices())
    told.run(job_of(write_film(tmp_path / "film.mp4")))

    stages = {word.stage: word.saved for word in told.words if isinstance(word, Progressed)}

    # Rows go to the result cache while they are measured; media are probed, and findings
    # concluded, again by a run that is begun again.
    saved = dict.fromkeys(("Picture", "Sound", "Models"), True)
    assert stages == {"Preparing": False, "Media": False, **saved, "Findings": False}


def test_a_film_that_is_written_over_between_two_jobs_is_told_as_it_is_now(tmp_path: Path) -> None:
    told = Told(odd_worker.voices(), odd_worker.voices())
    film = write_film(tmp_path / "film.mp4")
    told.run(first := job_of(film))
    before = film.stat()
    write_video(film, np.zeros((COUNT, 48, 64, 3), np.uint8), RATE)
    os.utime(film, ns=(before.st_atime_ns, before.st_mtime_ns))
    told.run(second(first))
    texts = [word.text for word in told.words if isinstance(word, ResultChunk)]
    assert texts[0] != texts[1] == in_process(first.task.edit)


def test_of_jobs_that_are_wanted_back_those_that_are_done_stay_so(tmp_path: Path) -> None:
    told = Told(odd_worker.voices())
    told.preempt_after_one = True
    told.run(first := job_of(write_film(tmp_path / "film.mp4")), second(first))
    assert told.types == ["part", "done", "preempted"]


def test_what_goes_wrong_with_several_jobs_fails_none_of_them_yet() -> None:
    told = Told(RuntimeError("a surprise"), DeviceUnusable("cuda:9", "there is no such device"))
    for _ in range(2):
        told.run(job_of(NOWHERE), second(job_of(NOWHERE)))
    assert told.types == ["run-separately", "run-separately"]


def test_what_goes_wrong_after_the_last_log_is_nobodys_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(cache: Cache, *_: object) -> None:
        cache.close()
        raise RuntimeError("a surprise at the end")

    monkeypatch.setattr(Cache, "__exit__", fail)
    told = Told(odd_worker.voices())
    told.run(job_of(write_film(tmp_path / "film.mp4")))
    assert told.types == ["part", "done"]
    assert "a surprise at the end" in caplog.text


def test_a_job_that_cannot_be_read_fails_and_no_other_for_it() -> None:
    told = Told(odd_worker.voices())
    told.runner.run({OTHER: "{rot", JOB: job_of(NOWHERE).model_dump_json()})
    assert told.types == ["failed", "part", "done"]
    (failed,) = [word for word in told.words if isinstance(word, JobFailed)]
    assert (failed.job, failed.failure.code) == (OTHER, ErrorCode.JOURNAL)


def test_a_worker_that_is_well_says_what_it_tried() -> None:
    told = Told()
    told.runner.check(AnalysisOptions())
    (checked,) = [word for word in told.words if isinstance(word, SelfTested)]
    assert checked.ok, checked.words
    assert "7 built-in measures" in checked.words
    assert "no model is loaded" in checked.words


def test_a_cache_that_keeps_nothing_is_found_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOTLOG_CACHE", str(tmp_path))
    told = Told()
    told.runner.check(AnalysisOptions())
    (checked,) = [word for word in told.words if isinstance(word, SelfTested)]
    assert not checked.ok
    assert "the cache cannot be opened" in checked.words


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_numbers_that_are_none_are_found_out(value: float, monkeypatch: pytest.MonkeyPatch) -> None:
    row = Row(0, 1, np.full(LoudnessMeasure().width, value, np.float32))
    monkeypatch.setattr(LoudnessMeasure, "listen", lambda *_: [row])
    with pytest.raises(AnalyzerError, match="invalid ones"):
        run_selftest([])
