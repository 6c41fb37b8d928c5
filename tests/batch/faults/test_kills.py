"""Processes are killed at any moment of a batch: the same command again makes all of it right."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from shotlog.batch import OutputFolder, read_plan
from shotlog.paths import CACHE_VARIABLE
from shotlog.service.runtime import DaemonPaths, read_connection
from tests.batch.faults import products
from tests.batch.faults.machine import Machine
from tests.batch.faults.own_executor import run_again
from tests.batch.season import film, plan

FILMS = 5


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    """Return a machine whose daemon is gone afterwards."""
    one = Machine(tmp_path / "machine")
    yield one
    one.run("daemon", "stop")


def processes(machine: Machine) -> dict[str, int]:
    """Return the ids of the daemon and of its worker, as far as they run."""
    connection = read_connection(DaemonPaths(root=machine.folder / "home"))
    if connection is None:
        return {}
    with suppress(psutil.NoSuchProcess):
        found = {"daemon": connection.pid}
        for child in psutil.Process(connection.pid).children():
            found["worker"] = child.pid
        return found
    return {}


def disturbed(driver: subprocess.Popen[str], machine: Machine, victims: list[str]) -> list[str]:
    """Follow a batch to its end and kill a victim at its events; return those that were killed."""
    chance, killed = random.Random(13), []  # noqa: S311
    assert driver.stdout is not None
    for line in driver.stdout:
        if victims and json.loads(line)["type"] in ("advanced", "ended"):
            time.sleep(chance.uniform(0, 0.1))
            victim = victims.pop(0)
            pid = {**processes(machine), "driver": driver.pid}.get(victim)
            if pid is not None:
                os.kill(pid, signal.SIGKILL)
                killed.append(victim)
    driver.communicate()
    return killed


def test_kills_of_worker_daemon_and_driver_cost_no_item(
    machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(FILMS):
        film(tmp_path / "season" / f"{number}.mp4", number)
    out, truth = tmp_path / "out", tmp_path / "truth" / "out"
    command = ("batch", tmp_path / "season", "--out", out, "--models", "builtin", "--json")
    victims, killed = ["worker", "daemon", "driver"], list[str]()
    while True:
        driver = machine.start(*command)
        killed += disturbed(driver, machine, victims)
        if driver.returncode != -signal.SIGKILL:
            break
    assert driver.returncode == 0
    assert killed == ["worker", "daemon", "driver"]
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "truth.sqlite"))
    plan([tmp_path / "season"], truth, read_plan(OutputFolder(out)).manifest.options)
    run_again(OutputFolder(truth))
    products.assert_equal(out, truth)
