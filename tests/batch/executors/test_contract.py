"""The contract of executors; it runs over every one that is installed.

Those that write jobs for farms have more of it in ``tests/batch/emitters``.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from shotlog.batch import (
    EXECUTORS,
    BatchEvent,
    EmittingExecutor,
    Executor,
    ItemEnded,
    ItemStarted,
    ItemState,
    OutputFolder,
    ResultStore,
    RunningExecutor,
    RunSettings,
    ShardRunner,
)
from shotlog.paths import HOME_VARIABLE
from shotlog.schema import ManifestUnreadable
from shotlog.service.client import stop_daemon
from shotlog.service.runtime import DaemonPaths
from tests.batch.executors.batches import Batch, ends, make_batch
from tests.batch.executors.clusters import ray_environment, short_folder, workers
from tests.batch.season import Told, never

RUNNING = [each for each in EXECUTORS.installed if isinstance(each, RunningExecutor)]
_EVENT: TypeAdapter[BatchEvent] = TypeAdapter(BatchEvent)


@pytest.fixture(params=RUNNING, ids=lambda executor: executor.name)
def runner(request: pytest.FixtureRequest) -> RunningExecutor:
    found: RunningExecutor = request.param
    return found


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Batch:
    return make_batch(tmp_path_factory.mktemp("planned"), short=3, long=1, bad=1)


@pytest.fixture(scope="module")
def undisturbed(planned: Batch, tmp_path_factory: pytest.TempPathFactory) -> Batch:
    """Return the same batch, run in this process."""
    made = planned.copied(tmp_path_factory.mktemp("undisturbed") / "out")
    with ShardRunner(worker="this", cache=made.out.parent / "evidence.sqlite") as own:
        for shard in made.shards:
            own.run(shard.path, (), Told(), never)
    return made


@pytest.fixture
def ray_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give daemon and Ray folders of their own, end what is left, and return that of Ray."""
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    with short_folder() as folder:
        for name, value in ray_environment(folder).items():
            monkeypatch.setenv(name, value)
        yield folder
        stop_daemon(DaemonPaths())


def results(batch: Batch) -> dict[str, bytes]:
    """Return the files of results by name."""
    root = OutputFolder(batch.out).results
    return {path.name: path.read_bytes() for path in root.rglob("*.*") if path.is_file()}


@pytest.mark.parametrize("executor", EXECUTORS.installed, ids=lambda executor: executor.name)
def test_an_executor_says_what_it_is_and_runs_or_emits(executor: Executor) -> None:
    assert executor.name.isidentifier()
    assert executor.title
    assert isinstance(executor, RunningExecutor) != isinstance(executor, EmittingExecutor)


@pytest.mark.slow
def test_a_batch_that_is_stopped_and_run_again_is_that_of_an_undisturbed_run(
    runner: RunningExecutor, planned: Batch, undisturbed: Batch, ray_folder: Path, tmp_path: Path
) -> None:
    batch = planned.copied(tmp_path / "out")
    how = RunSettings(jobs=2, cache=str(tmp_path / "workers.sqlite"))
    first, second = Told(), Told()
    runner.run(batch.shards, how, first, lambda: any(isinstance(e, ItemStarted) for e in first))
    runner.run(batch.shards, how, second, never)
    assert not ends(first).keys() & ends(second).keys()
    assert batch.shards == []
    assert batch.states == {ItemState.DONE: 4, ItemState.FAILED: 1}
    assert results(batch) == results(undisturbed)
    told = ends(first) | ends(second)
    states = ResultStore(OutputFolder(batch.out)).states()
    assert sorted(told.values()) == sorted(states.values())
    (bad,) = [e for e in (*first, *second) if isinstance(e, ItemEnded) and e.message]
    assert (bad.name, bad.state) == ("bad0/cut.otio", ItemState.FAILED)
    assert workers(ray_folder) == []
    for event in (*first, *second):
        assert _EVENT.validate_json(event.model_dump_json()) == event


@pytest.mark.usefixtures("ray_folder")
def test_a_shard_that_was_changed_by_hand_is_refused(
    runner: RunningExecutor, planned: Batch, tmp_path: Path
) -> None:
    batch = planned.copied(tmp_path / "out")
    shards = batch.shards
    file = shards[0].path
    file.write_text(file.read_text().replace("cut.otio", "other.otio", 1))
    with pytest.raises(ManifestUnreadable, match="changed after Shotlog had written it"):
        runner.run(shards[:1], RunSettings(), Told(), never)
