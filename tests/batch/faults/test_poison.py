"""An item that ends its process is given up after two deaths and named; all others are done."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from shotlog.batch import ItemState, OutputFolder, forget_failures, read_plan, read_status
from shotlog.batch.store import Attempts, Record, ResultStore
from shotlog.paths import CACHE_VARIABLE, HOME_VARIABLE
from shotlog.schema import ItemParked
from shotlog.service.client import find_or_start_daemon
from shotlog.service.runtime import DaemonPaths
from tests.batch.faults import products
from tests.batch.faults.machine import Machine
from tests.batch.faults.own_executor import run_again
from tests.batch.faults.poison import daemon_command, make_package, write_white
from tests.batch.season import FRAMES, film, plan, shard_files
from tests.waiting import PATIENCE_S


@pytest.fixture
def node(tmp_path: Path) -> Machine:
    """Return a machine that has the analyzer."""
    return Machine(tmp_path / "node", {"PYTHONPATH": str(make_package(tmp_path / "package"))})


def test_a_node_that_dies_of_an_item_gives_it_up_after_two_deaths_with_it_alone(
    node: Machine, tmp_path: Path
) -> None:
    season, out = tmp_path / "season", tmp_path / "out"
    film(season / "a.mp4", 1)
    write_white(season / "b.mp4", FRAMES)
    plan([season], out)
    (shard,) = shard_files(out)
    # Once among others, which tells nothing yet, and twice alone.
    deaths = [node.run("run-shard", shard).returncode for _ in range(3)]
    assert deaths == [-signal.SIGKILL] * 3
    ended = node.run("run-shard", shard)
    assert ended.returncode == 0, ended.stderr
    assert "b.mp4: it ended its worker twice, so it is left out" in ended.stdout
    status = read_status(OutputFolder(out))
    assert (status.done, status.parked, status.waiting) == (1, 1, 0)
    assert [(each.name, each.state) for each in status.failures] == [("b.mp4", ItemState.PARKED)]
    products.assert_whole(out)


def test_a_parked_item_is_left_alone_until_it_is_tried_again(tmp_path: Path) -> None:
    film(tmp_path / "season" / "a.mp4", 1)
    planned = plan([tmp_path / "season"], tmp_path / "out")
    folder = OutputFolder(tmp_path / "out")
    (item,) = planned.items.values()
    record = Record(item=item, state=ItemState.PARKED, problems=(ItemParked(item.name).problem,))
    ResultStore(folder).write_failure(record)
    run_again(folder)
    assert products.states(folder.root) == {item.id: ItemState.PARKED}
    assert forget_failures(folder, read_plan(folder)) == 1
    assert not Attempts(folder).deaths().is_suspect(item.id)
    run_again(folder)
    assert products.states(folder.root) == {item.id: ItemState.DONE}


def test_the_daemon_gives_a_poison_item_up_and_the_batch_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    season, out, package = tmp_path / "season", tmp_path / "out", tmp_path / "package"
    film(season / "a.mp4", 1)
    write_white(season / "b.mp4", FRAMES)
    film(season / "c.mp4", 2)
    machine = Machine(tmp_path / "machine")
    monkeypatch.setenv(HOME_VARIABLE, machine.environment[HOME_VARIABLE])
    monkeypatch.setenv(CACHE_VARIABLE, machine.environment[CACHE_VARIABLE])
    paths = DaemonPaths()
    command = [*daemon_command(make_package(package)), "--context", paths.context, "--report"]
    find_or_start_daemon(paths, timeout=PATIENCE_S, command=command)
    try:
        ended = machine.run("batch", season, "--out", out, "--models", "builtin")
        assert ended.returncode == 1
        assert "parked: b.mp4: its worker crashed more than once" in ended.stderr
        status = read_status(OutputFolder(out))
        assert (status.done, status.parked, status.waiting) == (2, 1, 0)
        products.assert_whole(out)
    finally:
        machine.run("daemon", "stop")
