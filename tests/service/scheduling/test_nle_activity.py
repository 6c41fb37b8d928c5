"""Busy editing programs are identified, whatever the system calls their processes."""

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
from tests.waiting import wait_for

BURN = "while True: pass"
REST = "import time; time.sleep(60)"
LITTLE = 0.01
"""Cores above which a program is busy here; low, as the machine may be loaded."""

Run = Callable[..., psutil.Process]


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """Start a process under another name: on its command line, or as its program file."""
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
    """Scan until the names of all processes were read; return the time."""
    for _ in range(2 * len(psutil.pids()) // SCAN_PROCESSES + 3):
        monitor.poll(now)
        now += SCAN_SECONDS
    return now


def use_some_cpu_time(process: psutil.Process) -> None:
    before = process.cpu_times().user
    wait_for(lambda: process.cpu_times().user >= before + 4 * LITTLE * SCAN_SECONDS)


@pytest.mark.parametrize(
    ("called", "program", "words"),
    [
        ("/opt/resolve/bin/resolve", None, "DaVinci Resolve is busy"),
        ("Adobe Premiere Pro 2025", "Adobe Premiere Pro 2025", "Premiere Pro is busy"),
        ("x", "Resolve.exe", "DaVinci Resolve is busy"),
        ("/usr/lib/lightworks/ntcardvt", None, "Lightworks is busy"),
    ],
)
def test_a_busy_editing_program_is_identified_by_process_name_or_command_line(
    run: Run, called: str, program: str | None, words: str
) -> None:
    process = run(BURN, called, program=program)
    monitor = NleActivityMonitor(LITTLE)

    now = scan_until_identified(monitor)
    use_some_cpu_time(process)

    assert monitor.poll(now) == words


def test_an_old_process_is_identified_though_new_ones_start_all_the_time(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = run(BURN, "resolve")
    own, scans = [*range(process.pid - 100, process.pid), process.pid], itertools.count(1)
    # Process ids that no system gives, so that no process is found there.
    monkeypatch.setattr(
        psutil, "pids", lambda: [*own, *range(2**30, 2**30 + 2 * SCAN_PROCESSES * next(scans))]
    )
    monitor = NleActivityMonitor(LITTLE)

    now = 0.0
    for _ in range(2 * len(own) // SCAN_OLDEST):
        monitor.poll(now)
        now += SCAN_SECONDS
    use_some_cpu_time(process)

    assert monitor.poll(now) == "DaVinci Resolve is busy"


@pytest.mark.skipif(os.name != "posix", reason="users have numbers")
def test_programs_of_other_users_are_ignored(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    process = run(BURN, "resolve")
    monitor = NleActivityMonitor(LITTLE)
    monkeypatch.setattr(os, "getuid", lambda: process.uids().real + 1)

    now = scan_until_identified(monitor)
    use_some_cpu_time(process)

    assert monitor.poll(now) is None


def test_an_idle_editing_program_holds_no_jobs(run: Run) -> None:
    run(REST, "resolve")
    monitor = NleActivityMonitor(LITTLE)

    now = scan_until_identified(monitor)

    assert [monitor.poll(now + SCAN_SECONDS * n) for n in range(5)] == [None] * 5


@pytest.mark.parametrize("called", ["systemd-resolved", "resolvectl", "python", "premiere-notes"])
def test_other_busy_programs_are_ignored(run: Run, called: str) -> None:
    process = run(BURN, called)
    monitor = NleActivityMonitor(LITTLE)

    now = scan_until_identified(monitor)
    use_some_cpu_time(process)

    assert monitor.poll(now) is None


def test_a_program_counts_as_busy_for_some_seconds_after_its_last_activity(run: Run) -> None:
    process = run(BURN, "resolve")
    monitor = NleActivityMonitor(LITTLE)
    now = scan_until_identified(monitor)
    use_some_cpu_time(process)
    process.send_signal(signal.SIGSTOP)
    wait_for(lambda: process.status() == psutil.STATUS_STOPPED)

    assert monitor.poll(now)
    assert monitor.poll(now + COOLDOWN_SECONDS - 0.1)
    assert monitor.poll(now + COOLDOWN_SECONDS) is None


def test_a_program_that_ended_is_not_busy(run: Run) -> None:
    process = run(BURN, "resolve")
    monitor = NleActivityMonitor(LITTLE)
    now = scan_until_identified(monitor)
    use_some_cpu_time(process)
    assert monitor.poll(now)

    process.kill()
    process.wait()

    assert monitor.poll(now + COOLDOWN_SECONDS) is None


def test_a_scan_takes_milliseconds() -> None:
    monitor = NleActivityMonitor()
    monitor.poll(0.0)

    seconds = []
    for n in range(1, 20):
        began = time.thread_time()
        monitor.poll(n * SCAN_SECONDS)
        seconds.append(time.thread_time() - began)

    assert sorted(seconds)[len(seconds) // 2] < 0.01
