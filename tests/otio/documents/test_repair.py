"""A damaged object of a timeline is lost alone, and nothing beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import opentimelineio as otio
import pytest

from shotlog.schema import TimelineUnreadable
from shotlog_otio import check_marker_lists, clear_markers, markers_of, write_markers
from tests.otio.marking import log_of
from tests.otio.timelines import (
    as_data,
    clip,
    frames_of,
    gap,
    load,
    read,
    saved,
    span,
    timeline,
    track,
    warp,
)

WRONG: tuple[Any, ...] = (None, 7, "x", [None], {}, {"OTIO_SCHEMA": "Clip.2"})


def _edit() -> Any:
    """Clip ``a`` with two effects and two markers, a gap, clip ``b``; a marker of the timeline."""
    first = clip("a", (0, 10), warp(2), otio.schema.Effect("blur"))
    first.markers.extend(otio.schema.Marker(name, span((1, 2))) for name in "xy")
    made = timeline(track(first, gap(5), clip("b", (3, 7))), start=(86400, 24))
    made.tracks.markers.append(otio.schema.Marker("z", span((4, 2))))
    return as_data(made)


def _items(data: Any) -> Any:
    return data["tracks"]["children"][0]["children"]


def _places(data: Any) -> Iterator[tuple[str, Any]]:
    """Objects whose members are damaged one by one, with the clip that may be lost by it."""
    first = _items(data)[0]
    yield "marker", first["markers"][0]
    yield "effect", first["effects"][0]
    yield "media", first["media_references"]["DEFAULT_MEDIA"]
    yield "clip", first
    yield "stack's marker", data["tracks"]["markers"][0]


def _damages() -> Iterator[tuple[str, str, Any]]:
    for name, thing in _places(_edit()):
        for member in thing:
            if member != "OTIO_SCHEMA":
                yield from ((name, member, wrong) for wrong in WRONG)


@pytest.mark.parametrize(("name", "member", "wrong"), list(_damages()))
def test_a_damaged_member_costs_at_most_its_clip(
    tmp_path: Path, name: str, member: str, wrong: Any
) -> None:
    data = _edit()
    dict(_places(data))[name][member] = wrong
    edit = read(tmp_path, data)
    first, second = edit.clips
    assert (second.name, second.problem) == ("b", None)
    if member != "source_range":  # whose length is lost with it
        assert frames_of(second) == (15, 22, 3, 10)
    if "marker" in name:
        assert (first.name, first.problem, frames_of(first)) == ("a", None, (0, 10, 0, 20))
    assert not any("N14opentimelineio" in warning for warning in edit.warnings)


@pytest.mark.parametrize(
    ("name", "member", "wrong"),
    [
        damage
        for damage in _damages()
        if damage[2] in (None, [None]) and damage[1] != "markers"  # a list to write them into
    ],
)
def test_markers_are_written_beside_what_is_damaged(
    tmp_path: Path, name: str, member: str, wrong: Any
) -> None:
    data = _edit()
    dict(_places(data))[name][member] = wrong
    source = saved(tmp_path, data)
    edit = read(tmp_path, data)
    for on in ("timeline", "clips"):
        marked, clear = tmp_path / "marked.otio", tmp_path / "clear.otio"
        written = write_markers(source, marked, markers_of(log_of(edit), on=on), edit, on=on)
        assert written.added >= 1
        clear_markers(marked, clear)
        assert clear.read_bytes() == source.read_bytes()


NO_LISTS = [7, 0, False, True, "", "x", {}, {"a": 1}]


@pytest.mark.parametrize("wrong", NO_LISTS, ids=repr)
def test_an_invalid_list_of_markers_costs_only_its_clip(tmp_path: Path, wrong: Any) -> None:
    data = _edit()
    _items(data)[0]["markers"] = wrong
    source, edit = saved(tmp_path, data), read(tmp_path, data)
    marked, clear = tmp_path / "marked.otio", tmp_path / "clear.otio"
    check_marker_lists(source, edit, on="clips")
    wanted = markers_of(log_of(edit), on="clips")
    written = write_markers(source, marked, wanted, edit, on="clips")
    lost = sum(marker.clip == edit.clips[0].id for marker in wanted)
    assert lost >= 1
    assert (written.unmarked, written.added) == (("a",), len(wanted) - lost)
    assert _items(json.loads(marked.read_text()))[0]["markers"] == wrong
    clear_markers(marked, clear)
    assert clear.read_bytes() == source.read_bytes()


@pytest.mark.parametrize("wrong", NO_LISTS, ids=repr)
def test_a_timeline_that_can_hold_no_marker_is_refused_before_the_work(
    tmp_path: Path, wrong: Any
) -> None:
    data = _edit()
    data["tracks"]["markers"] = wrong
    source, edit = saved(tmp_path, data), read(tmp_path, data)
    said = "no marker can be put on it.*no list. Put them on the clips with --on clips"
    with pytest.raises(TimelineUnreadable, match=said):
        check_marker_lists(source, edit)
    with pytest.raises(TimelineUnreadable, match=said):
        write_markers(source, tmp_path / "marked.otio", markers_of(log_of(edit)), edit)
    assert not (tmp_path / "marked.otio").exists()
    check_marker_lists(source, edit, on="clips")  # which is what the hint advises


def test_a_list_with_damage_in_it_takes_markers(tmp_path: Path) -> None:
    data = _edit()
    data["tracks"]["markers"] = [7, None, "x"]
    source, edit = saved(tmp_path, data), read(tmp_path, data)
    check_marker_lists(source, edit)
    marked = tmp_path / "marked.otio"
    written = write_markers(source, marked, markers_of(log_of(edit)), edit)
    assert (written.unmarked, written.added >= 1) == ((), True)
    assert json.loads(marked.read_text())["tracks"]["markers"][:3] == [7, None, "x"]


def test_every_lost_part_is_named(tmp_path: Path) -> None:
    data = _edit()
    first = _items(data)[0]
    first["markers"][1]["marked_range"] = None
    first["effects"][0]["time_scalar"] = None
    first["media_references"]["DEFAULT_MEDIA"]["available_range"] = "long"
    data["tracks"]["markers"][0]["color"] = 3
    data["global_start_time"] = 7
    assert set(read(tmp_path, data).warnings) == {
        'the marker "y" on the clip "a" has no range and is passed over',
        'one effect on the clip "a" has no speed; what it does is not known',
        'the media of the clip "a" has no length that can be read; that is passed over',
        'the marker "z" on the timeline has no colour that can be read and is passed over',
        "the timeline has no global start time that can be read; that is passed over",
    }


def test_a_speed_that_is_lost_is_not_taken_for_none(tmp_path: Path) -> None:
    data = _edit()
    _items(data)[0]["effects"][0]["time_scalar"] = "fast"
    first, second = read(tmp_path, data).clips
    assert first.problem is not None
    assert (first.problem.code, second.problem) == ("retime-unsupported", None)


def test_an_own_range_that_is_lost_is_not_taken_for_all_of_the_media(tmp_path: Path) -> None:
    data = _edit()
    _items(data)[0]["source_range"] = {"OTIO_SCHEMA": "TimeRange.1", "start_time": None}
    first, _ = read(tmp_path, data).clips
    assert first.problem is not None
    assert first.problem.code == "clip-empty"
    assert not first.timeline.duration


@pytest.mark.parametrize("wrong", [None, 7, {}, as_data(otio.schema.Marker("m"))])
def test_an_invalid_item_keeps_its_position(tmp_path: Path, wrong: Any) -> None:
    data = _edit()
    _items(data)[1] = wrong
    edit = read(tmp_path, data)
    assert [item.id for item in edit.clips] == ["V1/0", "V1/2"]
    assert [item.path for item in edit.clips] == [
        ("tracks", "children", 0, "children", number) for number in (0, 2)
    ]
    assert "cannot be read and is left out" in edit.warnings[0]


def test_a_transition_without_offsets_is_passed_over(tmp_path: Path) -> None:
    data = _edit()
    dissolve = as_data(otio.schema.Transition("dissolve"))
    dissolve["in_offset"] = None
    _items(data).insert(1, dissolve)
    edit = read(tmp_path, data)
    assert [frames_of(item)[:2] for item in edit.clips] == [(0, 10), (15, 22)]
    assert edit.warnings == ('the transition "dissolve" has no in offset; that is passed over',)


def test_an_object_in_metadata_that_cannot_be_read_costs_itself(tmp_path: Path) -> None:
    data = _edit()
    broken = {"OTIO_SCHEMA": "RationalTime.1", "value": None}
    data["metadata"] = {"PremierePro_OTIO": {"a": [1, broken, 2]}}
    document = load(saved(tmp_path, data))
    assert list(document.root.metadata["PremierePro_OTIO"]["a"]) == [1, None, 2]
    assert document.data == data


def test_lost_markers_of_a_nest_are_named_too(tmp_path: Path) -> None:
    inner = otio.schema.Stack("nest")
    inner.append(track(clip("c", (0, 4))))
    inner.markers.append(otio.schema.Marker("x", span((1, 2))))
    data = as_data(timeline(track(inner)))
    _items(data)[0]["markers"][0]["marked_range"] = []
    edit = read(tmp_path, data)
    assert [item.name for item in edit.clips] == ["c"]
    assert edit.warnings == (
        'the marker "x" on the stack "nest" has no range that can be read and is passed over',
    )


def test_a_marker_of_the_first_version_is_passed_over_alone(tmp_path: Path) -> None:
    data = _edit()
    for marker in _items(data)[0]["markers"]:
        marker["OTIO_SCHEMA"], marker["range"] = "Marker.1", marker.pop("marked_range")
    _items(data)[0]["markers"][0]["range"] = None
    path = saved(tmp_path, data)
    assert [marker.name for marker in load(path).root.tracks[0][0].markers] == ["y"]
    assert load(path).warnings == (
        'the marker "x" on the clip "a" cannot be read and is passed over',
    )


def test_a_clip_of_the_first_version_is_mended_as_one(tmp_path: Path) -> None:
    data = _edit()
    first = _items(data)[0]
    first["OTIO_SCHEMA"] = "Clip.1"
    first["media_reference"] = first.pop("media_references")["DEFAULT_MEDIA"]
    first.pop("active_media_reference_key")
    first["metadata"] = None
    found = read(tmp_path, data).clips[0]
    assert found.media is not None
    assert found.media.path == "/media/a.mov"


def test_a_clip_of_the_first_version_with_members_of_the_second_does_not_crash(
    tmp_path: Path,
) -> None:
    data = _edit()
    _items(data)[0].update(OTIO_SCHEMA="Clip.1", metadata=None)
    assert [item.name for item in read(tmp_path, data).clips] == ["a", "b"]


@pytest.mark.parametrize("wrong", [7, "x", [], {}])
def test_a_timeline_without_tracks_is_refused_with_a_reason(tmp_path: Path, wrong: Any) -> None:
    data = _edit()
    data["tracks"] = wrong
    with pytest.raises(TimelineUnreadable, match="the timeline has no tracks that can be read"):
        read(tmp_path, data)


def test_an_undamaged_file_is_not_repaired(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(_: Any) -> tuple[str, ...]:
        raise AssertionError("nothing in it is damaged")

    monkeypatch.setattr("shotlog_otio.documents.objects.repair", never)
    assert not load(saved(tmp_path, json.dumps(_edit()))).warnings
