"""Batch jobs give way to editing programs that are at work, whatever the system calls those."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest

from shotlog.service.scheduling import (
    COOLDOWN_SECONDS,
    SCAN_OLDEST,
    SCAN_PROCESSES,
    SCAN_SECONDS,
    NleActivityMonitor,
)

BURN = "while True: pass"
REST = "import time; time.sleep(60)"
LITTLE = 0.01
"""Cores that count as work here: this machine's may be busy with other things."""

Run = Callable[..., psutil.Process]


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """Starts a process under another name: as what it was called, or as the program itself."""
    with ExitStack() as started:

        def start(script: str, called: str, *, program: str | None = None) -> psutil.Process:
            python = sys.executable
            if program is not None:
                link = tmp_path / program
                link.symlink_to(Path(sys.executable).resolve())
                python = str(link)
            process = subprocess.Popen([called, "-S", "-c", script], executable=python)
            started.callback(process.wait)
            started.callback(process.kill)
            return psutil.Process(process.pid)

        yield start


def scan_until_identified(monitor: NleActivityMonitor, now: float = 0.0) -> float:
    """As many looks as all processes need to be asked for their names; gives the time."""
    for _ in range(2 * len(psutil.pids()) // SCAN_PROCESSES + 3):
        monitor.poll(now)
        now += SCAN_SECONDS
    return now


def work_a_little(process: psutil.Process) -> None:
    before = process.cpu_times().user
    while process.cpu_times().user < before + 4 * LITTLE * SCAN_SECONDS:
        time.sleep(0.01)


@pytest.mark.parametrize(
    ("called", "program", "words"),
    [
        ("/opt/resolve/bin/resolve", None, "DaVinci Resolve is busy"),
        ("Adobe Premiere Pro 2025", "Adobe Premiere Pro 2025", "Premiere Pro is busy"),
        ("x", "Resolve.exe", "DaVinci Resolve is busy"),
        ("/usr/lib/lightworks/ntcardvt", None, "Lightworks is busy"),
    ],
)
def test_an_editing_program_at_work_is_found_by_its_name_or_by_what_was_started(
    run: Run, called: str, program: str | None, words: str
) -> None:
    process = run(BURN, called, program=program)
    monitor = NleActivityMonitor(LITTLE)

    now = scan_until_identified(monitor)
    work_a_little(process)

    assert monitor.poll(now) == words


def test_one_that_ran_before_is_found_though_new_programs_start_all_the_time(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = run(BURN, "resolve")
    ours, looks = [*range(process.pid - 100, process.pid), process.pid], itertools.count(1)
    # Numbers that no system gives, so that nothing is to be seen there.
    monkeypatch.setattr(
        psutil, "pids", lambda: [*ours, *range(2**30, 2**30 + 2 * SCAN_PROCESSES * next(looks))]
    )
    monitor = NleActivityMonitor(LITTLE)

    now = 0.0
    for _ in range(2 * len(ours) // SCAN_OLDEST):
        monitor.poll(now)
        now += SCAN_SECONDS
    work_a_little(process)

    assert monitor.poll(now) == "DaVinci Resolve is busy"


@pytest.mark.skipif(os.name != "posix", reason="users have numbers")
def test_another_users_programs_may_work_as_they_like(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = run(BURN, "resolve")
    monitor = NleActivityMonitor(LITTLE)
    monkeypatch.setattr(os, "getuid", lambda: process.uids().real + 1)

    now = scan_until_identified(monitor)
    work_a_little(process)

    assert monitor.poll(now) is None


def test_one_that_rests_is_left_alone(run: Run) -> None:
    run(REST, "resolve")
    monitor = NleActivityMonitor(LITTLE)

    now = scan_until_identified(monitor)

    assert [monitor.poll(now + SCAN_SECONDS * n) for n in range(5)] == [None] * 5


@pytest.mark.parametrize("called", ["systemd-resolved", "resolvectl", "python", "premiere-notes"])
def test_other_programs_may_work_as_they_like(run: Run, called: str) -> None:
    process = run(BURN, called)
    monitor = NleActivityMonitor(LITTLE)

    now = scan_until_identified(monitor)
    work_a_little(process)

    assert monitor.poll(now) is None


def test_it_counts_as_busy_until_it_has_been_calm_for_a_while(run: Run) -> None:
    process = run(BURN, "resolve")
    monitor = NleActivityMonitor(LITTLE)
    now = scan_until_identified(monitor)
    work_a_little(process)
    process.send_signal(signal.SIGSTOP)
    while process.status() != psutil.STATUS_STOPPED:
        time.sleep(0.01)

    assert monitor.poll(now)
    assert monitor.poll(now + COOLDOWN_SECONDS - 0.1)
    assert monitor.poll(now + COOLDOWN_SECONDS) is None


def test_one_that_ended_is_not_at_work(run: Run) -> None:
    process = run(BURN, "resolve")
    monitor = NleActivityMonitor(LITTLE)
    now = scan_until_identified(monitor)
    work_a_little(process)
    assert monitor.poll(now)

    process.kill()
    process.wait()

    assert monitor.poll(now + COOLDOWN_SECONDS) is None


def test_a_look_takes_milliseconds() -> None:
    monitor = NleActivityMonitor()
    monitor.poll(0.0)

    looks = []
    for n in range(1, 20):
        began = time.thread_time()
        monitor.poll(n * SCAN_SECONDS)
        looks.append(time.thread_time() - began)

    assert sorted(looks)[len(looks) // 2] < 0.01
