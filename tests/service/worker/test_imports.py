"""The worker knows the messages that it exchanges with the broker, not the broker's files."""

from __future__ import annotations

import subprocess
import sys

import pytest


def imported_by(module: str) -> set[str]:
    """The modules that a fresh interpreter holds once it has imported one."""
    code = f"import sys, {module}; print(*sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(said.stdout.split())


@pytest.mark.parametrize("module", ["worker.process", "protocol", "ipc"])
def test_what_broker_and_worker_say_to_each_other_needs_no_database(module: str) -> None:
    held = imported_by(f"shotlog.service.{module}")

    assert "sqlite3" not in held
    assert "shotlog.service.journal" not in held


def test_running_a_job_needs_neither_the_journal_nor_the_process_that_it_runs_in() -> None:
    # The engine's result cache is an SQLite file, so sqlite3 itself is there.
    held = imported_by("shotlog.service.worker.job_runner")

    assert not held & {"shotlog.service.journal", "shotlog.service.worker.process"}
