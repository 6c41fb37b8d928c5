"""What a test starts ends with it, and an application that is not installed is named."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from tests.nle.clients.sandbox import REQUIRED_VARIABLE, ClientFailed, Sandbox, need, need_module
from tests.waiting import PATIENCE_S, wait_for

SLEEP = "86399"  # seconds; no other process has this number


def sleeping() -> list[int]:
    return [
        process.pid
        for process in psutil.process_iter(["cmdline"])
        if SLEEP in (process.info["cmdline"] or ())
    ]


@pytest.mark.parametrize("start", [f"sleep {SLEEP} & sleep {SLEEP}", f"setsid sleep {SLEEP} & cat"])
def test_a_program_that_takes_too_long_is_ended_with_all_that_it_started(
    tmp_path: Path, start: str
) -> None:
    box = Sandbox(tmp_path / "box")
    with pytest.raises(ClientFailed, match=r"/bin/sh took longer than 1.0 s"):
        box.run("/bin/sh", "-c", f"{start}; sleep {SLEEP}", timeout_s=1.0)

    assert sleeping() == []


def test_what_a_program_leaves_running_is_ended(tmp_path: Path) -> None:
    box = Sandbox(tmp_path / "box")
    with box.start("/bin/sh", "-c", f"setsid sleep {SLEEP} & exit 0") as process:
        process.wait(PATIENCE_S)
        wait_for(sleeping)
        assert len(sleeping()) == 1

    assert sleeping() == []


def test_an_error_is_told_with_what_the_program_said(tmp_path: Path) -> None:
    with pytest.raises(ClientFailed, match=r"(?s)/bin/sh ended with 3: .*no film"):
        Sandbox(tmp_path / "box").run("/bin/sh", "-c", "echo no film >&2; exit 3")


def test_a_program_has_a_home_and_folders_of_its_own(tmp_path: Path) -> None:
    box = Sandbox(tmp_path / "box", {"MINE": "1"})
    said = box.run("/bin/sh", "-c", 'touch "$XDG_RUNTIME_DIR/a"; echo $HOME $TMPDIR $MINE')

    assert said.split() == [str(tmp_path / "box" / "home"), str(tmp_path / "box" / "tmp"), "1"]


@pytest.mark.parametrize("set_to", ["", "required"])
def test_what_is_not_installed_is_skipped_or_where_all_must_be_there_a_failure(
    monkeypatch: pytest.MonkeyPatch, set_to: str
) -> None:
    monkeypatch.setenv(REQUIRED_VARIABLE, set_to)
    outcome = pytest.fail.Exception if set_to else pytest.skip.Exception

    with pytest.raises(outcome, match="no-such-editor is not installed; install it: apt-get inst"):
        need("no-such-editor", "no-such-editor")
    with pytest.raises(outcome, match="cannot run 'import no_such_editor'; install it: apt-get"):
        need_module("import no_such_editor", "python3-no-such-editor")
