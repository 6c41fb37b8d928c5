"""One script at a time, and none that is kept out by one that has ended."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import shotlog_resolve
from shotlog_resolve.locks import Busy, ask_to_stop, is_asked_to_stop, only_script

HOLDER = """
import sys, time
sys.path.insert(0, sys.argv[1])
from shotlog_resolve.locks import only_script
with only_script(sys.argv[2], "analyse-timeline"):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def holder(tmp_path: Path) -> subprocess.Popen[str]:
    """A process that holds the lock."""
    library = str(Path(shotlog_resolve.__file__).parents[1])
    command = [sys.executable, "-c", HOLDER, library, str(tmp_path)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


def test_a_lock_is_held_by_one_alone(tmp_path: Path) -> None:
    with only_script(str(tmp_path), "doctor"):
        with pytest.raises(Busy) as busy, only_script(str(tmp_path), "settings"):
            raise AssertionError("two hold it")
        assert busy.value.action == "doctor"
    with only_script(str(tmp_path), "settings") as left:
        assert left is None


def test_another_process_is_kept_out_and_told_what_runs(
    tmp_path: Path, holder: subprocess.Popen[str]
) -> None:
    try:
        with pytest.raises(Busy) as busy, only_script(str(tmp_path), "settings"):
            raise AssertionError("two hold it")
        assert (busy.value.action, busy.value.minutes) == ("analyse-timeline", 0)
    finally:
        end(holder)


def test_a_process_that_was_killed_holds_nothing(
    tmp_path: Path, holder: subprocess.Popen[str]
) -> None:
    end(holder)

    with only_script(str(tmp_path), "settings") as left:
        assert left == "analyse-timeline"


def test_who_takes_the_lock_is_not_stopped_by_what_another_was_asked(tmp_path: Path) -> None:
    ask_to_stop(str(tmp_path))
    with only_script(str(tmp_path), "settings"):
        assert not is_asked_to_stop(str(tmp_path))
        ask_to_stop(str(tmp_path))
        assert is_asked_to_stop(str(tmp_path))
    assert not is_asked_to_stop(str(tmp_path))
