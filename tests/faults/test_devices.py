"""Devices that break down or run out of memory: right results, and no other device on the sly."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import torch

from shotlog.models.catalog import Registry, describe_file
from shotlog.paths import MODELS_VARIABLE
from shotlog.service.protocol import AnalysisOptions, ErrorCode, JobInfo, JobState
from tests.faults import failing_device
from tests.faults.figures import Figures
from tests.faults.machine import BUILTIN, Machine, Reel, make_reel
from tests.models.checkpoints import MOVE_CARD, Made, make
from tests.waiting import wait_for

ON_CPU = AnalysisOptions(models="local", device="cpu", precision="fp32")


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A small model with random weights."""
    return make(tmp_path_factory.mktemp("move"), card=MOVE_CARD, seed=3)


@pytest.fixture(scope="module")
def judged(checkpoint: Made, tmp_path_factory: pytest.TempPathFactory) -> Reel:
    """Small edits, whose clips the model has judged."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(MODELS_VARIABLE, str(tmp_path_factory.mktemp("models")))
        install(checkpoint)
        return make_reel(tmp_path_factory.mktemp("films"), 8, ON_CPU)


@pytest.fixture
def looking(checkpoint: Made, judged: Reel, machine: Machine, figures: Figures) -> Machine:
    """A machine on which the model judges every clip."""
    install(checkpoint)
    return Machine(machine.paths, judged, figures)


def install(made: Made) -> None:
    kept = [describe_file(made.folder / name) for name in ("config.json", "model.safetensors")]
    Registry().install(made.card, kept, source="this test", linked=made.folder)


def start(machine: Machine, looks: Path, how: str, windows: str) -> None:
    looks.touch()
    program = [sys.executable, failing_device.__file__, "daemon", how, windows, str(looks)]
    machine.start(command=program)


def test_a_device_that_is_lost_costs_no_job_and_no_wrong_result(
    looking: Machine, tmp_path: Path
) -> None:
    looks = tmp_path / "looks"
    start(looking, looks, "lost", "3")
    with looking.client(start=False) as client:
        looking.submit(client, 8)
        looking.settle(client)
        assert client.status().worker.restarts == 1
    tried = 2  # each worker tries a model once when it has loaded it
    again = looks.stat().st_size - 8 - tried
    assert again in (1, 2), (
        "no window is looked at again but the one that failed, and its neighbour"
    )
    assert looking.figures.sound


def test_memory_that_runs_out_is_given_back_by_a_new_worker_and_costs_no_job(
    looking: Machine, tmp_path: Path
) -> None:
    start(looking, tmp_path / "looks", "memory", "3")
    with looking.client(start=False) as client:
        looking.settle(client, looking.submit(client))
        worker = client.status().worker.pid
        looking.submit(client, 7)
        looking.settle(client)
        assert client.status().worker.pid != worker
        assert client.status().worker.restarts == 0, "nothing died"
    assert looking.figures.sound


@pytest.mark.skipif(torch.cuda.is_available(), reason="asks for CUDA where there is none")
def test_a_device_that_is_not_there_is_not_replaced_by_the_cpu(looking: Machine) -> None:
    on_cuda = ON_CPU.model_copy(update={"device": "cuda:0"})
    with looking.client() as client:
        asked = client.submit(looking.reel.edits[0], on_cuda, name="on CUDA")
        beside = client.submit(looking.reel.edits[1], BUILTIN, name="beside")
        *_, refused = client.watch(asked.job)
        assert isinstance(refused, JobInfo)
        assert refused.state is JobState.FAILED
        assert refused.failure is not None
        assert refused.failure.code is ErrorCode.MODEL
        assert "cuda:0" in refused.failure.message
        list(client.watch(beside.job))
        assert client.attach(beside.job).state is JobState.DONE
        looking.settle(client, looking.submit(client))
        # The worker tells of its models after the end of the job.
        wait_for(lambda: client.status().worker.models == ("tiny-move on cpu in fp32",))
    assert looking.figures.sound
