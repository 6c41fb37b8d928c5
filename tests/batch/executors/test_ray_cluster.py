"""Ray on a cluster of two nodes: what is lost, what is told, what is left behind."""

from __future__ import annotations

import json
import os
import platform
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from shotlog.batch import (
    BatchEvent,
    ItemStarted,
    ItemState,
    Noted,
    RunSettings,
    WorkerLost,
    runner_named,
)
from shotlog.schema import ExecutorUnusable
from tests.batch.executors.batches import Batch, ends, make_batch
from tests.batch.executors.clusters import (
    RayCluster,
    drivers,
    short_folder,
)
from tests.batch.faults.poison import make_package, write_white
from tests.batch.season import FRAMES, Told, film, never, plan
from tests.waiting import wait_for

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def cluster() -> Iterator[RayCluster]:
    with short_folder() as folder:
        made = RayCluster(folder)
        made.add_node(num_cpus=1)
        yield made
        made.close()


@pytest.fixture(scope="module")
def second_node(cluster: RayCluster) -> int:
    """Return the id of the process of a second node's raylet."""
    return cluster.add_node(num_cpus=1)


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Batch:
    return make_batch(tmp_path_factory.mktemp("planned"), short=0, long=5)


@pytest.fixture
def batch(planned: Batch, tmp_path: Path) -> Batch:
    return planned.copied(tmp_path / "out")


class Acting(Told):
    """Events; something is done once some workers have begun with an item."""

    def __init__(self, act: Callable[[], object] = lambda: None, begun: int = 1) -> None:
        super().__init__()
        self.acted = False
        self._act, self._begun = act, begun

    def __call__(self, event: BatchEvent) -> None:
        super().__call__(event)
        begun = {each.worker for each in self if isinstance(each, ItemStarted)}
        if len(begun) == self._begun and not self.acted:
            self.acted = True
            self._act()


def notes(told: Told) -> list[str]:
    return [event.message for event in told if isinstance(event, Noted)]


def run(
    batch: Batch,
    cluster: RayCluster,
    told: Told,
    stop: Callable[[], bool] = never,
    gpus: float | None = None,
    jobs: int | None = None,
) -> None:
    how = RunSettings(
        address=cluster.address,
        cache=str(batch.out.parent / "evidence.sqlite"),
        gpus=gpus,
        jobs=jobs,
    )
    runner_named("ray").run(batch.shards, how, told, stop)


def kill(processes: Callable[[], list[psutil.Process]]) -> None:
    """Kill the first of some processes, as soon as there is one."""
    wait_for(lambda: bool(processes()))
    processes()[0].kill()


def losses(told: Told) -> list[str]:
    return [event.message for event in told if isinstance(event, WorkerLost)]


def test_a_killed_driver_ends_its_workers_and_after_it_a_killed_worker_costs_nothing(
    batch: Batch, cluster: RayCluster, second_node: int
) -> None:
    first = Acting(lambda: kill(drivers))
    with pytest.raises(ExecutorUnusable, match=r"the connection to Ray broke.*run the same"):
        run(batch, cluster, first)
    wait_for(lambda: not cluster.workers())
    second = Acting(lambda: kill(cluster.workers))
    run(batch, cluster, second)
    # What a worker finished after the driver's death is told to nobody, and is kept.
    assert not ends(first).keys() & ends(second).keys()
    assert {*ends(first).values(), *ends(second).values()} == {ItemState.DONE}
    assert batch.states == {ItemState.DONE: 5}
    assert batch.shards == []
    (lost,) = losses(second)
    assert lost.endswith("ended; Ray has started another")
    # On a busy machine Ray may also say that it has no room yet.
    (placed,) = [noted for noted in notes(second) if "wait for room" not in noted]
    assert "of 1 CPU: " in placed


def test_a_node_that_does_not_see_the_folder_is_named(
    batch: Batch, cluster: RayCluster, second_node: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(batch.out)
    here = Batch(Path("/proc/self/cwd"))  # of this process alone
    with pytest.raises(ExecutorUnusable, match=r"0001\.json: .*/1 does not see this file"):
        run(here, cluster, Told(), jobs=1)


def test_workers_that_wait_for_room_say_what_they_lack(batch: Batch, cluster: RayCluster) -> None:
    told = Told()
    run(batch, cluster, told, lambda: bool(notes(told)), gpus=4, jobs=1)
    (noted,) = notes(told)
    assert noted.startswith("1 of 1 workers wait for room: each takes 1 CPU and 4 GPU, and")
    assert noted.endswith("and 0 GPU")


def test_a_submitted_job_is_followed_and_ctrl_c_stops_it(
    batch: Batch, cluster: RayCluster, second_node: int
) -> None:
    shotlog = str(Path(sys.executable).with_name("shotlog"))
    command = [shotlog, "batch", "retry", str(batch.out), "--json"]
    options = ["--executor", "ray", "--address", cluster.dashboard, "--jobs", "1", "--gpus", "0"]
    with subprocess.Popen([*command, *options], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = [json.loads(line) for line in process.stdout if _interrupted(process, line)]
    assert process.returncode == 130
    assert "started" in [line["type"] for line in lines]
    wait_for(lambda: not cluster.workers())
    done = subprocess.run([*command, *options], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert batch.states == {ItemState.DONE: 5}


def _interrupted(process: subprocess.Popen[str], line: str) -> bool:
    """Press Ctrl-C once an item has started; return True for a line of an event."""
    if '"type":"started"' in line:
        process.send_signal(signal.SIGINT)
    return line.startswith('{"type":')


def test_a_node_that_dies_costs_nothing(
    batch: Batch, cluster: RayCluster, second_node: int
) -> None:
    def die() -> None:
        there = [worker for worker in cluster.workers() if worker.ppid() == second_node]
        os.kill(second_node, signal.SIGKILL)
        for worker in there:  # it would live on for a moment, and might end the batch's last item
            worker.kill()
        assert there

    told = Acting(die, begun=2)
    run(batch, cluster, told)
    assert list(ends(told).values()) == [ItemState.DONE] * 5
    assert batch.states == {ItemState.DONE: 5}
    (lost,) = losses(told)
    assert lost.endswith("has left the cluster")


def test_an_item_that_kills_its_worker_is_parked_and_costs_no_other_item(
    cluster: RayCluster, tmp_path: Path
) -> None:
    film(tmp_path / "season" / "a.mp4", 1)
    write_white(tmp_path / "season" / "b.mp4", FRAMES)
    plan([tmp_path / "season"], tmp_path / "out")
    package = make_package(tmp_path / "package")
    cluster.add_node({"PYTHONPATH": str(package)}, num_cpus=1, num_gpus=3)
    told = Told()
    run(Batch(tmp_path / "out"), cluster, told, gpus=3)
    assert ends(told) == {"a.mp4": ItemState.DONE, "b.mp4": ItemState.PARKED}


def test_another_version_of_shotlog_on_a_node_is_refused_before_any_work(
    batch: Batch, cluster: RayCluster, tmp_path: Path
) -> None:
    metadata = tmp_path / "old" / "shotlog-0.0.7.dist-info" / "METADATA"
    metadata.parent.mkdir(parents=True)
    metadata.write_text("Metadata-Version: 2.1\nName: shotlog\nVersion: 0.0.7\n")
    cluster.add_node({"PYTHONPATH": str(tmp_path / "old")}, num_cpus=1, num_gpus=1)
    with pytest.raises(ExecutorUnusable, match=r"has Shotlog 0\.0\.7, and the batch is of"):
        run(batch, cluster, Told(), gpus=1)
    assert batch.states == {}


def test_a_node_without_shotlog_is_told_in_a_sentence(
    batch: Batch, cluster: RayCluster, tmp_path: Path
) -> None:
    (tmp_path / "none" / "shotlog").mkdir(parents=True)
    (tmp_path / "none" / "shotlog" / "__init__.py").touch()
    cluster.add_node({"PYTHONPATH": str(tmp_path / "none")}, num_cpus=1, num_gpus=2)
    told = r"Shotlog cannot be loaded on a node \(.*No module named 'shotlog\.batch'\)"
    with pytest.raises(ExecutorUnusable, match=told):
        run(batch, cluster, Told(), gpus=2)


def test_another_python_of_the_cluster_is_told_in_a_sentence(
    batch: Batch, cluster: RayCluster
) -> None:
    cluster.pretend(python="3.9.1")  # the last test of the module
    here = platform.python_version()
    told = rf"the cluster has Ray \S+ and Python 3\.9\.1, this machine Ray \S+ and Python {here}"
    with pytest.raises(ExecutorUnusable, match=told):
        run(batch, cluster, Told())
