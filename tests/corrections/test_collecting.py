"""Collection tells every action of an editor, and nothing else."""

from __future__ import annotations

import json
import shutil
from fractions import Fraction
from pathlib import Path

import pytest

from shotlog.corrections import record_timeline
from shotlog.markers import markers_of
from shotlog.schema import TimeRange
from shotlog.schema.learning import CorrectionKind
from shotlog_otio import read_edit, write_markers
from tests.corrections.cuts import (
    KEPT,
    NAMES,
    SUFFIXES,
    Editor,
    OtioEditor,
    changed,
    collect,
    log_of,
    mark,
    told,
    write_cut,
    write_films,
)


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_films(tmp_path_factory.mktemp("made") / "films")


@pytest.fixture
def cut(films: Path, tmp_path: Path) -> Path:
    path = write_cut(tmp_path / "reel" / "cut.otio", films)
    mark(path)
    return path


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_untouched_markers_are_kept(suffix: str, films: Path, tmp_path: Path) -> None:
    path = write_cut(tmp_path / f"cut{suffix}", films)
    mark(path)
    found = collect(path)
    assert told(found) == KEPT
    assert (found.problems, found.warnings) == ((), ())


@pytest.mark.parametrize("on", ["timeline", "clips"])
def test_every_kind_of_edit_is_told(on: str, films: Path, tmp_path: Path) -> None:
    path = write_cut(tmp_path / "cut.otio", films)
    mark(path, on)
    editor = OtioEditor(path)
    editor.change("MS · static", to="Close-up, pan left")
    editor.change("CS · static", colour="PINK")
    editor.change("tilt_up", by=5, longer=-5)
    editor.delete("pan_left")
    found = collect(path, editor="Ada", project="film")
    assert told(found) == [
        ("a", 0, 48, "move", "renamed", "pan_left"),
        ("a", 0, 48, "size", "renamed", "CS"),
        ("a", 105, 148, "move", "moved", "tilt_up"),
        ("b", 10, 34, "move", "recoloured", "static"),
        ("b", 10, 58, "size", "recoloured", "CS"),
        ("b", 34, 58, "move", "deleted", ""),
        ("b", 120, 168, "size", "kept", "FS"),
    ]
    by_kind = {each.kind: each for each in found.corrections}
    assert by_kind[CorrectionKind.RECOLOURED].colour == "PINK"
    moved = by_kind[CorrectionKind.MOVED]
    assert moved.written is not None
    assert [int(edge * 24) for edge in (moved.written.start, moved.written.end)] == [100, 148]
    assert {(each.editor, each.project) for each in found.corrections} == {("Ada", "film")}


def test_a_correction_tells_what_was_said_and_by_whom(cut: Path) -> None:
    OtioEditor(cut).change("MS · static", to="CS · static")
    (renamed,) = (c for c in collect(cut).corrections if c.kind is CorrectionKind.RENAMED)
    (said,) = renamed.said
    assert (said.label, said.scores) == ("MS", {"MS": 0.8})
    assert said.provenance.analyzer == "builtin.size"
    assert renamed.evidence == {"picture.faces": 4}
    assert renamed.path.endswith("a.mov")
    assert (renamed.project, renamed.timeline) == ("reel", "cut.otio")
    assert renamed.shot is not None
    assert renamed.marker is not None


@pytest.mark.parametrize("suffix", [suffix for suffix in SUFFIXES if suffix != ".otio"])
def test_edits_in_any_format_are_told(suffix: str, films: Path, tmp_path: Path) -> None:
    path = write_cut(tmp_path / f"cut{suffix}", films)
    mark(path)
    editor = Editor(path)
    editor.rename("MS · static", "FS · static")
    editor.delete("pan_left")
    assert told(collect(path)) == changed(
        ("a", 0, 48, "size", "renamed", "FS"),
        ("b", 34, 58, "move", "deleted", ""),
        without=[1, 5],
    )


def test_an_uncertain_label_that_an_editor_names_is_told(cut: Path) -> None:
    OtioEditor(cut).change("tilt_up", to="LS · tilt_up")
    assert told(collect(cut)) == changed(("a", 100, 148, "size", "renamed", "LS"))


def test_a_name_without_a_label_takes_the_labels_away(cut: Path) -> None:
    OtioEditor(cut).change("MS · static", to="the door opens")
    assert told(collect(cut)) == changed(
        ("a", 0, 48, "size", "renamed", ""), ("a", 0, 48, "move", "renamed", ""), without=[0, 1]
    )


def test_another_order_or_form_of_the_same_labels_changes_nothing(cut: Path) -> None:
    OtioEditor(cut).change("MS · static", to="STATIC / medium shot")
    assert told(collect(cut)) == KEPT


@pytest.mark.parametrize(
    ("name", "note"),
    [("LS", ""), ("long shot", ""), ("", "LS\nseen from afar"), ("Marker 1", "ls")],
)
def test_a_point_with_a_label_stands_for_its_shot(cut: Path, name: str, note: str) -> None:
    OtioEditor(cut).add(name, 60, note=note)
    found = collect(cut)
    assert told(found) == changed(("b", 10, 58, "size", "added", "LS"))
    (added,) = (c for c in found.corrections if c.kind is CorrectionKind.ADDED)
    assert [finding.label for finding in added.said] == ["CS"]
    assert len(found.corrections.conflicts) == 1


def test_a_range_with_labels_stands_for_itself(cut: Path) -> None:
    OtioEditor(cut).add("dolly_in+shake", 60, length=12)
    found = collect(cut)
    added = ("b", 22, 34, "move", "added", "dolly_in+shake")
    assert told(found) == changed(added)


@pytest.mark.parametrize(
    "name", ["CS of Anna", "fix the sound", "HL 1 · 92", "Scene 4", "undefined"]
)
def test_markers_of_an_editor_without_labels_are_none_of_ours(cut: Path, name: str) -> None:
    OtioEditor(cut).add(name, 60)
    assert told(collect(cut)) == KEPT


@pytest.mark.parametrize("on", ["timeline", "clips"])
def test_a_clip_that_was_taken_out_says_nothing_of_its_label(
    on: str, films: Path, tmp_path: Path
) -> None:
    path = write_cut(tmp_path / "cut.otio", films)
    mark(path, on)
    recut(path, [0, 1, 3])
    if on == "timeline":
        OtioEditor(path).delete("tilt_up")
        OtioEditor(path).change("FS", by=-48)
    assert told(collect(path)) == changed(without=[2])


@pytest.mark.parametrize("on", ["timeline", "clips"])
def test_a_moved_clip_keeps_the_identity_of_its_shot(on: str, films: Path, tmp_path: Path) -> None:
    path = write_cut(tmp_path / "cut.otio", films)
    mark(path, on)
    recut(path, [3, 0, 1, 2])
    if on == "timeline":
        editor = OtioEditor(path)
        editor.change("FS", by=-144)
        for name in ("MS · static", "CS · static", "pan_left", "tilt_up"):
            editor.change(name, by=48)
    assert told(collect(path)) == KEPT


def test_a_trimmed_clip_keeps_the_identity_of_its_shot(cut: Path) -> None:
    data = json.loads(cut.read_text())
    first = data["tracks"]["children"][0]["children"][0]
    first["source_range"]["duration"]["value"] -= 10
    cut.write_text(json.dumps(data))
    assert told(collect(cut)) == KEPT


def test_a_marker_on_another_film_labels_that_one(cut: Path) -> None:
    OtioEditor(cut).change("MS · static", by=48)
    assert told(collect(cut)) == changed(
        ("a", 0, 48, "size", "deleted", ""),
        ("a", 0, 48, "move", "deleted", ""),
        ("b", 10, 58, "size", "added", "MS"),
        ("b", 10, 58, "move", "added", "static"),
        without=[0, 1],
    )


def test_a_timeline_that_was_cleared_says_nothing(cut: Path) -> None:
    OtioEditor(cut).delete(*NAMES)
    found = collect(cut)
    assert told(found) == []
    (warning,) = found.warnings
    assert "no marker of Shotlog is left" in warning


def test_offline_media_leave_out_what_needs_them(films: Path, tmp_path: Path) -> None:
    mine = tmp_path / "films"
    shutil.copytree(films, mine)
    path = write_cut(tmp_path / "cut.otio", mine)
    mark(path)
    editor = OtioEditor(path)
    editor.change("CS · static", by=3)
    editor.change("MS · static", to="CS · static")
    editor.delete("tilt_up")
    (mine / "b.mov").unlink()
    found = collect(path)
    assert told(found) == [
        ("a", 0, 48, "move", "kept", "static"),
        ("a", 0, 48, "size", "renamed", "CS"),
        ("a", 100, 148, "move", "deleted", ""),
        ("b", 34, 58, "move", "kept", "pan_left"),
        ("b", 120, 168, "size", "kept", "FS"),
    ]
    assert {problem.code for problem in found.problems} == {"media-missing"}
    assert all(problem.subject.startswith("cut.otio: ") for problem in found.problems)


def test_a_second_run_that_kept_an_edit_does_not_take_it_for_its_own_word(cut: Path) -> None:
    editor = OtioEditor(cut)
    editor.change("MS · static", to="CS · static", by=2)
    first = told(collect(cut))
    mark(cut)
    assert told(collect(cut)) == first
    assert ("a", 2, 48, "size", "renamed", "CS") in first


def test_two_editors_disagree_side_by_side(cut: Path) -> None:
    other = shutil.copy(cut, cut.with_name("other.otio"))
    OtioEditor(cut).change("FS", to="LS")
    OtioEditor(Path(other)).change("FS", to="MS")
    both = collect(cut, editor="Ada").corrections.updated(
        collect(Path(other), editor="Bob").corrections
    )
    (conflict,) = both.conflicts
    assert {(c.editor, c.labels) for c in conflict.corrections} == {
        ("Ada", ("LS",)), ("Bob", ("MS",))
    }  # fmt: skip


def test_a_rerun_gives_the_same_corrections(cut: Path) -> None:
    OtioEditor(cut).change("FS", to="LS")
    found = collect(cut).corrections
    assert found.updated(collect(cut).corrections) == found


def recut(path: Path, order: list[int]) -> None:
    """Put the clips of a cut into another order, with their markers."""
    data = json.loads(path.read_text())
    clips = data["tracks"]["children"][0]["children"]
    data["tracks"]["children"][0]["children"] = [clips[n] for n in order]
    path.write_text(json.dumps(data))


def test_a_shot_that_is_shown_twice_keeps_both_markers(films: Path, tmp_path: Path) -> None:
    path = write_cut(tmp_path / "cut.otio", films)
    log = log_of(path)
    data = json.loads(path.read_text())
    clips = data["tracks"]["children"][0]["children"]
    clips.append(clips[0])
    path.write_text(json.dumps(data))
    first = log.shots[0]
    again = TimeRange(start=Fraction(8), duration=Fraction(2))
    findings = tuple(f.model_copy(update={"timeline": again}) for f in first.findings)
    shot = first.shot.model_copy(update={"clip": "V1/4", "timeline": again})
    second = first.model_copy(update={"shot": shot, "findings": findings})
    log = log.model_copy(update={"edit": read_edit(path), "shots": (*log.shots, second)})
    markers = markers_of(log)
    write_markers(path, path, markers, log.edit)
    record_timeline(path, log, markers)
    assert told(collect(path)) == KEPT
    OtioEditor(path).change("MS · static", to="FS · static")
    assert told(collect(path)) == changed(("a", 0, 48, "size", "renamed", "FS"))
