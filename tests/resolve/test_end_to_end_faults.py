"""Menu entries in the double when something goes wrong; the bridge is real, the daemon fake."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path

import pytest

from shotlog_resolve.locks import only_script
from tests.resolve.double import Double, ProjectSpec
from tests.resolve.menu import Menu
from tests.resolve.scene import Scene, scene
from tests.resolve.writing.programs import Program

__all__ = ["scene"]

ODD = "Größe 'x' \"y\" $(touch gone) `z` %TEMP% 東京"


def test_what_the_fake_daemon_finds_is_written(scene: Scene) -> None:
    double = Double(scene.spec)

    assert "1 marker added." in scene.press("analyse-timeline", double)
    assert len(double.timeline("Cut").markers) == 1


@pytest.mark.parametrize("action", ["analyse-timeline", "remove-markers", "open-report"])
def test_without_a_project_it_asks_for_one(scene: Scene, action: str) -> None:
    told = scene.press(action, Double(None))

    assert "No project is open in DaVinci Resolve." in told
    assert f"Log: {scene.menu.state / 'resolve.log'}" in told


def test_without_a_timeline_it_asks_for_one(scene: Scene) -> None:
    double = Double(ProjectSpec("Empty"))

    assert "No timeline is open in DaVinci Resolve." in scene.press("analyse-timeline", double)


def test_an_empty_timeline_is_told(scene: Scene) -> None:
    scene.spec.current("Other")
    told = scene.press("analyse-timeline", Double(scene.spec))

    assert "empty" in told
    assert "Other" in told


def test_a_timeline_that_is_deleted_while_it_is_analysed_is_told(scene: Scene) -> None:
    double = Double(scene.spec)
    scene.meanwhile = lambda: double.delete_timeline("Cut")

    told = scene.press("analyse-timeline", double)
    assert "The timeline was deleted while Shotlog worked." in told
    assert not double.timeline("Other").markers


def test_another_timeline_that_is_opened_meanwhile_gets_none_of_the_markers(scene: Scene) -> None:
    double = Double(scene.spec)
    scene.meanwhile = lambda: setattr(double.project, "current", double.timeline("Other"))

    assert "1 marker added." in scene.press("analyse-timeline", double)
    assert len(double.timeline("Cut").markers) == 1
    assert not double.timeline("Other").markers
    assert double.project.current is double.timeline("Other")


def test_a_resolve_that_is_closed_while_it_works_is_told(scene: Scene) -> None:
    double = Double(scene.spec)
    scene.meanwhile = double.close

    assert "no longer answers" in scene.press("analyse-timeline", double)


def test_a_resolve_that_is_closed_while_markers_are_written_is_told(scene: Scene) -> None:
    double = Double(scene.spec)
    double.session.before("Timeline.AddMarker", 1, double.close)

    told = scene.press("analyse-timeline", double)
    assert "The timeline no longer answers" in told
    assert "Log: " in told


def test_a_project_that_is_switched_is_not_written_to(scene: Scene) -> None:
    double = Double(scene.spec)
    scene.meanwhile = lambda: double.switch_project(scene.spec)

    assert "Another project was opened" in scene.press("analyse-timeline", double)
    assert not double.timeline("Cut").markers


def test_a_second_script_is_told_of_the_first_and_writes_nothing(scene: Scene) -> None:
    double = Double(scene.spec)
    scene.menu.state.mkdir(parents=True)
    with only_script(str(scene.menu.state), "analyse-timeline"):
        told = scene.press("remove-markers", double)

    assert "Shotlog is still at work: Analyse timeline." in told
    assert "1 marker added." in scene.press("analyse-timeline", double)


def test_a_lock_that_a_crash_left_holds_nothing(scene: Scene) -> None:
    scene.menu.state.mkdir(parents=True)
    (scene.menu.state / "resolve.lock").write_text('{"action": "analyse-clip", "pid": 1}')

    assert "1 marker added." in scene.press("analyse-timeline", Double(scene.spec))
    assert "ended without an end: analyse-clip" in scene.menu.log


def test_a_stop_that_was_asked_for_long_ago_stops_nothing(scene: Scene) -> None:
    scene.menu.state.mkdir(parents=True)
    (scene.menu.state / "stop").touch()

    assert "1 marker added." in scene.press("analyse-timeline", Double(scene.spec))


def test_it_stops_when_another_script_asks_it_to(scene: Scene) -> None:
    double = Double(scene.spec)

    def ask() -> None:
        (scene.menu.state / "stop").touch()
        threading.Event().wait(1.5)  # the script looks ten times a second

    scene.meanwhile = ask
    told = scene.press("analyse-timeline", double)

    assert "cancelled; nothing was written" in told
    assert not double.timeline("Cut").markers
    assert not (scene.menu.state / "stop").exists()


@pytest.mark.skipif(os.name != "posix", reason="a signal is sent")
def test_ctrl_c_stops_it_without_a_trace(scene: Scene) -> None:
    double = Double(scene.spec)

    def interrupt() -> None:
        os.kill(os.getpid(), signal.SIGINT)
        threading.Event().wait(0.5)

    scene.meanwhile = interrupt

    assert "Stopped." in scene.press("analyse-timeline", double)
    assert not double.timeline("Cut").markers


@pytest.mark.skipif(os.name != "posix", reason="a signal is sent")
def test_ctrl_c_between_two_markers_leaves_nothing_half_done(scene: Scene) -> None:
    scene.cut.clip("m1", length=24, source=10)
    double = Double(scene.spec)
    double.session.before("Timeline.AddMarker", 1, lambda: os.kill(os.getpid(), signal.SIGINT))

    assert "2 markers added." in scene.press("analyse-timeline", double)
    assert sorted(double.timeline("Cut").markers) == [0, 240]


def test_a_second_script_stops_the_first_if_the_user_wants_it(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SHOTLOG_DIALOGS")
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    dialog = Program(tmp_path / "bin", "zenity")
    scene.menu.state.mkdir(parents=True)
    with only_script(str(scene.menu.state), "analyse-timeline"):
        told = scene.press("analyse-clip", Double(None))
        assert (scene.menu.state / "stop").exists()

    assert "--ok-label=Stop it" in dialog.calls[0]["arguments"]
    assert "Shotlog stops" in told


def test_an_environment_that_was_deleted_is_told(scene: Scene, tmp_path: Path) -> None:
    scene.menu.write(command=[str(tmp_path / "gone" / "shotlog")])
    double = Double(scene.spec)

    for action in ("analyse-timeline", "settings"):
        told = scene.press(action, double)
        assert str(tmp_path / "gone") in told
        assert "installer" in told
    assert "installer" in scene.press("doctor", double)


def test_an_environment_that_is_damaged_is_told_with_its_last_words(scene: Scene) -> None:
    scene.menu.write(command=["/bin/sh", "-c", "echo no module named shotlog >&2; exit 1"])

    assert "no module named shotlog" in scene.press("analyse-timeline", Double(scene.spec))


@pytest.mark.parametrize("content", [None, "", "{", "[]", '{"layout": 2}'])
def test_an_incomplete_installation_is_told(scene: Scene, content: str | None) -> None:
    path = scene.menu.library / "installation.json"
    path.unlink() if content is None else path.write_text(content)

    assert "shotlog resolve install" in scene.press("analyse-timeline", Double(scene.spec))


def test_a_fault_of_our_own_is_one_sentence_and_the_log_has_its_trace(scene: Scene) -> None:
    module = scene.menu.library / "shotlog_resolve" / "markers.py"
    module.write_text(module.read_text("utf-8").replace("report = MarkerReport()", "1 / 0"))
    told = scene.press("analyse-timeline", Double(scene.spec))

    assert "Shotlog stopped because of a fault of its own (ZeroDivisionError)." in told
    assert "Log: " in told
    assert "Traceback" in scene.menu.log


@pytest.mark.parametrize("damage", ["def", "import nothing_of_this_name"])
def test_a_damaged_library_is_told(scene: Scene, damage: str) -> None:
    (scene.menu.library / "shotlog_resolve" / "markers.py").write_text(damage)

    assert "Install them again" in scene.press("analyse-timeline", Double(scene.spec))


@pytest.mark.skipif(os.name != "posix", reason="a path that only POSIX allows")
def test_any_path_is_installed_in_and_any_name_analysed(scene: Scene, tmp_path: Path) -> None:
    folder = tmp_path
    while len(str(folder)) < 300:
        folder /= ODD
    folder.mkdir(parents=True)
    scene.menu = Menu(folder)
    spec = ProjectSpec(ODD, rate=24)
    cut = spec.timeline(ODD, rate=24)
    cut.clip(spec.media(str(folder / f"{ODD}.mov"), frames=240), length=240)
    double = Double(spec)

    assert "1 marker added." in scene.press("analyse-timeline", double)
    assert "1 marker removed." in scene.press("remove-markers", double)
