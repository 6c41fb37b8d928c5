"""Records of runs: whole, private, bounded, found again, and never at the cost of the work."""

from __future__ import annotations

import gzip
import os
import shutil
from pathlib import Path

import pytest

from shotlog.corrections import RecordStore, TimelineKey, record_markers, record_timeline
from shotlog.markers import markers_of, place_markers
from shotlog.paths import records_folder
from shotlog.schema.learning import CorrectionKind
from shotlog_otio import write_markers
from tests.corrections.cuts import (
    KEPT,
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


def records() -> list[Path]:
    return sorted(records_folder().iterdir())


def test_a_record_is_private(cut: Path) -> None:
    (record,) = records()
    assert record.stat().st_mode & 0o777 == 0o600
    assert record.parent.stat().st_mode & 0o777 == 0o700


def test_the_same_run_gives_the_same_record_in_the_place_of_the_one_before(cut: Path) -> None:
    (record,) = records()
    before = record.read_bytes()
    mark(cut)
    assert records() == [record]
    assert record.read_bytes() == before


def test_a_record_is_found_wherever_its_timeline_went(cut: Path) -> None:
    OtioEditor(cut).change("FS", to="LS")
    away = cut.parent.parent / "from-edit.otio"
    cut.rename(away)
    assert told(collect(away)) == changed(("b", 120, 168, "size", "renamed", "LS"), without=[6])


def test_the_record_with_the_most_markers_in_common_is_taken(films: Path, tmp_path: Path) -> None:
    short = write_cut(tmp_path / "short.otio", films)
    log = log_of(short)
    few = log.model_copy(update={"shots": log.shots[:1]})
    write_markers(short, short, markers_of(few), few.edit)
    record_timeline(short, few, markers_of(few))
    whole = write_cut(tmp_path / "whole.otio", films)
    mark(whole)
    shutil.copy(whole, short)
    assert told(collect(short)) == KEPT


def test_a_damaged_record_is_passed_over_with_a_warning(cut: Path) -> None:
    (record,) = records()
    for content in (b"", b"junk", gzip.compress(b"{}\n{}\n"), record.read_bytes()[:-20]):
        record.write_bytes(content)
        found = collect(cut)
        assert [w for w in found.warnings if "is damaged and was passed over" in w]
        assert told(found)[-1] == KEPT[-1]


def test_a_record_of_a_newer_shotlog_is_no_damage(cut: Path) -> None:
    (record,) = records()
    lines = gzip.decompress(record.read_bytes()).replace(b'"version":1', b'"version":2', 1)
    record.write_bytes(gzip.compress(lines))
    assert not any("damaged" in warning for warning in collect(cut).warnings)


def test_the_record_of_another_timeline_is_not_taken(cut: Path, films: Path) -> None:
    other = write_cut(cut.with_name("other.otio"), films)
    found = collect(other)
    assert (told(found), found.warnings) == ([], ())


def test_an_unmarked_export_in_the_place_of_a_marked_one_deletes_nothing(
    cut: Path, films: Path
) -> None:
    write_cut(cut, films)
    found = collect(cut)
    assert told(found) == []
    assert "no marker of Shotlog is left" in found.warnings[0]


def test_the_oldest_records_go_first(cut: Path) -> None:
    (first,) = records()
    store = RecordStore()
    key = TimelineKey.of_file("edit", cut)
    record = store.find(set(), key)
    assert record is not None
    size = first.stat().st_size
    small = RecordStore(max_bytes=3 * size + size // 2)
    os.utime(first, (0, 0))
    keys = [TimelineKey(f"timeline {number}") for number in range(5)]
    for age, each in enumerate(keys, start=1):
        small.write(each, record)
        os.utime(small.folder / each.file, (age, age))
    assert [small.find(set(), each) is not None for each in (key, *keys)] == [
        False, False, False, True, True, True
    ]  # fmt: skip


def test_a_record_that_cannot_be_written_costs_a_warning(films: Path, tmp_path: Path) -> None:
    records_folder().write_text("a file in the place of the folder")
    path = write_cut(tmp_path / "cut.otio", films)
    log = log_of(path)
    (warning,) = record_timeline(path, log, markers_of(log))
    assert "is not recorded for corrections" in warning
    assert "SHOTLOG_RECORDS" in warning


def test_markers_that_a_program_set_are_known_by_their_frames(films: Path, tmp_path: Path) -> None:
    """Resolve's scripting sets markers without tags in their notes; its export shows them so."""
    path = write_cut(tmp_path / "cut.otio", films)
    log = log_of(path)
    placed = place_markers(markers_of(log, on="clips"), log.edit)
    assert record_markers(log, placed) == ()
    editor = OtioEditor(path)
    for marker in placed:
        name = {"FS": "Long Shot", "MS · static": "MS · pan_right"}.get(marker.name, marker.name)
        if marker.name != "pan_left":
            editor.add(name, marker.frame, marker.duration, marker.note)
    assert told(collect(path)) == changed(
        ("a", 0, 48, "move", "renamed", "pan_right"),
        ("b", 34, 58, "move", "deleted", ""),
        ("b", 120, 168, "size", "renamed", "LS"),
        without=[0, 5, 6],
    )


def test_without_a_record_the_payload_tells_what_was_written(cut: Path) -> None:
    editor = OtioEditor(cut)
    editor.change("MS · static", to="CS · static")
    editor.delete("tilt_up")
    shutil.rmtree(records_folder())
    found = collect(cut)
    assert told(found) == [
        ("a", 0, 48, "move", "kept", "static"),
        ("a", 0, 48, "size", "renamed", "CS"),
        ("b", 10, 58, "move", "kept", "static"),
        ("b", 10, 58, "size", "kept", "CS"),
        ("b", 34, 58, "move", "kept", "pan_left"),
        ("b", 120, 168, "size", "kept", "FS"),
    ]
    renamed = next(c for c in found.corrections if c.kind is CorrectionKind.RENAMED)
    assert [(each.label, each.scores) for each in renamed.said] == [("MS", {})]
    assert renamed.said[0].provenance.analyzer == "builtin.size"
    assert "nothing is recorded of 4 of its markers" in found.warnings[0]


def test_without_a_record_and_a_payload_an_edited_marker_counts_as_added(
    films: Path, tmp_path: Path
) -> None:
    path = write_cut(tmp_path / "cut.fcpxml", films)
    mark(path)
    Editor(path).rename("MS · static", "CS · static")
    shutil.rmtree(records_folder())
    kinds = {(c.kind, *c.labels) for c in collect(path).corrections if c.family == "size"}
    assert kinds == {
        (CorrectionKind.ADDED, "CS"), (CorrectionKind.KEPT, "CS"), (CorrectionKind.KEPT, "FS")
    }  # fmt: skip


def test_a_record_of_some_markers_leaves_the_rest_to_the_file(cut: Path) -> None:
    log = log_of(cut)
    few = log.model_copy(update={"shots": log.shots[:2]})
    record_timeline(cut, few, markers_of(few))
    found = collect(cut)
    assert {each.kind for each in found.corrections} == {CorrectionKind.KEPT}
    assert "nothing is recorded of 2 of its markers" in found.warnings[0]
