"""Notes of attempts, and what those that were left behind tell."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from shotlog.batch import OutputFolder
from shotlog.batch.store import Attempts

_DIES = """
import os, signal, sys
from pathlib import Path
from shotlog.batch import OutputFolder
from shotlog.batch.store import Attempts
with Attempts(OutputFolder(Path(sys.argv[1]))).noted(sys.argv[2:]):
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def folder(tmp_path: Path) -> OutputFolder:
    made = OutputFolder(tmp_path / "out")
    made.make()
    return made


def die_with(folder: OutputFolder, *items: str) -> None:
    """Let a process be killed while it works on items."""
    process = subprocess.run([sys.executable, "-c", _DIES, folder.root, *items], check=False)
    assert process.returncode < 0 or os.name == "nt"


def test_work_that_ends_leaves_no_note(folder: OutputFolder) -> None:
    attempts = Attempts(folder)
    with attempts.noted(["a", "b"]):
        assert attempts.deaths().together == {"a", "b"}
    with pytest.raises(ValueError, match="broken"), attempts.noted(["a"]):
        raise ValueError("broken")
    assert not any(folder.attempts.iterdir())


def test_an_item_that_ended_its_process_twice_is_poison(folder: OutputFolder) -> None:
    attempts = Attempts(folder)
    die_with(folder, "a")
    assert attempts.deaths().is_suspect("a")
    assert not attempts.deaths().is_poison("a")
    die_with(folder, "a")
    assert attempts.deaths().is_poison("a")


def test_those_that_died_together_are_suspects_and_none_is_poison(folder: OutputFolder) -> None:
    attempts = Attempts(folder)
    for _ in range(3):
        die_with(folder, "a", "b")
    deaths = attempts.deaths()
    assert all(deaths.is_suspect(item) and not deaths.is_poison(item) for item in "ab")
    assert not deaths.is_suspect("c")


def test_a_retry_forgets_the_notes_of_its_items_alone(folder: OutputFolder) -> None:
    attempts = Attempts(folder)
    die_with(folder, "a")
    die_with(folder, "b")
    attempts.forget(["a"])
    assert attempts.deaths().alone == {"b": 1}


def test_a_damaged_note_is_passed_over(folder: OutputFolder) -> None:
    (folder.attempts / "00.json").write_text('["a')
    (folder.attempts / "01.json").write_text("7")
    assert not Attempts(folder).deaths().alone
