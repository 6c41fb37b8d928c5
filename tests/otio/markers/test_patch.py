"""Markers in a timeline file: written, written again, edited, cleared."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

import opentimelineio as otio
import pytest

from shotlog.schema import Edit, Log, OutputNotWritable, TimelineUnreadable
from shotlog_otio import clear_markers, markers_of, read_edit, read_markers, write_markers
from tests.otio import timelines
from tests.otio.marking import (
    all_markers,
    edited_by_otio,
    log_of,
    marker,
    names,
    stack_markers,
    timeline,
    write_timeline,
)


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    return write_timeline(tmp_path / "plain.otio", (86400, 48), (0, 72))


@pytest.fixture
def marked(plain: Path) -> Path:
    """A timeline with a marker of the editor's and three of ours after it."""
    edited_by_otio(plain, lambda t: t.tracks.markers.append(otio.schema.Marker("theirs")))
    write_markers(plain, plain, [marker(n) for n in range(3)], read_edit(plain))
    return plain


def of_name(item: Any, name: str) -> Any:
    return next(m for m in item.tracks.markers if m.name == name)


def set_attribute(name: str, value: Any) -> Callable[[Any], None]:
    return lambda item: setattr(of_name(item, "MS · pan 1"), name, value)


def moved(item: Any) -> None:
    found = of_name(item, "MS · pan 1")
    found.marked_range = otio.opentime.TimeRange(
        otio.opentime.RationalTime(33, 24), found.marked_range.duration
    )


def test_opentimelineio_reads_what_was_written(plain: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.otio"
    written = write_markers(plain, out, [marker(3)], read_edit(plain))
    found = otio.adapters.read_from_file(str(out)).tracks.markers[0]
    assert (written.added, written.changed) == (1, True)
    assert (found.name, found.color) == ("MS · pan 3", "RED")
    assert found.comment == "Größe: 87 %\nBy builtin.size 3"
    assert found.marked_range == otio.opentime.TimeRange(
        otio.opentime.RationalTime(30, 24), otio.opentime.RationalTime(5, 24)
    )
    assert found.metadata["shotlog"]["payload"]["score"] == 0.1


def test_every_marker_has_its_range_twice_for_opentimelineio_0_19(plain: Path) -> None:
    write_markers(plain, plain, [marker(1)], read_edit(plain))
    found = stack_markers(plain)[0]
    assert found["OTIO_SCHEMA"] == "Marker.2"
    assert found["range"] == found["marked_range"]


def test_ntsc_rates_are_written_as_opentimelineio_writes_them(tmp_path: Path) -> None:
    path = write_timeline(tmp_path / "a.otio", rate=24000 / 1001)
    write_markers(path, path, [marker(1, rate=Fraction(24000, 1001))], read_edit(path))
    assert stack_markers(path)[0]["marked_range"]["start_time"] == {
        "OTIO_SCHEMA": "RationalTime.1",
        "rate": 23.976023976023978,
        "value": 10.0,
    }


def test_a_second_run_changes_no_byte(marked: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.otio"
    written = write_markers(marked, again, [marker(n) for n in range(3)], read_edit(marked))
    assert (written.unchanged, written.changed) == (3, False)
    assert again.read_bytes() == marked.read_bytes()


def test_a_second_run_over_the_file_itself_does_not_write_at_all(marked: Path) -> None:
    before = marked.stat()
    write_markers(marked, marked, [marker(n) for n in range(3)], read_edit(marked))
    assert (marked.stat().st_ino, marked.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_new_findings_take_the_place_of_old_ones(marked: Path) -> None:
    newer = [marker(0), marker(1, name="CS"), marker(3)]
    written = write_markers(marked, marked, newer, read_edit(marked))
    assert (written.unchanged, written.replaced, written.added, written.removed) == (1, 1, 1, 1)
    assert names(marked) == ["theirs", "MS · pan 0", "CS", "MS · pan 3"]


@pytest.mark.parametrize("indent", [4, 1, -1])
@pytest.mark.parametrize(
    "change",
    [
        set_attribute("name", "CS · static"),
        set_attribute("color", "GREEN"),
        set_attribute("comment", "mine"),
        moved,
    ],
    ids=["renamed", "recoloured", "annotated", "moved"],
)
def test_a_rerun_keeps_a_marker_that_the_editor_changed(
    marked: Path, change: Callable[[Any], None], indent: int
) -> None:
    edited_by_otio(marked, change, indent=indent)
    before = marked.read_bytes()
    written = write_markers(marked, marked, [marker(n) for n in range(3)], read_edit(marked))
    assert written.kept == (marker(1).id,)
    assert (written.unchanged, written.changed) == (2, False)
    assert marked.read_bytes() == before

    newer = [marker(n, name="FS") for n in range(3)]
    write_markers(marked, marked, newer, read_edit(marked))
    kept = [m for m in read_markers(marked) if m.edited]
    assert [m.id for m in kept] == [marker(1).id]
    assert sorted(m.name for m in read_markers(marked) if not m.edited) == ["FS", "FS"]


def test_a_rerun_writes_a_marker_again_that_the_editor_deleted(marked: Path) -> None:
    edited_by_otio(marked, lambda t: t.tracks.markers.remove(of_name(t, "MS · pan 1")))
    written = write_markers(marked, marked, [marker(n) for n in range(3)], read_edit(marked))
    assert (written.added, written.unchanged) == (1, 2)
    assert sorted(names(marked)) == ["MS · pan 0", "MS · pan 1", "MS · pan 2", "theirs"]


def test_an_edited_marker_without_a_finding_is_kept(marked: Path) -> None:
    edited_by_otio(marked, set_attribute("name", "mine"))
    written = write_markers(marked, marked, [], read_edit(marked))
    assert (written.removed, written.kept) == (2, (marker(1).id,))
    assert names(marked) == ["theirs", "mine"]


def test_clearing_restores_the_original_byte_for_byte(plain: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.otio"
    edit = read_edit(plain)
    places: tuple[Literal["timeline"], Literal["clips"]] = ("timeline", "clips")
    for on in places:
        write_markers(plain, out, markers_of(log_of(edit), on=on), edit, on=on)
        assert out.read_bytes() != plain.read_bytes()
        assert clear_markers(out, out) == 2
        assert out.read_bytes() == plain.read_bytes()


def test_clearing_keeps_edited_markers_unless_asked(marked: Path) -> None:
    edited_by_otio(marked, set_attribute("color", "GREEN"))
    assert clear_markers(marked, marked) == 2
    assert names(marked) == ["theirs", "MS · pan 1"]
    assert clear_markers(marked, marked, edited=True) == 1
    assert names(marked) == ["theirs"]


def test_clearing_survives_another_layout_and_order_of_keys(marked: Path) -> None:
    data = json.loads(marked.read_bytes())
    marked.write_text(json.dumps(data, sort_keys=True, separators=(" ,", " :")))
    assert clear_markers(marked, marked) == 3
    assert names(marked) == ["theirs"]


@pytest.mark.parametrize("spelled", ['"markers": [ ],', '"markers": [\r\n\t],', ""])
def test_clearing_restores_any_spelling_of_an_empty_list(plain: Path, spelled: str) -> None:
    text = plain.read_text().replace('"markers": [],', spelled, 1).replace("\n", "\r\n")
    plain.write_bytes(b"\xef\xbb\xbf" + text.encode())
    before = plain.read_bytes()
    write_markers(plain, plain, [marker(1), marker(2)], read_edit(plain))
    write_markers(plain, plain, [marker(2), marker(3)], read_edit(plain))
    assert names_in(plain) == ["MS · pan 2", "MS · pan 3"]
    assert b"\n" not in plain.read_bytes().replace(b"\r\n", b"")
    clear_markers(plain, plain)
    assert plain.read_bytes() == before


def names_in(path: Path) -> list[str]:
    return [m["name"] for m in all_markers(json.loads(path.read_text("utf-8-sig")))]


def test_a_bare_nan_elsewhere_in_the_file_stays(plain: Path) -> None:
    plain.write_text(plain.read_text().replace('"metadata": {}', '"metadata": {"a": NaN}', 1))
    write_markers(plain, plain, [marker(1)], read_edit(plain))
    assert '"a": NaN' in plain.read_text()
    assert names(plain) == ["MS · pan 1"]


def test_markers_of_another_tool_with_our_key_in_their_metadata_are_not_ours(plain: Path) -> None:
    def add(item: Any) -> None:
        for key in ("text", ["list"], {"no": "id"}, {"id": 5}):
            item.tracks.markers.append(otio.schema.Marker("theirs", metadata={"shotlog": key}))

    edited_by_otio(plain, add)
    before = plain.read_bytes()
    assert read_markers(plain) == []
    assert clear_markers(plain, plain, edited=True) == 0
    assert plain.read_bytes() == before


def test_a_marker_of_a_newer_shotlog_is_left_alone(marked: Path) -> None:
    marked.write_text(marked.read_text().replace('"version": 1', '"version": 2'))
    assert clear_markers(marked, marked) == 0
    assert {m.edited for m in read_markers(marked)} == {True}


def test_a_marker_of_ours_whose_rate_is_no_number_is_left_alone(marked: Path) -> None:
    marked.write_text(marked.read_text().replace('"rate": "24"', '"rate": Infinity'))
    assert clear_markers(marked, marked) == 0
    edit = read_edit(marked)
    assert write_markers(marked, marked, [marker(n) for n in range(3)], edit).added == 0


def as_marker_3(path: Path) -> None:
    """The file as OpenTimelineIO's main branch writes it: Marker.3, with a Color.1, no twin."""
    data = json.loads(path.read_text(encoding="utf-8"))
    for item in all_markers(data):
        item["OTIO_SCHEMA"] = "Marker.3"
        item.pop("range", None)
        red, name = 1.0, item["color"]
        item["color"] = {"OTIO_SCHEMA": "Color.1", "r": red, "g": 0, "b": 0, "a": 1, "name": name}
    path.write_text(json.dumps(data, indent=2), encoding="utf-8")


def test_a_rewrite_by_the_next_opentimelineio_is_no_edit(marked: Path) -> None:
    as_marker_3(marked)
    assert [m.edited for m in read_markers(marked)] == [False] * 3
    before = marked.read_bytes()
    write_markers(marked, marked, [marker(n) for n in range(3)], read_edit(marked))
    assert marked.read_bytes() == before


def test_a_new_colour_in_the_next_opentimelineio_is_an_edit(marked: Path) -> None:
    as_marker_3(marked)
    marked.write_text(marked.read_text("utf-8").replace('"name": "PURPLE"', '"name": "GREEN"'))
    assert [m.colour for m in read_markers(marked) if m.edited] == ["GREEN"]


def test_a_rate_that_another_tool_rounds_is_no_edit(tmp_path: Path) -> None:
    path = write_timeline(tmp_path / "a.otio", rate=24000 / 1001)
    rate = Fraction(24000, 1001)
    write_markers(path, path, [marker(n * 997, rate=rate) for n in range(3)], read_edit(path))
    path.write_text(path.read_text("utf-8").replace("23.976023976023978", "23.98"))
    assert [m.edited for m in read_markers(path)] == [False] * 3


def test_a_read_marker_holds_what_was_written_and_what_was_edited(marked: Path) -> None:
    edited_by_otio(marked, set_attribute("name", "CS"))
    found = read_markers(marked)[1]
    assert (found.name, found.wrote, found.edited) == ("CS", "MS · pan 1", True)
    assert (found.range.start, found.range.duration) == (Fraction(10, 24), Fraction(5, 24))
    assert (found.owner, found.colour) == (None, "PURPLE")
    assert found.payload == {"shot": "a", "score": 0.1, "weights": None}


def test_stack_markers_count_from_where_a_trimmed_stack_begins(tmp_path: Path) -> None:
    made = timeline((0, 240))
    made.global_start_time = otio.opentime.RationalTime(86400, 24)
    made.tracks.source_range = otio.opentime.TimeRange(
        otio.opentime.RationalTime(48, 24), otio.opentime.RationalTime(100, 24)
    )
    path = tmp_path / "a.otio"
    otio.adapters.write_to_file(made, str(path))
    write_markers(path, path, [marker(1)], read_edit(path))
    assert stack_markers(path)[0]["marked_range"]["start_time"]["value"] == 58.0


def on_clips(path: Path, log: Log | None = None) -> Edit:
    edit = read_edit(path)
    markers = markers_of(log or log_of(edit), on="clips")
    write_markers(path, path, markers, edit, on="clips")
    return edit


def clip_ranges(path: Path) -> list[tuple[str | None, float, float, float]]:
    return [
        (clip.name, m.marked_range.start_time.value, m.marked_range.duration.value,
         m.marked_range.start_time.rate)
        for clip in otio.adapters.read_from_file(str(path)).find_clips()
        for m in clip.markers
    ]  # fmt: skip


def test_clip_markers_lie_in_the_clips_source_time(plain: Path) -> None:
    on_clips(plain)
    assert clip_ranges(plain) == [("clip 0", 86400, 48, 24), ("clip 1", 0, 72, 24)]
    assert [m.owner for m in read_markers(plain)] == ["clip 0", "clip 1"]


def test_clip_markers_count_at_the_clips_own_rate(tmp_path: Path) -> None:
    made = timeline((86400, 48))
    made.tracks[0].append(timeline((1000, 50), rate=25.0).tracks[0][0].clone())
    path = tmp_path / "a.otio"
    otio.adapters.write_to_file(made, str(path))
    on_clips(path)
    assert clip_ranges(path) == [("clip 0", 86400, 48, 24), ("clip 0", 1000, 50, 25)]


@pytest.mark.parametrize(("scalar", "frames"), [(2.0, 96), (0.5, 24), (-1.0, 48)])
def test_markers_of_retimed_clips_cover_the_frames_that_are_shown(
    tmp_path: Path, scalar: float, frames: int
) -> None:
    made = timeline((1000, 48))
    made.tracks[0][0].media_reference.available_range = None
    made.tracks[0][0].effects.append(otio.schema.LinearTimeWarp(time_scalar=scalar))
    path = tmp_path / "a.otio"
    otio.adapters.write_to_file(made, str(path))
    edit = on_clips(path)
    ((_, start, length, _),) = clip_ranges(path)
    assert length == frames
    assert Fraction(start) / 24 == edit.clips[0].source.start


def test_a_marker_on_a_freeze_frame_is_one_frame_long(tmp_path: Path) -> None:
    made = timeline((1000, 48))
    made.tracks[0][0].effects.append(otio.schema.FreezeFrame())
    path = tmp_path / "a.otio"
    otio.adapters.write_to_file(made, str(path))
    on_clips(path)
    assert clip_ranges(path) == [("clip 0", 1000, 1, 24)]


def test_a_clip_that_moves_takes_its_marker_along_unchanged(plain: Path) -> None:
    on_clips(plain)
    edited_by_otio(plain, lambda t: t.tracks[0].append(t.tracks[0].pop(0)))
    before = plain.read_bytes()
    on_clips(plain)
    assert [m.edited for m in read_markers(plain)] == [False, False]
    assert plain.read_bytes() == before


def test_a_clip_copied_with_its_edited_marker_keeps_both(plain: Path) -> None:
    """The copy shows the same shot: its marker carries the first one's id, and is kept as well."""
    on_clips(plain)

    def rename_and_copy(item: Any) -> None:
        item.tracks[0][0].markers[0].name = "CS"
        item.tracks[0].append(item.tracks[0][0].clone())

    edited_by_otio(plain, rename_and_copy)
    on_clips(plain)
    assert names(plain) == ["CS", "MS · pan_left", "CS"]


def test_a_clip_copied_with_its_marker_gets_an_id_of_its_own(plain: Path) -> None:
    on_clips(plain)
    edited_by_otio(plain, lambda t: t.tracks[0].append(t.tracks[0][0].clone()))
    on_clips(plain)
    found = read_markers(plain)
    assert [m.owner for m in found] == ["clip 0", "clip 1", "clip 0"]
    assert len({m.id for m in found}) == 3
    before = plain.read_bytes()
    on_clips(plain)
    assert plain.read_bytes() == before


def test_an_edited_marker_holds_when_its_clip_is_trimmed(plain: Path) -> None:
    def rename_and_trim(item: Any) -> None:
        item.tracks[0][0].markers[0].name = "CS"
        item.tracks[0][0].source_range = otio.opentime.TimeRange(
            otio.opentime.RationalTime(86400, 24), otio.opentime.RationalTime(40, 24)
        )

    on_clips(plain)
    edited_by_otio(plain, rename_and_trim)
    before = plain.read_bytes()
    on_clips(plain)
    assert names(plain) == ["CS", "MS · pan_left"]
    assert plain.read_bytes() == before


def _renamed(item: Any) -> None:
    item.name = "CS"


def _recoloured(item: Any) -> None:
    item.color = "GREEN"


def _moved_on(item: Any) -> None:
    """By 8 frames."""
    start, eight = item.marked_range.start_time, otio.opentime.RationalTime(8, 24)
    item.marked_range = otio.opentime.TimeRange(start + eight, item.marked_range.duration)


def _of_another_film(edit: Edit) -> Log:
    """Findings stay the same, but the ids of the shots do not."""
    log = log_of(edit)
    shots = [
        item.model_copy(update={"shot": item.shot.model_copy(update={"id": f"new {n}"})})
        for n, item in enumerate(log.shots)
    ]
    return log.model_copy(update={"shots": tuple(shots)})


@pytest.mark.parametrize("on", ["timeline", "clips"])
@pytest.mark.parametrize(
    "changes",
    [(_renamed,), (_recoloured,), (_moved_on,), (_renamed, _moved_on)],
    ids=["renamed", "recoloured", "moved", "renamed and moved"],
)
def test_an_edited_marker_holds_when_its_film_has_another_identity(
    plain: Path, changes: Sequence[Callable[[Any], None]], on: Literal["timeline", "clips"]
) -> None:
    edit = read_edit(plain)
    write_markers(plain, plain, markers_of(log_of(edit), on=on), edit, on=on)

    def changed(item: Any) -> None:
        stands = item.tracks if on == "timeline" else item.tracks[0][0]
        for change in changes:
            change(stands.markers[0])

    edited_by_otio(plain, changed)
    (before,) = [m for m in read_markers(plain) if m.edited]
    markers = markers_of(_of_another_film(edit), on=on)
    written = write_markers(plain, plain, markers, edit, on=on)
    assert written.kept == (before.id,)
    assert before in read_markers(plain)
    assert len(read_markers(plain)) == 2


def test_going_from_the_timeline_to_clips_takes_the_markers_along(plain: Path) -> None:
    edit = read_edit(plain)
    original = plain.read_bytes()
    write_markers(plain, plain, markers_of(log_of(edit)), edit)
    edited_by_otio(plain, lambda t: setattr(t.tracks.markers[0], "name", "mine"))
    on_clips(plain)
    assert [(m.name, m.owner) for m in read_markers(plain)] == [
        ("mine", None),
        ("MS · pan_left", "clip 1"),
    ]
    clear_markers(plain, plain, edited=True)
    assert plain.read_bytes() == original


def test_a_marker_of_no_clip_stands_in_the_time_of_a_trimmed_stack(plain: Path) -> None:
    trimmed = otio.opentime.TimeRange(
        otio.opentime.RationalTime(10, 24), otio.opentime.RationalTime(20, 24)
    )
    edited_by_otio(plain, lambda t: setattr(t.tracks, "source_range", trimmed))
    edit = read_edit(plain)
    of_clip = markers_of(log_of(edit), on="clips")[0]
    write_markers(plain, plain, [of_clip, marker(1, frame=5)], edit, on="clips")
    assert stack_markers(plain)[0]["marked_range"]["start_time"]["value"] == 15.0


def test_a_marker_on_the_last_frame_of_a_clip_stays_there_where_only_a_part_is_used(
    plain: Path,
) -> None:
    # 4.8 frames: the fifth begins within the clip.
    used = otio.opentime.TimeRange(
        otio.opentime.RationalTime(86400, 24), otio.opentime.RationalTime(4.8, 24)
    )
    edited_by_otio(plain, lambda t: setattr(t.tracks[0][0], "source_range", used))
    edit = read_edit(plain)
    facts = {"source_start": Fraction(86404, 24), "source_duration": Fraction(1, 60)}
    last = marker(1, frame=4, duration=1, clip=edit.clips[0].id, **facts)
    write_markers(plain, plain, [last], edit, on="clips")
    (found,) = json.loads(plain.read_text())["tracks"]["children"][0]["children"][0]["markers"]
    assert found["marked_range"]["start_time"]["value"] == 86404


def test_markers_can_stand_on_a_clip_that_is_a_file_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "clip.otio"
    otio.adapters.write_to_file(timeline((86400, 48)).tracks[0][0].clone(), str(path))
    before = path.read_bytes()
    edit = read_edit(path)
    write_markers(path, path, markers_of(log_of(edit)), edit)
    assert stack_markers(path)[0]["marked_range"]["start_time"]["value"] == 86400.0
    clear_markers(path, path)
    assert path.read_bytes() == before


def test_a_timeline_that_changed_meanwhile_is_an_error(plain: Path) -> None:
    edit = read_edit(plain)
    markers = markers_of(log_of(edit), on="clips")
    write_timeline(plain, (0, 10))
    before = plain.read_bytes()
    with pytest.raises(TimelineUnreadable, match="run again"):
        write_markers(plain, plain, markers, edit, on="clips")
    assert plain.read_bytes() == before


def test_a_plain_timeline_does_not_become_a_bundle(plain: Path, tmp_path: Path) -> None:
    with pytest.raises(OutputNotWritable, match="plain timeline"):
        write_markers(plain, tmp_path / "a.otioz", [marker(1)], read_edit(plain))


def test_media_that_a_copy_cannot_find_are_reported(tmp_path: Path) -> None:
    shots = timelines.track(
        timelines.clip("a", media="media/a.mov"),
        timelines.clip("b", media="media/a.mov"),
        timelines.clip("c", media="/elsewhere/c.mov"),
    )
    plain = timelines.saved(tmp_path, timelines.timeline(shots))
    (tmp_path / "out").mkdir()
    edit = read_edit(plain)
    beside = write_markers(plain, tmp_path / "beside.otio", [marker(3)], edit)
    away = write_markers(plain, tmp_path / "out" / "away.otio", [marker(3)], edit)
    assert beside.unlinked_media == ()
    assert away.unlinked_media == (str(tmp_path / "media/a.mov"),)
