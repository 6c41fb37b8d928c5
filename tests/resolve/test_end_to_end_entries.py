"""Every other entry of the menu, in the double; the bridge is real, the daemon fake."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from shotlog.schema import Edit, Family, Log, Problem
from tests.otio.marking import finding, log_of, span
from tests.resolve.double import Double, ProjectSpec
from tests.resolve.menu import COMMAND
from tests.resolve.pythons import play
from tests.resolve.scene import Scene, scene
from tests.resolve.writing.programs import Program

__all__ = ["scene"]

pytestmark = pytest.mark.skipif(os.name != "posix", reason="programs are made as scripts")


@pytest.fixture
def opener(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    """The program that opens files on a desktop."""
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("EDITOR", "false")
    return Program(tmp_path / "bin", "xdg-open")


def settings(tmp_path: Path, text: str) -> None:
    (tmp_path / "config.toml").write_text(text)


def with_highlights(edit: Edit) -> Log:
    """Two highlights, from 1 s to 2 s and from 4 s to 6 s, the second the better one."""
    best = finding(Family.HIGHLIGHT, "HL 1", span(4, 6), scores={"score": 92.0})
    second = finding(Family.HIGHLIGHT, "HL 2", span(1, 2), scores={"score": 70.0})
    return log_of(edit).model_copy(update={"highlights": (best, second)})


def test_highlights_become_a_timeline(scene: Scene) -> None:
    scene.answer = with_highlights
    double = Double(scene.spec)
    before = double.snapshot()
    told = scene.press("import-highlights", double)
    after = double.snapshot()
    made = after["timelines"].pop("Cut highlights")

    assert "2 highlights in 2 clips of the new timeline 'Cut highlights'." in told
    assert [(item["at"], item["length"]) for item in made["items"]] == [(0, 24), (24, 48)]
    assert after == before


def test_as_many_highlights_as_the_settings_say(scene: Scene, tmp_path: Path) -> None:
    settings(tmp_path, "[markers]\nmost_highlights = 1\n")
    scene.answer = with_highlights
    double = Double(scene.spec)
    told = scene.press("import-highlights", double)

    assert "1 highlight in 1 clip" in told
    assert [item.length for item in double.timeline("Cut highlights").items] == [48]


def test_labels_are_set_where_they_are_wanted_and_removed_with_the_markers(
    scene: Scene, tmp_path: Path
) -> None:
    settings(tmp_path, "[resolve]\nclip_colours = true\nkeywords = true\n")
    double = Double(scene.spec)
    before = double.snapshot()
    told = scene.press("analyse-timeline", double)
    (item,) = double.timeline("Cut").items
    assert item.media is not None

    assert "1 clip coloured by shot size." in told
    assert "1 media file given keywords." in told
    assert item.color == "Green"
    assert item.media.metadata["Keywords"] == "shotlog:MS, shotlog:pan_left"
    told = scene.press("remove-markers", double)
    assert "1 clip colour taken back." in told
    assert "1 media file freed of our keywords." in told
    after = double.snapshot()
    for media in after["media"].values():
        assert media["metadata"].pop("Keywords", "") == ""
    assert after == before


def test_without_a_wish_no_label_is_set(scene: Scene) -> None:
    double = Double(scene.spec)
    scene.press("analyse-timeline", double)

    assert {item.color for item in double.timeline("Cut").items} == {""}
    assert "TimelineItem.SetClipColor" not in double.calls
    assert "MediaPoolItem.SetMetadata" not in double.calls


def test_who_wants_none_moved_has_it_skipped_and_is_told_where(
    scene: Scene, tmp_path: Path
) -> None:
    settings(tmp_path, '[resolve]\noccupied = "skip"\n')
    scene.cut.marker(0, "Red", "mine")
    double = Double(scene.spec)
    told = scene.press("analyse-timeline", double)

    assert "1 marker skipped." in told
    assert "1 marker left out (another marker is there): MS · pan_left (01:00:00:00)." in told
    assert [marker.name for marker in double.timeline("Cut").markers.values()] == ["mine"]


def test_a_wrong_setting_is_named_with_its_line(scene: Scene, tmp_path: Path) -> None:
    settings(tmp_path, '[resolve]\noccupied = "nugde"\n')
    told = scene.press("analyse-timeline", Double(scene.spec))

    assert "config.toml:2: " in told
    assert 'Did you mean "nudge"?' in told


def test_clips_that_are_left_out_are_named_with_place_and_reason(scene: Scene) -> None:
    def answer(edit: Edit) -> Log:
        problem = Problem(
            code="media-missing", message="no such file: /films/a.mov", subject="a.mov",
            hint="Relink it.", clip=edit.clips[0].id,
        )  # fmt: skip
        return Log(edit=edit, shots=(), problems=(problem,))

    scene.answer = answer
    scene.cut.title("Text+", length=48)
    told = scene.press("analyse-timeline", Double(scene.spec))

    assert "a.mov (V1 at 01:00:00:00)" in told
    assert "no such file" in told
    assert "Text+ (V1 at 01:00:10:00)" in told


def test_the_report_of_the_last_analysis_is_opened(scene: Scene, opener: Program) -> None:
    double = Double(scene.spec)
    assert "was not analysed yet" in scene.press("open-report", double)
    scene.press("analyse-timeline", double)
    scene.press("open-report", double)
    (call,) = opener.calls
    (path,) = call["arguments"]

    assert Path(path).is_relative_to(scene.menu.state)
    assert "Cut" in Path(path).read_text("utf-8")


def test_a_timeline_keeps_its_report_when_it_is_renamed(scene: Scene, opener: Program) -> None:
    double = Double(scene.spec)
    scene.press("analyse-timeline", double)
    double.timeline("Cut").name = "Renamed"
    scene.press("open-report", double)

    assert len(opener.calls) == 1


def test_the_settings_are_opened_also_where_one_of_them_is_wrong(
    scene: Scene, opener: Program, tmp_path: Path
) -> None:
    scene.press("settings", Double(None))
    settings(tmp_path, "nonsense")
    scene.press("settings", Double(None))

    assert [call["arguments"] for call in opener.calls] == [[str(tmp_path / "config.toml")]] * 2


def test_where_nothing_opens_the_settings_their_path_is_told(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))

    assert str(tmp_path / "config.toml") in scene.press("settings", Double(None))


def test_the_doctor_tells_of_resolve_and_of_shotlog(scene: Scene) -> None:
    told = scene.press("doctor", Double(scene.spec, version="19.1", edition="free"))
    checks = (scene.menu.state / "doctor.txt").read_text("utf-8")

    assert "DaVinci Resolve 19.1.3.7, free edition" in told
    assert f"All checks: {scene.menu.state / 'doctor.txt'}" in told
    assert "timeline 'Cut', 24 frames a second, from 01:00:00:00" in checks
    assert "selected clips cannot be analysed; that needs Resolve 21.0.4" in checks
    assert "ffmpeg" in checks.lower() or "PyAV" in checks


def test_the_doctor_works_without_a_project(scene: Scene) -> None:
    assert "DaVinci Resolve Studio 20.3.2.9, Studio" in scene.press("doctor", Double(None))


def test_markers_are_on_clips_once_the_doctor_has_tested_how_they_are_counted(
    scene: Scene, tmp_path: Path
) -> None:
    settings(tmp_path, '[markers]\non = "clips"\n')
    spec = ProjectSpec("Film", rate=24)
    cut = spec.timeline("Cut", rate=24)
    cut.clip(spec.media("/films/a.mov", frames=240), length=100, source=30)
    double = Double(spec)
    before = double.snapshot()
    first = scene.press("analyse-timeline", double)
    assert "run Shotlog > Doctor once" in first
    assert list(double.timeline("Cut").markers) == [0]

    scene.press("doctor", double)
    checks = (scene.menu.state / "doctor.txt").read_text("utf-8")
    assert "ok: markers on clips are counted from the first frame of the media" in checks
    second = scene.press("analyse-timeline", double)
    (item,) = double.timeline("Cut").items
    assert "1 marker added and 1 removed as outdated." in second
    assert (list(double.timeline("Cut").markers), list(item.markers)) == ([], [30])

    settings(tmp_path, "")
    scene.press("analyse-timeline", double)
    assert (list(double.timeline("Cut").markers), list(item.markers)) == ([0], [])
    settings(tmp_path, '[markers]\non = "clips"\n')
    scene.press("analyse-timeline", double)
    assert "1 marker removed." in scene.press("remove-markers", double)
    assert double.snapshot() == before


def test_markers_of_a_copied_timeline_are_told_and_left(scene: Scene) -> None:
    double = Double(scene.spec)
    scene.press("analyse-timeline", double)
    project = double.resolve.GetProjectManager().GetCurrentProject()
    copy = project.GetCurrentTimeline().DuplicateTimeline("Copy")
    project.SetCurrentTimeline(copy)
    told = scene.press("remove-markers", double)

    assert "1 marker left that came with the copy of another timeline" in told
    assert len(double.timeline("Copy").markers) == 1


def test_a_sandboxed_resolve_is_answered_through_a_folder(scene: Scene, tmp_path: Path) -> None:
    scene.menu.write(sandboxed=True)
    handover = tmp_path / "Scripts" / "handover"
    handover.mkdir()
    command = [*COMMAND, "watch", str(handover)]
    watch = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        double = Double(scene.spec)
        told = scene.press("analyse-timeline", double)
    finally:
        watch.terminate()
        watch.wait()

    assert "1 marker added." in told
    assert len(double.timeline("Cut").markers) == 1
    assert not list(handover.glob("*.json"))


def test_a_sandboxed_resolve_is_told_what_to_run_in_a_terminal(scene: Scene) -> None:
    scene.menu.write(sandboxed=True)

    assert "shotlog config path" in scene.press("settings", Double(None))
    scene.press("doctor", Double(scene.spec))
    assert "note: " in (scene.menu.state / "doctor.txt").read_text("utf-8")


def test_an_edit_that_is_changed_meanwhile_is_told(scene: Scene) -> None:
    scene.cut.title(length=48)
    double = Double(scene.spec)
    scene.meanwhile = double.timeline("Cut").items.pop  # the title

    told = scene.press("analyse-timeline", double)
    assert "The timeline was edited while Shotlog looked at it" in told


@pytest.mark.parametrize("version", ["3.6", "3.13"])
def test_entries_work_in_any_python_that_resolve_may_find(
    scene: Scene, version: str, tmp_path: Path, opener: Program
) -> None:
    settings(tmp_path, "[resolve]\nclip_colours = true\nkeywords = true\n")
    scene.answer = with_highlights
    actions = ("analyse-timeline", "import-highlights", "open-report", "remove-markers", "settings")
    script = tmp_path / "several.py"
    texts = (scene.menu.entry(action).read_text("ascii") for action in actions)
    script.write_text("\n".join(texts), "ascii")
    environment = dict(os.environ)
    result = play(version, scene.spec, script, tmp_path, environment=environment)

    assert (result["error"], result["violations"]) == (None, [])
    assert "fault of its own" not in result["stdout"]
    assert "3 markers added." in result["stdout"]
    assert "2 highlights in 2 clips of the new timeline 'Cut highlights'." in result["stdout"]
    assert "3 markers removed." in result["stdout"]
    assert len(opener.calls) == 2  # the report and the settings
    assert result["after"]["timelines"]["Cut"] == result["before"]["timelines"]["Cut"]
