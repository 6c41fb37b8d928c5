"""Dialogs show any text as it is, and nothing of it is ever a command."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from shotlog_resolve.dialogs import (
    Dialogs,
    KdialogDialogs,
    MacDialogs,
    WindowsDialogs,
    ZenityDialogs,
    native_dialogs,
)
from shotlog_resolve.host import Host
from shotlog_resolve.windows import best_dialogs
from tests.resolve.double import Double, ProjectSpec
from tests.resolve.writing.programs import Program
from tests.waiting import wait_for

posix = pytest.mark.skipif(os.name != "posix", reason="programs are made as scripts")
pytestmark = posix

ODD = "--help \"; touch gone; $(touch gone) `touch gone` \\n <b>&amp;</b> %PATH% ä東 ' \n end"
"""A name of a clip that means something to shells, markup, options and escapes."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder at the start of the path, and of nothing else."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    return tmp_path / "bin"


@pytest.fixture
def told() -> list[str]:
    return []


def test_osascript_gets_texts_as_arguments_behind_its_options(
    folder: Path, told: list[str]
) -> None:
    program = Program(folder, "osascript")
    MacDialogs(told.append).tell(ODD, error=True)
    assert MacDialogs(told.append).ask(ODD, "Yes", "No") is True
    show, ask = (call["arguments"] for call in program.calls)

    assert show[-4:] == ["shotlog", "stop", "Shotlog", ODD]
    assert ask[-6:] == ["shotlog", "ask", "Shotlog", ODD, "Yes", "No"]
    assert set(show[:-4:2]) == {"-e"}
    assert all(ODD not in part for part in show[1:-4:2])
    assert not Path("gone").exists()


def test_powershell_gets_texts_in_its_environment(folder: Path, told: list[str]) -> None:
    program = Program(folder, "powershell.exe", code=1)
    assert WindowsDialogs(told.append).ask(ODD, "Stop it", "Let it work") is False
    (call,) = program.calls

    assert call["texts"]["SHOTLOG_TEXT"].startswith(ODD)
    assert "Yes: Stop it" in call["texts"]["SHOTLOG_TEXT"]
    assert all(ODD not in argument for argument in call["arguments"])


def test_zenity_shows_a_text_without_markup_and_escapes(folder: Path, told: list[str]) -> None:
    program = Program(folder, "zenity")
    ZenityDialogs(told.append).tell(ODD)
    (call,) = program.calls

    assert "--no-markup" in call["arguments"]
    assert call["arguments"][-1] == "--text=" + ODD.replace("\\", "\\\\")


def test_kdialog_shows_a_text_in_which_no_tag_has_a_meaning(folder: Path, told: list[str]) -> None:
    program = Program(folder, "kdialog")
    assert KdialogDialogs(told.append).ask(ODD, "Yes", "No") is True
    (call,) = program.calls

    text = call["arguments"][3]
    assert text.startswith("<qt>--help")
    assert "<b>" not in text


@pytest.mark.parametrize("kind", [MacDialogs, WindowsDialogs, ZenityDialogs, KdialogDialogs])
def test_without_its_program_a_text_is_printed_and_a_question_changes_nothing(
    folder: Path, told: list[str], kind: type[Dialogs], capsys: pytest.CaptureFixture[str]
) -> None:
    kind(told.append).tell(ODD)

    assert kind(told.append).ask("Stop?", "Yes", "No") is False
    assert ODD in capsys.readouterr().out
    assert told[:2] == [ODD, "No dialog could be shown"]


def test_another_program_starts_without_what_resolve_set_for_its_python(
    folder: Path, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    program = Program(folder, "zenity")
    monkeypatch.setenv("PYTHONHOME", "/opt/resolve")
    ZenityDialogs(told.append).tell("done")

    assert "PYTHONHOME" not in program.calls[0]["texts"]


def test_a_long_text_is_cut_for_the_dialog_and_whole_in_the_log(
    folder: Path, told: list[str]
) -> None:
    program = Program(folder, "zenity")
    ZenityDialogs(told.append).tell("x" * 100_000)

    assert len(program.calls[0]["arguments"][-1]) < 3000
    assert len(told[0]) == 100_000


def test_a_window_shows_progress_and_ends_with_the_work(folder: Path, told: list[str]) -> None:
    program = Program(folder, "zenity", listens=True)
    with ZenityDialogs(told.append).progress("Shotlog looks at <b>", "") as progress:
        progress.update("Pictures", 1, 4, "s of film")
        progress.update("Pictures", 2, 4, "s of film")  # too soon for another line
        progress.update("Sound & <more>\nlines", 4, 4)
        wait_for(lambda: len(program.calls) >= 5)
        assert not progress.is_cancelled

    assert program.calls[1:5] == [
        "25\n", "# Pictures: 25 % (1 of 4 s of film)\n",
        "99\n", "# Sound &amp; &lt;more&gt; lines: 100 % (4 of 4)\n",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "name", "code", "stops"),
    [
        (ZenityDialogs, "zenity", 1, True),
        (ZenityDialogs, "zenity", 255, False),
        (MacDialogs, "osascript", 0, True),
        (MacDialogs, "osascript", 1, False),
        (WindowsDialogs, "powershell.exe", 0, True),
        (WindowsDialogs, "powershell.exe", 1, False),
    ],
)
def test_its_button_stops_the_work_and_a_window_that_failed_does_not(
    folder: Path, told: list[str], kind: type[Dialogs], name: str, code: int, stops: bool
) -> None:
    Program(folder, name, code)
    with kind(told.append).progress("Shotlog", str(folder)) as progress:
        window: Any = progress
        wait_for(lambda: window.process.poll() is not None)
        progress.update("Pictures", 1, 4)

        assert progress.is_cancelled is stops
    assert not list(folder.glob("progress-*"))


def test_linux_takes_the_program_that_is_there_and_none_without_a_screen(
    folder: Path, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.delenv("SHOTLOG_DIALOGS", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setenv("DISPLAY", ":0")
    assert type(native_dialogs(told.append)) is Dialogs
    Program(folder, "kdialog")
    assert type(native_dialogs(told.append)) is KdialogDialogs
    Program(folder, "zenity")
    assert type(native_dialogs(told.append)) is ZenityDialogs
    monkeypatch.delenv("DISPLAY")
    assert type(native_dialogs(told.append)) is Dialogs


def test_studio_shows_its_own_windows(told: list[str]) -> None:
    double = Double(ProjectSpec("Film"), edition="studio")
    globals_ = double.globals()
    dialogs = best_dialogs(globals_, Host(globals_["resolve"]), Dialogs(told.append))
    double.ui.press("Replace them")
    answers = [dialogs.ask("Replace <b>?", "Replace them", "Leave them")]
    double.ui.press("Leave them")
    answers.append(dialogs.ask("And now?", "Replace them", "Leave them"))
    answers.append(dialogs.ask("And now?", "Replace them", "Leave them"))  # it is closed

    assert answers == [True, False, False]
    assert "<qt>Replace &lt;b&gt;?</qt>" in double.ui.shown[0].texts
    assert not any(window.Visible for window in double.ui.shown)


def test_whoever_wants_no_dialog_gets_none_in_studio_either(
    told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOTLOG_DIALOGS", "none")
    double = Double(ProjectSpec("Film"), edition="studio")
    best_dialogs(double.globals(), Host(double.resolve), native_dialogs(told.append)).tell("Done.")

    assert double.ui.shown == []


def test_the_free_edition_is_never_asked_for_its_windows(told: list[str]) -> None:
    double = Double(ProjectSpec("Film"), version="20.3", edition="free")
    native = Dialogs(told.append)

    assert best_dialogs(double.globals(), Host(double.resolve), native) is native
    assert double.session.upsells == 0
