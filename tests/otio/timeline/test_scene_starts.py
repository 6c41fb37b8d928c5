"""Markers of an editor that start scenes."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import opentimelineio as otio
import pytest

from shotlog.schema import MarkerFamily, SceneStart
from shotlog_otio import ReadOptions, read_edit, write_markers
from tests.otio.edl import lists
from tests.otio.marking import marker
from tests.otio.timelines import clip, read, saved, span, timeline, track


def named(name: str, frame: float) -> Any:
    return otio.schema.Marker(name=name, marked_range=span((frame, 1)))


def starts_of(tmp_path: Path, *markers: Any, on_clips: bool = False) -> tuple[SceneStart, ...]:
    """Return the starts in a timeline of two clips of 48 frames, of frames 100 to 148 of media."""
    clips = [clip(name, (100, 48), available=(0, 500)) for name in "ab"]
    made = timeline(track(*clips))
    (clips[1] if on_clips else made.tracks).markers.extend(markers)
    return read(tmp_path, made).scene_starts


def at(seconds: float, name: str = "") -> SceneStart:
    return SceneStart(at=Fraction(seconds), name=name)


@pytest.mark.parametrize(
    ("name", "scene"),
    [
        ("scene", ""),
        (" SCENE ", ""),
        ("Scene:", ""),
        ("scene 12", "Scene 12"),
        ("SCENE A12b", "Scene A12b"),
        ("Scene #3", "Scene 3"),
        ("SCENE: kitchen", "kitchen"),
        ("scene 4 - Kitchen, night", "Scene 4: Kitchen, night"),
    ],
)
def test_a_marker_named_scene_starts_one_and_may_name_it(
    tmp_path: Path, name: str, scene: str
) -> None:
    assert starts_of(tmp_path, named(name, 24)) == (at(1, scene),)


@pytest.mark.parametrize(
    "name", ["scenery", "obscene", "scene change is late", "Scene missing?", "12", ""]
)
def test_a_note_that_has_the_word_in_it_starts_no_scene(tmp_path: Path, name: str) -> None:
    assert starts_of(tmp_path, named(name, 24)) == ()


def test_starts_are_in_the_order_of_the_timeline(tmp_path: Path) -> None:
    found = starts_of(tmp_path, named("scene: b", 48), named("scene: a", 0))
    assert found == (at(0, "a"), at(2, "b"))


def test_of_two_on_one_frame_the_one_with_a_name_counts(tmp_path: Path) -> None:
    found = starts_of(tmp_path, named("scene", 24), named("scene 2", 24), named("scene 3", 24))
    assert found == (at(1, "Scene 2"),)


def test_a_marker_outside_of_the_timeline_starts_no_scene(tmp_path: Path) -> None:
    assert starts_of(tmp_path, named("scene", 96), named("scene", -1)) == ()


def test_a_marker_on_a_clip_starts_a_scene_where_its_frame_is_shown(tmp_path: Path) -> None:
    shown, trimmed = named("scene 2", 112), named("scene 3", 20)
    assert starts_of(tmp_path, shown, trimmed, on_clips=True) == (at(2.5, "Scene 2"),)


def test_the_same_name_again_goes_on_with_its_scene(tmp_path: Path) -> None:
    again = [named("scene 1", 0), named("Scene 1", 24), named("scene 2", 48), named("scene 1", 72)]
    names = [start.name for start in starts_of(tmp_path, *again)]
    assert names == ["Scene 1", "Scene 2", "Scene 1"]


def test_a_locator_of_a_list_starts_a_scene(tmp_path: Path) -> None:
    path = lists.saved(
        tmp_path,
        lists.event(1, "01:00:00:00 01:00:10:00", "01:00:00:00 01:00:10:00"),
        "* LOC: 01:00:02:00 RED     SCENE 12",
    )
    assert read_edit(path, ReadOptions(rate=Fraction(24))).scene_starts == (at(2, "Scene 12"),)


def test_a_marker_of_ours_starts_no_scene_whatever_its_name_is(tmp_path: Path) -> None:
    path = saved(tmp_path, timeline(track(clip("a", (0, 48)))))
    ours = marker(1, frame=24, family=MarkerFamily.SHOT, name="scene")
    write_markers(path, path, [ours], read_edit(path))
    assert "scene" in path.read_text()
    assert read_edit(path).scene_starts == ()
