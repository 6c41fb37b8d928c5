"""Markers are written, replaced and removed without touching anybody else's."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from shotlog_resolve.markers import Span, count_copies
from tests.resolve.writing.ready import Stage, ready


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


def test_a_marker_stands_at_its_frame_with_everything_that_was_found(stage: Stage) -> None:
    stage.open()
    report = stage.apply(ready(48, "x", duration=20, name="MS · pan_left", note="Size\nMove"))

    (marker,) = stage.double.timeline().markers.items()
    assert (report.added, report.skipped) == (1, [])
    assert marker[0] == 48
    assert (marker[1].color, marker[1].duration) == ("Cyan", 20)
    assert (marker[1].name, marker[1].note) == ("MS · pan_left", "Size\nMove")


def test_its_tag_names_project_timeline_frame_and_clip_and_holds_the_bridges_hash(
    stage: Stage,
) -> None:
    stage.open()
    stage.apply(ready(48, "x"))
    prefix, _, told = stage.double.timeline().markers[48].custom.partition(";")
    tag = json.loads(told)

    assert prefix == "shotlog1"
    assert (tag["project"], tag["timeline"]) == stage.identity
    assert (tag["id"], tag["at"], tag["frame"], tag["clip"]) == ("x", 48, 48, "V1/0")
    content = b"Cyan\n24\nMS\nSize: MS"
    assert tag["hash"] == hashlib.sha256(content).hexdigest()[:16]


def test_the_same_again_changes_nothing(stage: Stage) -> None:
    stage.open()
    stage.apply(ready(0, "a"), ready(24, "b"))
    before, calls = stage.double.snapshot(), stage.double.calls
    report = stage.apply(ready(0, "a"), ready(24, "b"))

    assert (report.unchanged, report.added, report.replaced) == (2, 0, 0)
    assert stage.double.snapshot() == before
    assert stage.double.calls["Timeline.AddMarker"] == calls["Timeline.AddMarker"]


def test_what_was_found_anew_replaces_the_old_and_what_is_gone_is_removed(stage: Stage) -> None:
    stage.open()
    stage.apply(ready(0, "a"), ready(24, "b"), ready(48, "c"))
    report = stage.apply(ready(0, "a", name="CS"), ready(30, "b"), ready(100, "d"))

    assert stage.names == {0: "CS", 30: "MS", 100: "MS"}
    assert (report.replaced, report.added, report.removed) == (2, 1, 1)


def test_an_editors_marker_is_never_touched_and_ours_moves_beside_it(stage: Stage) -> None:
    stage.cut.marker(48, "Red", "mine", "a note", custom="of another tool")
    stage.open()
    report = stage.apply(ready(48, "x", duration=24))

    assert stage.names == {48: "mine", 49: "MS"}
    assert stage.double.timeline().markers[49].duration == 23  # it still ends with its shot
    assert report.moved == 1


def test_a_marker_that_was_moved_for_another_is_found_right_again(stage: Stage) -> None:
    stage.cut.marker(48, "Red", "mine")
    stage.open()
    stage.apply(ready(48, "x"))
    report = stage.apply(ready(48, "x"))

    assert (report.unchanged, report.added, report.kept) == (1, 0, 0)
    assert stage.names == {48: "mine", 49: "MS"}


def test_it_moves_no_further_than_three_frames_and_not_out_of_its_shot(stage: Stage) -> None:
    for frame in (10, 11, 12, 13, 50, 51):
        stage.cut.marker(frame, "Red", "mine")
    stage.open()
    report = stage.apply(ready(10, "far", name="far"), ready(50, "short", duration=2, name="short"))

    assert set(stage.names.values()) == {"mine"}
    assert [(m.name, m.frame, m.reason) for m in report.skipped] == [
        ("far", 10, "another marker is there"),
        ("short", 50, "another marker is there"),
    ]


def test_it_moves_onto_no_frame_that_another_of_ours_needs(stage: Stage) -> None:
    stage.cut.marker(10, "Red", "mine")
    stage.open()
    stage.apply(ready(10, "a", name="first"), ready(11, "b", name="second"))

    assert stage.names == {10: "mine", 11: "second", 12: "first"}


def test_who_wants_none_moved_gets_it_skipped(stage: Stage) -> None:
    stage.cut.marker(48, "Red", "mine")
    stage.open()
    report = stage.apply(ready(48, "x"), policy="skip")

    assert stage.names == {48: "mine"}
    assert [m.frame for m in report.skipped] == [48]


@pytest.mark.parametrize(
    "change",
    [{"color": "Green"}, {"name": "my name"}, {"note": "my note"}, {"duration": 7}],
    ids=lambda change: next(iter(change)),
)
def test_a_marker_that_the_editor_changed_is_theirs(
    stage: Stage, change: dict[str, object]
) -> None:
    stage.open()
    stage.apply(ready(48, "x"))
    marker = stage.double.timeline().markers[48]
    vars(marker).update(change)
    before = marker.told()
    again = stage.apply(ready(48, "x", name="CS"))
    removed = stage.remove()

    assert stage.double.timeline().markers[48].told() == before
    assert (again.kept, again.added, again.replaced, removed.kept) == (1, 0, 0, 1)
    assert len(stage.double.timeline().markers) == 1  # no second one of the same id


def test_a_marker_that_the_editor_moved_is_theirs_and_gets_no_second_one(stage: Stage) -> None:
    stage.open()
    stage.apply(ready(48, "x"))
    markers = stage.double.timeline().markers
    markers[60] = markers.pop(48)
    report = stage.apply(ready(48, "x"))

    assert stage.names == {60: "MS"}
    assert report.kept == 1


def test_markers_end_with_the_timeline_and_have_a_frame_at_least(stage: Stage) -> None:
    stage.open()
    report = stage.apply(
        ready(230, "a", duration=100), ready(240, "b"), ready(20, "c", duration=0), ready(300, "d")
    )
    lengths = {frame: m.duration for frame, m in stage.double.timeline().markers.items()}

    assert lengths == {20: 1, 230: 10, 239: 1}
    assert [(m.frame, m.reason) for m in report.skipped] == [
        (300, "it lies after the end of the timeline")
    ]


def test_a_colour_that_resolve_does_not_know_becomes_that_of_its_kind(stage: Stage) -> None:
    stage.open()
    stage.apply(ready(0, "a", colour="Teal", family="highlight"))

    assert stage.double.timeline().markers[0].color == "Yellow"
    assert stage.apply(ready(0, "a", colour="Teal", family="highlight")).unchanged == 1


def test_a_part_of_the_timeline_leaves_the_markers_of_the_rest(stage: Stage) -> None:
    stage.open()
    stage.apply(ready(0, "a"), ready(48, "b"), ready(96, "c"))
    stage.apply(ready(60, "new", name="CS"), within=[Span(48, 96)])

    assert stage.names == {0: "MS", 60: "CS", 96: "MS"}


def test_a_clip_leaves_the_markers_of_clips_below_it(stage: Stage) -> None:
    stage.open()
    stage.apply(ready(10, "below", clip="V1/0"), ready(20, "above", clip="V2/12", name="old"))
    stage.apply(ready(20, "above", clip="V2/12", name="new"), within=[Span(0, 100, "V2")])

    assert stage.names == {10: "MS", 20: "new"}


def test_removal_takes_ours_and_leaves_all_others(stage: Stage) -> None:
    stage.cut.marker(10, "Cyan", "mine", custom="shotlog1;{not ours")
    stage.open()
    before = stage.double.snapshot()
    stage.apply(ready(0, "a"), ready(10, "b"), ready(48, "c"))
    stage.timeline.SetName("Renamed")
    report = stage.remove()
    stage.timeline.SetName("Cut")

    assert (report.removed, report.kept, report.missing) == (3, 0, 0)
    assert stage.double.snapshot() == before


def test_removal_tells_of_markers_that_were_deleted_before(stage: Stage) -> None:
    stage.open()
    stage.apply(ready(0, "a"), ready(48, "c"))
    del stage.double.timeline().markers[48]

    assert (stage.remove().removed, stage.remove().missing) == (1, 0)
    stage.apply(ready(0, "a"), ready(48, "c"))
    del stage.double.timeline().markers[48]
    assert stage.remove().missing == 1


def test_markers_of_a_duplicated_timeline_are_known_as_copies_and_left(stage: Stage) -> None:
    stage.open()
    stage.apply(ready(0, "a"), ready(48, "b"))
    copy = stage.timeline.DuplicateTimeline("Copy")
    stage.timeline = copy
    stage.project.SetCurrentTimeline(copy)
    before = {f: m.told() for f, m in stage.double.timeline("Copy").markers.items()}

    assert count_copies(copy, stage.identity) == 2
    report = stage.apply(ready(0, "a", name="CS"), ready(48, "b"))
    assert (report.copies, report.added) == (2, 0)
    assert stage.remove().copies == 2
    assert {f: m.told() for f, m in stage.double.timeline("Copy").markers.items()} == before


def test_who_takes_copies_as_ours_has_them_replaced(stage: Stage) -> None:
    stage.open()
    stage.apply(ready(0, "a"), ready(48, "b"))
    stage.timeline = stage.timeline.DuplicateTimeline("Copy")
    stage.project.SetCurrentTimeline(stage.timeline)
    report = stage.apply(ready(0, "a", name="CS"), ready(48, "b"), adopt=True)

    assert report.replaced == 2
    assert count_copies(stage.timeline, stage.identity) == 0
    assert stage.names == {0: "CS", 48: "MS"}


def test_ten_thousand_markers_of_others_are_left_alone(stage: Stage) -> None:
    stage.cut.clip(stage.spec.media("/films/b.mov", frames=30_000), length=25_000)
    stage.open()
    markers = stage.double.timeline().markers
    stage.timeline.AddMarker(0, "Red", "mine", "", 1)
    markers.update({frame: markers[0].copy() for frame in range(20_000) if frame % 2})
    report = stage.apply(*(ready(frame, f"m{frame}") for frame in range(0, 240, 2)))

    assert (report.added, report.moved) == (119, 0)
    assert report.skipped[0].reason == "another marker is there"
    assert sum(marker.name == "mine" for marker in markers.values()) == 10_001
    assert stage.remove().removed == 119


def test_what_resolve_silently_refuses_is_told(stage: Stage) -> None:
    double = stage.open()

    def taken() -> None:  # somebody sets a marker in between
        double.timeline().markers[48] = type(double.timeline().markers[0])("Red", "mine", "", 1)

    double.session.before("Timeline.AddMarker", 2, taken)
    report = stage.apply(ready(0, "a"), ready(48, "b"))

    assert (report.added, [m.frame for m in report.skipped]) == (1, [48])


def test_a_text_that_resolve_keeps_otherwise_is_not_taken_for_an_edit(stage: Stage) -> None:
    double = stage.open()

    def shorten() -> None:
        double.timeline().markers[0].note = "Size"

    double.session.before("Timeline.GetMarkers", 2, shorten)
    stage.apply(ready(0, "a", note="Size  "))

    assert stage.double.timeline().markers[0].note == "Size"
    assert stage.remove().removed == 1


def test_few_calls_are_made(stage: Stage) -> None:
    stage.open()
    first = [ready(frame, f"m{frame}", duration=2) for frame in range(0, 200, 2)]
    identity = stage.identity
    before = stage.double.call_count
    stage.apply(*first)
    once = stage.double.call_count - before
    stage.apply(*(dict(each, name="CS") for each in first))
    twice = stage.double.call_count - before - once

    assert identity
    assert once <= 100 + 10
    assert twice <= 200 + 10
