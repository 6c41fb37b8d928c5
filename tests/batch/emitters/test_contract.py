"""The contract of an emitter; it runs over every emitter that is installed.

One for another farm adds a function that carries its jobs out to ``FARMS``, strictly.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path, PureWindowsPath

import pytest

from shotlog.batch import EXECUTORS, EmittingExecutor, FarmJob
from shotlog.schema import ExecutorUnusable
from tests.batch.emitters.farms import FARMS
from tests.batch.emitters.jobs import (
    HOSTILE,
    OPTIONS,
    PLAIN,
    Machine,
    emit,
    expected_calls,
    make_job,
)

EMITTERS = [each for each in EXECUTORS.installed if isinstance(each, EmittingExecutor)]
EXACT = {"openjd", "opencue", "shell", "slurm"}
"""Farms that hand any text on; Deadline refuses some."""


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    root = tmp_path / "machine"
    root.mkdir()
    made = Machine(root)
    made.install_recorder()
    return made


def carried(name: str, job: FarmJob, machine: Machine) -> None:
    """Carry a job out, and check that every shard was run once, and the merge after them."""
    job.folder.mkdir(parents=True, exist_ok=True)
    done = FARMS[name](machine, emit(name, job))
    assert done.returncode == 0, done.stderr
    tasks, merge = expected_calls(job)
    *ran, last = machine.calls()
    assert sorted(ran) == tasks
    assert last == merge


@pytest.fixture(params=EMITTERS, ids=lambda emitter: emitter.name)
def emitter(request: pytest.FixtureRequest) -> EmittingExecutor:
    found: EmittingExecutor = request.param
    return found


def test_every_emitter_has_a_farm_here_and_says_what_it_is(emitter: EmittingExecutor) -> None:
    assert emitter.name in FARMS
    assert emitter.suffix.startswith(".")
    assert "\n" not in emitter.title


def test_a_job_runs_every_shard_once_and_then_the_merge(
    emitter: EmittingExecutor, machine: Machine, tmp_path: Path
) -> None:
    carried(emitter.name, make_job(tmp_path / PLAIN, jobs=2), machine)


def test_shards_that_are_done_are_left_out(
    emitter: EmittingExecutor, machine: Machine, tmp_path: Path
) -> None:
    job = make_job(tmp_path / PLAIN, shards=12, options=())
    some = [shard for shard in job.shards if shard.number in (2, 3, 4, 11)]
    carried(emitter.name, replace(job, shards=some[::-1]), machine)


@pytest.mark.parametrize("folder", [HOSTILE, "line\nTASK\nMERGE\nend", "back\\slash\\"])
def test_a_folder_with_any_name_is_handed_on_or_refused_in_words(
    emitter: EmittingExecutor, machine: Machine, tmp_path: Path, folder: str
) -> None:
    job = make_job(tmp_path / folder, options=("--map", f"{folder}={folder}"))
    if emitter.name in EXACT:
        carried(emitter.name, job, machine)
        return
    with pytest.raises(ExecutorUnusable, match="cannot hand this text on"):
        emitter.emit(job)


def test_a_job_is_the_same_text_each_time(emitter: EmittingExecutor, tmp_path: Path) -> None:
    job = make_job(tmp_path / PLAIN, shards=30, gpus=2)
    assert emitter.emit(job) == emitter.emit(replace(job, shards=job.shards[::-1]))


def test_a_job_without_shards_is_refused(emitter: EmittingExecutor, tmp_path: Path) -> None:
    with pytest.raises(ExecutorUnusable, match="nothing left to do"):
        emitter.emit(make_job(tmp_path, shards=0))


def test_a_path_that_is_no_text_is_refused(emitter: EmittingExecutor, tmp_path: Path) -> None:
    with pytest.raises(ExecutorUnusable, match="not UTF-8"):
        emitter.emit(make_job(tmp_path / "caf\udce9"))
    with pytest.raises(ExecutorUnusable, match="not UTF-8"):
        emitter.emit(make_job(tmp_path, options=("--cache", "caf\udce9")))


def test_a_folder_of_windows_is_written_with_slashes(
    emitter: EmittingExecutor, tmp_path: Path
) -> None:
    folder = PureWindowsPath(r"\\filer\film\out")
    job = make_job(folder, options=OPTIONS)  # type: ignore[arg-type] # as on Windows
    text = emitter.emit(job)
    assert "//filer/film/out" in text
    assert "\\\\filer" not in text
