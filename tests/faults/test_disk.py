"""A disk that runs full while jobs run: nothing dies, it is said, and it goes on by itself."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from shotlog.schema import JournalUnusable
from tests.faults.machine import Machine
from tests.waiting import PATIENCE_S, wait_for

OWN_MOUNTS = ["unshare", "--map-root-user", "--mount"]


def test_a_full_disk_holds_jobs_up_and_costs_none(tmp_path: Path, machine: Machine) -> None:
    try:
        subprocess.run([*OWN_MOUNTS, "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this user may not mount a small disk, not even for a process of its own")
    scene = [*OWN_MOUNTS, sys.executable, "-m", "tests.faults.small_disk", str(tmp_path)]
    done = subprocess.run(scene, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert (seen["alive"], seen["ready"], seen["problem"]) == (True, False, "the disk is full")
    assert seen["refused"] == "the disk is full"
    assert seen["problem_after"] is None
    assert seen["pid"][0] == seen["pid"][1]
    assert (seen["restarts"], seen["reconnects"]) == (0, 0)
    figures = seen["figures"]
    assert figures["submitted"] == figures["finished"] == 60
    assert figures["duplicated"] == 0
    for what in ("submitted", "finished"):
        machine.figures.count(what, figures[what])
    machine.figures.recoveries["a full disk"].append(figures["recovery_s"]["a full disk"]["worst"])


def test_files_that_may_not_grow_hold_jobs_up_and_cost_none(machine: Machine) -> None:
    """What a quota does: the system refuses the write by another name than that of a full disk."""
    with machine.client() as client:
        machine.submit(client, 30)
        machine.wait_for_ends(client, 2)
        broker = machine.broker
        _, most = resource.prlimit(broker, resource.RLIMIT_FSIZE)
        resource.prlimit(broker, resource.RLIMIT_FSIZE, (1, most))
        wait_for(lambda: client.status().journal[1])
        assert not client.status().ready
        with pytest.raises(JournalUnusable):
            machine.submit(client)
        resource.prlimit(broker, resource.RLIMIT_FSIZE, (most, most))
        with machine.recovery("a quota"):
            wait_for(lambda: client.status().ready)
        machine.settle(client)
        assert client.status().pid == broker
        assert client.status().worker.restarts == 0
    assert machine.figures.sound
