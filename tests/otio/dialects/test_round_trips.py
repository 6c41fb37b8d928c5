"""Markers that went through a program and came back, with no more of them than it keeps."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from shotlog.markers import markers_of
from shotlog.schema import Edit, SettingInvalid
from shotlog_otio import ReadOptions, inspect_file, read_edit, read_markers, write_markers
from tests.otio.marking import log_of
from tests.otio.timelines import as_data, clip, timeline, track

Json = dict[str, Any]


def cut(path: Path, **marks: Json) -> Path:
    """A timeline of two clips, with the metadata by which a program is known."""
    data = as_data(timeline(track(clip("a", (3, 7)), clip("b", (30, 10)))))
    data["metadata"] = marks.get("timeline", {})
    first = data["tracks"]["children"][0]["children"][0]
    first["metadata"] = marks.get("clip", {})
    path.write_text(json.dumps(data))
    return path


def marked(path: Path, reading: ReadOptions, on: Any = "timeline") -> Edit:
    edit = read_edit(path, reading)
    markers = markers_of(log_of(edit), on=on)
    write_markers(path, path, markers, edit, on=on, reading=reading)
    return edit


def all_markers(data: Json) -> list[Json]:
    stack = data["tracks"]
    items = [stack, *(item for track in stack["children"] for item in track["children"])]
    return [marker for item in items for marker in item.get("markers", [])]


def resolve(marker: Json) -> Json:
    """Keep what Resolve 21 keeps: no comment, and of metadata its own alone."""
    kept = {"Resolve_OTIO": marker["metadata"].get("Resolve_OTIO", {"Keywords": [], "Note": ""})}
    return {**marker, "comment": "", "metadata": kept}


def kdenlive(marker: Json) -> Json:
    """Keep what Kdenlive keeps: the comment, on one frame."""
    range_ = marker["marked_range"]
    frame = {**range_, "duration": {**range_["duration"], "value": 1.0}}
    meta = {"kdenlive": {"type": 3}}
    return {**marker, "name": "", "marked_range": frame, "range": frame, "metadata": meta}


def blender(marker: Json) -> Json:
    """Keep what Blender keeps: the name, on one frame, in white."""
    range_ = marker["marked_range"]
    frame = {**range_, "duration": {**range_["duration"], "value": 1.0}}
    return {
        **marker, "comment": "", "color": "WHITE", "marked_range": frame, "range": frame,
        "metadata": {},
    }  # fmt: skip


def names_alone(marker: Json) -> Json:
    """Keep what OpenTimelineIO's adapters for FCPXML and Hiero keep."""
    return {**marker, "comment": "", "metadata": {}}


PROGRAMS: dict[str, tuple[Json, Callable[[Json], Json]]] = {
    "resolve": ({"timeline": {"Resolve_OTIO": {}}}, resolve),
    "kdenlive": ({}, kdenlive),
    "blender": ({"clip": {"blender": {}}}, blender),
    "finalcut": ({"timeline": {"fcpx": {}}}, names_alone),
    "hiero": ({"clip": {"Hiero": {}}}, names_alone),
    "premiere": ({"timeline": {"PremierePro_OTIO": {}}}, names_alone),
    "xstudio": ({"timeline": {"xstudio": {}}}, names_alone),
}

each = pytest.mark.parametrize("name", PROGRAMS)


def returned(path: Path, keep: Callable[[Json], Json]) -> None:
    """Write a file as a program would that opened and exported it."""
    data = json.loads(path.read_text())
    stack = data["tracks"]
    for item in (stack, *(item for t in stack["children"] for item in t["children"])):
        if item.get("markers"):
            item["markers"] = [keep(marker) for marker in item["markers"]]
    path.write_text(json.dumps(data))


@each
def test_a_marker_that_went_through_a_program_is_not_written_twice(
    name: str, tmp_path: Path
) -> None:
    marks, keep = PROGRAMS[name]
    path = cut(tmp_path / "a.otio", **marks)
    reading = ReadOptions(dialect=name)
    marked(path, reading)
    before = len(all_markers(json.loads(path.read_text())))
    returned(path, keep)

    marked(path, reading)

    assert before > 0
    assert len(all_markers(json.loads(path.read_text()))) == before


@each
def test_the_program_is_known_without_being_named(name: str, tmp_path: Path) -> None:
    marks, keep = PROGRAMS[name]
    path = cut(tmp_path / "a.otio", **marks)
    marked(path, ReadOptions(dialect=name))
    returned(path, keep)
    before = len(all_markers(json.loads(path.read_text())))

    marked(path, ReadOptions())

    assert len(all_markers(json.loads(path.read_text()))) == before


def test_an_edit_in_resolve_is_known_by_the_tag_in_its_note(tmp_path: Path) -> None:
    path = cut(tmp_path / "a.otio", timeline={"Resolve_OTIO": {}})
    marked(path, ReadOptions())
    returned(path, resolve)
    data = json.loads(path.read_text())
    first, second = data["tracks"]["markers"][:2]
    first["name"] = "my own words"
    path.write_text(json.dumps(data))

    assert [m.edited for m in read_markers(path)][:2] == [True, False]
    marked(path, ReadOptions())

    names = [marker["name"] for marker in all_markers(json.loads(path.read_text()))]
    assert names.count("my own words") == 1
    assert len(names) == len(data["tracks"]["markers"])
    assert second["name"] in names


def test_kdenlive_counts_the_markers_of_a_clip_from_its_in_point(tmp_path: Path) -> None:
    path = cut(tmp_path / "a.otio")
    marked(path, ReadOptions(dialect="kdenlive"), on="clips")
    (marker,) = json.loads(path.read_text())["tracks"]["children"][0]["children"][1]["markers"]

    assert marker["marked_range"]["start_time"]["value"] == 0
    assert marker["comment"] == marker["name"]
    found = inspect_file(path, ReadOptions(dialect="kdenlive")).markers
    assert [(m.frame, m.on) for m in found] == [(0, 0), (7, 1)]


def test_blender_counts_markers_from_frame_one(tmp_path: Path) -> None:
    path = cut(tmp_path / "a.otio", clip={"blender": {}})
    marked(path, ReadOptions(), on="clips")
    data = json.loads(path.read_text())

    assert [m["marked_range"]["start_time"]["value"] for m in data["tracks"]["markers"]] == [1, 8]
    assert [m.frame for m in inspect_file(path).markers] == [0, 7]


def test_an_unknown_dialect_is_refused_with_those_there_are(tmp_path: Path) -> None:
    path = cut(tmp_path / "a.otio")

    with pytest.raises(SettingInvalid, match="blender, finalcut, hiero, kdenlive, plain"):
        read_edit(path, ReadOptions(dialect="word"))


def test_a_dialect_by_name_is_read_as_such(tmp_path: Path) -> None:
    path = tmp_path / "a.otio"
    slow = clip("a", (0, 20), rate=24)
    data = as_data(timeline(track(slow)))
    warp = {"OTIO_SCHEMA": "LinearTimeWarp.1", "name": "", "effect_name": "LinearTimeWarp",
            "time_scalar": 2.0, "metadata": {}, "enabled": True}  # fmt: skip
    data["tracks"]["children"][0]["children"][0]["effects"] = [warp]
    path.write_text(json.dumps(data))

    assert read_edit(path).duration == Fraction(20, 24)
    assert read_edit(path, ReadOptions(dialect="premiere")).duration == Fraction(10, 24)


def test_what_resolve_will_not_import_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.otio"
    data = as_data(timeline(track(clip("a"), clip("Text+", media=None))))
    data["metadata"] = {"Resolve_OTIO": {}}
    path.write_text(json.dumps(data))
    edit = read_edit(path)

    result = write_markers(path, path, markers_of(log_of(edit)), edit)

    (note,) = result.notes
    assert "refuses to import a timeline with a title or generator" in note
    assert "--to resolve-edl" in note
    plain = cut(tmp_path / "b.otio")
    edit = read_edit(plain)
    assert write_markers(plain, plain, markers_of(log_of(edit)), edit).notes == ()
