"""Timelines in a watched folder, and what lies beside them afterwards."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from shotlog.schema import DaemonAbsent, DaemonError, OutputNotWritable
from shotlog.service.client import Client
from shotlog.service.protocol import Cancel, ErrorCode, Failure, Submit, make_failure
from shotlog.testing import FakeDaemon
from shotlog.watch import Failed, Finished, Ignored, Started, Trouble
from shotlog_otio import read_edit, read_markers
from tests.corrections.recorded import recorded_of_file
from tests.otio.exporters.reading import read_edl
from tests.otio.formats.makers import MAKERS
from tests.otio.timelines import as_data, timeline, track
from tests.watch.folder import Folder, found, found_with_a_problem, text_of

RESULTS = {"cut.otio", "cut.marked.otio", "cut.markers.edl", "cut.markers.lua"}


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Folder]:
    with FakeDaemon(found) as daemon:
        yield Folder(tmp_path / "in", daemon)


def test_a_timeline_comes_back_with_markers(folder: Folder) -> None:
    source = folder.export(text=text_of("a", "b"))
    before = source.read_bytes()

    assert folder.once() == 0
    assert folder.names == RESULTS
    assert folder.leftovers == []
    assert source.read_bytes() == before
    marked = read_markers(folder.path / "cut.marked.otio")
    assert [m.name for m in marked] == ["MS · pan_left", "MS · pan_left"]
    assert recorded_of_file(folder.path / "cut.marked.otio") == {"MS · pan_left"}
    # Shots of seven frames on a timeline that starts at one hour.
    edl = (folder.path / "cut.markers.edl").read_text(encoding="utf-8")
    assert " 01:00:00:00 " in edl
    assert " 01:00:00:07 " in edl
    assert "frame = 7, duration = 7" in (folder.path / "cut.markers.lua").read_text()
    (finished,) = (e for e in folder.events if isinstance(e, Finished))
    assert (finished.markers, finished.problems) == (2, ())
    assert set(finished.outputs) == RESULTS - {"cut.otio"}


@pytest.mark.parametrize("suffix", [".otioz", ".otiod"])
def test_bundles_are_taken_as_well(folder: Folder, suffix: str) -> None:
    MAKERS[suffix[1:]](folder.path / f"cut{suffix}", text_of())

    assert folder.once() == 0
    assert read_markers(folder.path / f"cut{suffix}.marked{suffix}")
    assert folder.once() == 0
    assert folder.submitted == [f"cut{suffix}"]


def test_the_same_name_with_another_suffix_is_another_timeline(folder: Folder) -> None:
    folder.export(text=text_of("a"))
    MAKERS["otioz"](folder.path / "cut.otioz", text_of("a", "b", "c"))

    assert folder.once() == 0
    edls = sorted(folder.path.glob("*.edl"))
    assert [p.name for p in edls] == ["cut.markers.edl", "cut.otioz.markers.edl"]
    assert [p.read_text().count("|D:") for p in edls] == [1, 3]


def test_the_settings_of_the_project_hold(folder: Folder) -> None:
    settings = folder.path / ".shotlog.toml"
    settings.write_text(
        '[markers.colours.resolve]\nshot = "Rose"\n[analysis]\nmodels = "builtin"\n'
    )
    folder.export()

    assert folder.once() == 0
    assert "|C:ResolveColorRose |" in (folder.path / "cut.markers.edl").read_text()
    assert 'colour = "Rose"' in (folder.path / "cut.markers.lua").read_text()
    (submit,) = (r for r in folder.daemon.requests if isinstance(r, Submit))
    assert submit.task.asks.models == "builtin"


def test_a_wrong_setting_is_named_with_its_line(folder: Folder) -> None:
    (folder.path / ".shotlog.toml").write_text('[markers]\nlength = "short"\n')
    folder.export()

    assert folder.once() == 1
    assert ".shotlog.toml:2: " in (folder.path / "cut.error.txt").read_text(encoding="utf-8")


def test_what_is_finished_is_not_done_anew_after_a_restart(folder: Folder) -> None:
    folder.export()
    folder.once()
    written = {p: p.stat().st_mtime_ns for p in folder.path.glob("cut.m*")}

    assert folder.once() == 0
    assert folder.submitted == ["cut.otio"]
    assert {p: p.stat().st_mtime_ns for p in folder.path.glob("cut.m*")} == written


def test_another_export_is_done_anew(folder: Folder) -> None:
    folder.export()
    folder.once()
    folder.export(text=text_of("a", "b"))

    assert folder.once() == 0
    assert len(folder.submitted) == 2
    assert len(read_markers(folder.path / "cut.marked.otio")) == 2


def test_the_same_content_with_another_date_is_finished(folder: Folder) -> None:
    folder.touch(folder.export())
    folder.once()
    folder.export()

    assert folder.once() == 0
    assert folder.submitted == ["cut.otio"]


@pytest.mark.parametrize("missing", sorted(RESULTS - {"cut.otio"}))
def test_the_same_export_is_done_anew_where_a_result_is_gone(folder: Folder, missing: str) -> None:
    folder.export()
    folder.once()
    (folder.path / missing).unlink()
    assert folder.once() == 0
    assert not (folder.path / missing).exists()  # the user took it away

    folder.export()
    assert folder.once() == 0
    assert (folder.path / missing).exists()


def test_the_same_export_is_done_anew_where_clips_had_problems(tmp_path: Path) -> None:
    with FakeDaemon(found_with_a_problem) as daemon:
        folder = Folder(tmp_path, daemon)
        folder.export()
        assert folder.once() == 0
        (finished,) = (e for e in folder.events if isinstance(e, Finished))
        assert finished.problems == ("a: it is offline. Relink.",)
        assert folder.once() == 0
        assert len(folder.submitted) == 1
        folder.export()
        folder.once()
        assert len(folder.submitted) == 2


def test_a_timeline_that_is_exported_again_meanwhile_is_analysed_as_it_is_now(
    tmp_path: Path,
) -> None:
    with FakeDaemon(found, steps=200, pace=0.01) as daemon:
        folder = Folder(tmp_path, daemon)
        folder.export()

        def exported_again() -> bool:
            started = [e for e in folder.events if isinstance(e, Started)]
            if len(started) == 1 and len(read_twice) == 0:
                read_twice.append(folder.export(text=text_of("a", "b", "c")))
            return len(started) == 2

        read_twice: list[Path] = []
        folder.until(exported_again)
        assert any(isinstance(request, Cancel) for request in daemon.requests)
        assert not (folder.path / "cut.marked.otio").exists()
    with FakeDaemon(found) as daemon:
        folder.daemon = daemon
        assert folder.once() == 0
        assert len(read_markers(folder.path / "cut.marked.otio")) == 3


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "empty"),
        ('{"OTIO_SCHEMA": "Timeline.1"', "JSON"),
        ("\0" * 100, ""),
        ("TITLE: cut", ""),
        ('{"a": 1}', ""),
        (text_of().replace('"Timeline.1"', '"Timeline.99"', 1), ""),
        (json.dumps(as_data(timeline(track()))), "no video"),
    ],
    ids=range(7),
)
def test_a_damaged_timeline_gets_a_note_and_costs_no_other(
    folder: Folder, text: str, told: str
) -> None:
    folder.export("bad.otio", text)
    folder.export()

    assert folder.once() == 1
    assert folder.names == RESULTS | {"bad.otio", "bad.error.txt"}
    note = (folder.path / "bad.error.txt").read_text(encoding="utf-8")
    assert note.startswith("Shotlog has no results for bad.otio: ")
    assert told in note
    assert str(folder.path) not in note
    assert "Traceback" not in note
    (failed,) = (e for e in folder.events if isinstance(e, Failed))
    assert failed.file == "bad.otio"

    folder.export("bad.otio")
    assert folder.once() == 0
    assert "bad.error.txt" not in folder.names


def test_a_note_tells_that_results_are_older(folder: Folder) -> None:
    folder.export()
    folder.once()
    folder.export(text="{")
    folder.once()

    assert "those of an earlier export" in (folder.path / "cut.error.txt").read_text()
    assert (folder.path / "cut.marked.otio").exists()


def test_a_damaged_timeline_is_tried_once_and_again_when_it_is_exported(folder: Folder) -> None:
    folder.export(text="{")
    passes = 0

    def repaired() -> bool:
        nonlocal passes
        passes += folder.kinds == ["failed cut.otio"]
        if passes == 5:
            folder.export()
        return "finished cut.otio" in folder.kinds

    folder.until(repaired)
    assert folder.kinds == ["failed cut.otio", "started cut.otio", "finished cut.otio"]


def test_a_job_that_fails_is_told_in_words(tmp_path: Path) -> None:
    def no_model(submit: Submit) -> Failure:
        return make_failure(ErrorCode.BAD_MESSAGE, "no model is here", "Fetch one.")

    with FakeDaemon(no_model) as daemon:
        folder = Folder(tmp_path, daemon)
        folder.export()
        assert folder.once() == 1
        note = (tmp_path / "cut.error.txt").read_text()
        assert "no model is here" in note
        assert "Fetch one." in note


@pytest.mark.parametrize(
    "name",
    [
        ".cut.otio", "._cut.otio", "cut.otio.part", "cut.otio~", "~$cut.otio", "cut.otio.tmp",
        "cut.marked.otio", "CUT.MARKED.OTIO", "cut.txt", "cut.mov", "cut.markers.lua",
        "cut.otio.crdownload",
    ],
)  # fmt: skip
def test_results_and_hidden_and_temporary_files_are_not_taken(folder: Folder, name: str) -> None:
    folder.export(name)

    assert folder.once() == 0
    assert folder.names | {name} == {name} | ({name} - folder.names)
    assert folder.kinds == []


def test_only_files_in_the_folder_itself_are_read(folder: Folder, tmp_path: Path) -> None:
    outside = tmp_path / "outside.otio"
    outside.write_text(text_of())
    (folder.path / "link.otio").symlink_to(outside)
    (folder.path / "gone.otio").symlink_to(tmp_path / "nowhere")
    os.mkfifo(folder.path / "pipe.otio")
    (folder.path / "deeper").mkdir()
    (folder.path / "deeper" / "cut.otio").write_text(text_of())

    assert folder.once() == 0
    assert folder.submitted == []
    ignored = {e.file: e.reason for e in folder.events if isinstance(e, Ignored)}
    assert set(ignored) == {"link.otio", "gone.otio", "pipe.otio"}
    assert "it is a link" in ignored["link.otio"]
    assert folder.names == {"link.otio", "gone.otio", "pipe.otio", "deeper"}


def test_timelines_of_other_users_are_taken_where_that_is_wanted(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.export()
    monkeypatch.setattr("shotlog.watch.scan.is_others", lambda status: True)

    assert folder.once() == 0
    (ignored,) = (e for e in folder.events if isinstance(e, Ignored))
    assert ignored.reason == "it belongs to another user; --others takes it"
    assert folder.once(others=True) == 0
    assert folder.submitted == ["cut.otio"]


def test_results_are_not_written_through_a_link(folder: Folder, tmp_path: Path) -> None:
    target = tmp_path / "precious"
    target.write_text("precious")
    for name in sorted(RESULTS - {"cut.otio"}):
        folder.export()
        (folder.path / name).unlink(missing_ok=True)
        (folder.path / name).symlink_to(target)
        folder.once()
        assert target.read_text() == "precious"
        (folder.path / name).unlink()


def test_a_marked_timeline_that_somebody_has_changed_is_not_written_over(folder: Folder) -> None:
    folder.export()
    folder.once()
    marked = folder.path / "cut.marked.otio"
    marked.write_text(marked.read_text().replace("MS", "CS"))
    mine = marked.read_text()
    folder.export(text=text_of("a", "b"))

    assert folder.once() == 1
    assert marked.read_text() == mine
    assert "was changed since Shotlog wrote it" in (folder.path / "cut.error.txt").read_text()
    marked.rename(folder.path / "mine.txt")
    folder.export(text=text_of("a", "b", "c"))
    assert folder.once() == 0
    assert len(read_markers(marked)) == 3


def test_a_result_that_cannot_be_written_costs_no_other(folder: Folder) -> None:
    (folder.path / "bad.markers.edl").mkdir()
    folder.export("bad.otio")
    folder.export()

    assert folder.once() == 1
    assert folder.names >= RESULTS
    assert "cannot be written" in (folder.path / "bad.error.txt").read_text()


def test_a_file_that_is_removed_meanwhile_leaves_nothing(tmp_path: Path) -> None:
    with FakeDaemon(found, steps=200, pace=0.01) as daemon:
        folder = Folder(tmp_path, daemon)
        source = folder.export()

        def removed() -> bool:
            if any(isinstance(e, Started) for e in folder.events):
                source.unlink(missing_ok=True)
            return any(isinstance(request, Cancel) for request in daemon.requests)

        folder.until(removed)
        assert folder.names == set()


def test_a_damaged_state_is_put_aside(folder: Folder) -> None:
    folder.export()
    folder.once()
    (folder.path / ".shotlog-watch.json").write_text('{"finished": 7')

    assert folder.once() == 0
    assert folder.submitted == ["cut.otio", "cut.otio"]
    assert list(folder.path.glob(".shotlog-watch.json.corrupt-*"))


def test_a_second_watch_says_so(folder: Folder) -> None:
    other = pytest.raises(OutputNotWritable, match="another shotlog watch has this folder")
    with folder.watcher(), other:
        folder.once()
    assert folder.once() == 0


def test_a_folder_is_made(folder: Folder, tmp_path: Path) -> None:
    folder.path = tmp_path / "new" / "deep"
    assert folder.once() == 0
    assert folder.path.is_dir()


def test_a_file_in_the_place_of_the_folder_is_refused(folder: Folder, tmp_path: Path) -> None:
    folder.path = tmp_path / "file"
    folder.path.touch()
    with pytest.raises(OutputNotWritable, match="cannot be used"):
        folder.once()


def test_without_a_daemon_one_pass_fails_and_writes_no_note(folder: Folder) -> None:
    def nobody(name: str) -> Client:
        raise DaemonAbsent(name)

    folder.export()
    with folder.watcher(connect=nobody) as watcher, pytest.raises(DaemonError, match="no daemon"):
        watcher.run_once()
    assert folder.names == {"cut.otio"}


def test_a_daemon_that_comes_back_gets_what_is_waiting(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shotlog.watch.watcher._RETRY_SECONDS", 0.05)
    attempts: list[str] = []

    def sometimes(name: str) -> Client:
        attempts.append(name)
        if len(attempts) < 4:
            raise DaemonAbsent(name)
        return folder.connect(name)

    folder.export()
    folder.export("b.otio")
    folder.until(lambda: folder.kinds.count("finished cut.otio"), connect=sometimes)
    assert len([e for e in folder.events if isinstance(e, Trouble)]) == 1
    assert folder.once() == 0
    assert folder.names >= RESULTS | {"b.marked.otio"}


def test_more_markers_than_an_edl_holds_go_into_several(folder: Folder) -> None:
    folder.export(text=text_of(*(f"c{n}" for n in range(1001)), frames=1))
    folder.once()
    assert folder.names == RESULTS | {"cut.markers-2.edl"}
    counts = [p.read_text().count("|D:") for p in sorted(folder.path.glob("*.edl"))]
    assert sorted(counts) == [2, 999]

    folder.export()
    folder.once()
    assert folder.names == RESULTS


def test_many_timelines_are_all_done(folder: Folder) -> None:
    for number in range(20):
        folder.export(f"{number}.otio", text_of("a", frames=number + 1))

    assert folder.once() == 0
    assert len(list(folder.path.glob("*.marked.otio"))) == 20
    assert len(folder.submitted) == 20


def test_what_is_written_is_what_analyze_writes(folder: Folder) -> None:
    """Frames of the EDL are those of the markers in the timeline."""
    folder.export(text=text_of("a", "b", "c"))
    folder.once()
    marked = read_markers(folder.path / "cut.marked.otio")
    edit = read_edit(folder.path / "cut.marked.otio")
    edl = read_edl((folder.path / "cut.markers.edl").read_bytes(), edit)
    assert [m.frame for m in edl] == [m.range.start * 24 for m in marked]
