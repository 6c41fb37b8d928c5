"""One clip with odd facts is named; it costs no other clip, and never the whole request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.resolve.double import Double, ProjectSpec, TimelineSpec
from tests.resolve.reading.scenes import (
    NO_EXPORT,
    VERSIONS,
    exact,
    open_double,
    read,
    spans,
    with_one_clip,
)


def odd(change: Callable[[Double], None], **more: Any) -> Double:
    """A Resolve with a sound clip, and one that the test changes."""

    def scene(spec: ProjectSpec, cut: TimelineSpec) -> None:
        with_one_clip(spec, cut)
        cut.clip(spec.media("/films/odd.mov", frames=500), length=48, **more)

    double = open_double(scene)
    change(double)
    return double


@pytest.mark.parametrize(
    ("key", "told", "reason"),
    [
        ("File Path", "films/odd.mov", "the path of its media is not absolute: films/odd.mov"),
        ("FPS", "", "Resolve does not tell the frame rate of its media"),
        ("FPS", "0.1", "its media has a frame rate of 0.1"),
        ("FPS", "2000", "its media has a frame rate of 2000"),
    ],
)
@pytest.mark.parametrize("folder", [None, NO_EXPORT])
def test_media_that_the_bridge_would_refuse_is_named(
    folder: str | None, key: str, told: str, reason: str
) -> None:
    def change(double: Double) -> None:
        double.media("m2").properties[key] = told

    edit = read(odd(change), folder=folder)

    assert [skipped.reason for skipped in edit.skipped] == [reason]
    assert len(exact(edit).clips) == 1


@pytest.mark.parametrize("speed", ["20000", "-20000", "1/20000"])
def test_a_speed_out_of_all_bounds_is_named(speed: str) -> None:
    edit = read(odd(lambda double: None, speed=speed))

    assert "it has a speed of" in edit.skipped[0].reason
    assert spans(edit) == [(0, 48)]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_clip_without_length_is_named(version: str) -> None:
    double = odd(lambda double: None)
    double.item("i2").length = 0
    double.session.version = version
    edit = read(double)

    assert [skipped.reason for skipped in edit.skipped] == ["it has no length"]


def test_two_items_at_one_place_have_two_ids() -> None:
    double = odd(lambda double: None)
    double.item("i2").at = 0
    edit = read(double)

    assert list(edit.items) == ["V1/0", "V1/0/1"]
    assert len(exact(edit).clips) == 2


def test_names_that_are_no_unicode_are_told_with_question_marks() -> None:
    def change(double: Double) -> None:
        double.item("i2").name = "caf\udce9"
        double.media("m2").properties["File Path"] = "/films/caf\udce9.mov"
        double.timeline().name = "cut \udce9"

    edit = read(odd(change))
    made = exact(edit)

    assert (made.name, made.clips[1].name) == ("cut ?", "caf?")
    assert edit.plain["clips"][1]["media"] == "file:///films/caf%E9.mov"


def test_a_length_that_is_not_told_is_left_out() -> None:
    def change(double: Double) -> None:
        double.media("m2").properties["Frames"] = ""

    edit = read(odd(change), folder=NO_EXPORT)

    assert "media_frames" not in edit.plain["clips"][1]
    assert len(exact(edit).clips) == 2
