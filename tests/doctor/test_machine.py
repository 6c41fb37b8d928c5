"""Processors, memory, clock, loopback, room."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from shotlog.doctor import CheckState, Context
from shotlog.models.catalog import Registry
from shotlog.service.runtime import DaemonPaths
from tests.doctor.conftest import Look


def granted(context: Context, **limits: str) -> None:
    """What a container's control group allows."""
    folder = context.system / "sys" / "fs" / "cgroup"
    folder.mkdir(parents=True)
    for name, limit in limits.items():
        (folder / name.replace("_", ".")).write_text(limit)


def test_more_threads_than_cores_are_reported(context: Context, look: Look) -> None:
    granted(context, cpu_max="200000 100000")
    context.environ = {"OMP_NUM_THREADS": "64"}
    found = look("processors", context)
    assert found.state is CheckState.WARNING
    assert "set it to" in str(found.remedy)


def test_a_container_with_one_core_is_reported(context: Context, look: Look) -> None:
    granted(context, cpu_max="100000 100000")
    context.environ = {}
    found = look("processors", context)
    assert found.state is CheckState.WARNING
    assert "Give the machine two cores" in str(found.remedy)


def test_a_container_with_little_memory_is_reported(context: Context, look: Look) -> None:
    granted(context, memory_max=str(512 * 1024**2))
    found = look("main-memory", context)
    assert found.state is CheckState.WARNING
    assert "this container may use 536.9 MB" in found.words


def test_memory_used_by_a_container_is_not_free(context: Context, look: Look) -> None:
    limit, taken, kept = 8 * 1024**3, 7 * 1024**3, 6 * 1024**3
    granted(context, memory_max=str(limit), memory_current=str(taken))
    found = look("main-memory", context)
    assert found.state is CheckState.WARNING
    assert found.words.startswith("1.1 GB")
    stat = context.system / "sys" / "fs" / "cgroup" / "memory.stat"
    stat.write_text(f"anon 1\ninactive_file {kept}\n")
    assert "1.1 GB of" not in look("main-memory", context).words


def test_a_container_without_limits_is_like_a_machine(context: Context, look: Look) -> None:
    granted(context, memory_max="max\n", cpu_max="max 100000\n")
    assert "container" not in look("main-memory", context).words
    assert "container" not in look("processors", context).words


def test_a_file_dated_in_the_future_is_reported(context: Context, look: Look) -> None:
    context.cache.parent.mkdir()
    context.cache.touch()
    assert look("clock", context).state is CheckState.OK
    ahead = time.time() + 2 * 24 * 3600
    os.utime(context.cache, (ahead, ahead))
    found = look("clock", context)
    assert found.state is CheckState.WARNING
    assert str(context.cache) in found.words


def test_a_clock_that_was_never_set_is_reported(
    context: Context, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shotlog.doctor.machine.time.time", lambda: 3600.0)
    found = look("clock", context)
    assert found.state is CheckState.WARNING
    assert "1970" in found.words


def test_programs_of_this_machine_reach_each_other(context: Context, look: Look) -> None:
    assert look("loopback", context).state is CheckState.OK


def test_a_sandbox_without_loopback_is_a_problem() -> None:
    """In a network of its own, whose loopback is not up."""
    alone = [shutil.which("unshare") or "unshare", "--user", "--map-root-user", "--net"]
    if sys.platform != "linux" or subprocess.run([*alone, "true"], check=False).returncode:
        pytest.skip("this machine does not permit network namespaces")
    code = (
        "from shotlog.doctor import *\n"
        "print(next(run_checks(Context(), [c for c in CHECKS if c.name == 'loopback'])).words)"
    )
    done = subprocess.run([*alone, sys.executable, "-c", code], capture_output=True, check=True)
    assert b"127.0.0.1" in done.stdout
    assert b"programs cannot listen or connect" in done.stdout


def test_a_disk_that_is_full_is_a_problem(
    context: Context, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert look("room", context).state is CheckState.OK
    monkeypatch.setattr("shotlog.doctor.machine.LEAST_ROOM", 2**62)
    found = look("room", context)
    assert found.state is CheckState.PROBLEM
    assert "SHOTLOG_CACHE" in str(found.remedy)


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="there is no /proc here")
def test_an_impossible_folder_is_a_problem_of_its_own_check_not_of_the_disk(
    context: Context, look: Look
) -> None:
    nowhere = Path("/proc/shotlog")
    context.named_cache = nowhere / "evidence.sqlite"
    assert look("room", context).state is CheckState.OK
    context.places, context.registry = DaemonPaths(root=nowhere), Registry(nowhere)
    assert look("room", context).state is CheckState.SKIPPED
    for name in ("daemon-folder", "cache-place", "models-place"):
        found = look(name, context)
        assert found.state is CheckState.PROBLEM
        assert "cannot be created: /proc is not a file system" in found.words
