"""A job whose model has no room: refused in words, and it costs nobody else's models."""

from __future__ import annotations

from pathlib import Path

import pytest

from shotlog.models.catalog import ModelHead, Registry, Task, describe_file
from shotlog.models.runtime import Device
from shotlog.paths import MODELS_VARIABLE
from shotlog.service.ipc import Event, JobFailed, ModelsChanged, ModelsLoaded, Progressed
from shotlog.service.protocol import AnalysisOptions, ErrorCode
from shotlog.service.worker import GIB, JobRunner, MachineMemory, MemoryInfo
from tests.models.checkpoints import Style, card, make
from tests.service.workers import BUILTIN, JOB, OTHER, job_of
from tests.support import write_film


def test_a_worker_that_has_worked_does_not_retire_for_a_model_that_nobody_has_room_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(MODELS_VARIABLE, str(tmp_path / "models"))
    for seed, name in enumerate(("one", "two")):
        own = card(name, ModelHead(task=Task.SIZE, key="classifier"))
        made = make(tmp_path / name, Style.OPENGVLAB, card=own, seed=seed)
        kept = [describe_file(made.folder / file) for file in ("config.json", "model.safetensors")]
        Registry().install(own, kept, source="this test", linked=made.folder)
    film, words = write_film(tmp_path / "film.mp4"), list[Event]()
    runner = JobRunner(words.append, lambda: False)
    runner.load(AnalysisOptions(names=("one",), device="cpu", precision="fp32"))

    def full(memory: MachineMemory, device: Device) -> MemoryInfo:
        return MemoryInfo(0, 0, 8 * GIB)

    monkeypatch.setattr(MachineMemory, "info", full)
    for job, asks in ((OTHER, BUILTIN), (JOB, AnalysisOptions(device="cpu", precision="fp32"))):
        runner.run({job: job_of(film, job, asks).model_dump_json()})

    told = [word for word in words if not isinstance(word, Progressed)]
    (failed,) = [word for word in told if isinstance(word, JobFailed)]
    assert failed.job == JOB
    assert failed.failure.code is ErrorCode.MODEL
    assert failed.failure.retryable
    assert "cpu: two needs" in failed.failure.message
    assert "one must stay beside it" in failed.failure.message
    held = [word.models for word in told if isinstance(word, ModelsChanged | ModelsLoaded)]
    assert held == [("one on cpu in fp32",)]
