"""Facts for renders in Final Cut Pro 7 XML: 24 frames per second, clips from frame 100 on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from shotlog.schema import RenderFacts
from tests.otio.fcp7.xmeml import (
    document,
    file,
    item,
    rate,
    remap,
    sequence,
    tag,
    track,
    write,
)
from tests.otio.rendering.facts import fades, left_out, levels, read


def facts(folder: Path, *items: str, audio: str = "") -> RenderFacts:
    return read(write(folder, document(sequence(track(*items), audio=audio))))


def effect(
    id_: str, *parameters: tuple[str, Any], kind: str = "filter", name: str = "", on: bool = True
) -> str:
    inside = tag("name", name) + tag("effectid", id_) + tag("effecttype", kind)
    for parameter, value in parameters:
        inside += tag("parameter", tag("parameterid", parameter) + value)
    return tag("filter", ("" if on else tag("enabled", "FALSE")) + tag("effect", inside))


def level(value: Any, *keys: tuple[Any, Any]) -> str:
    points = "".join(tag("keyframe", tag("when", x) + tag("value", y)) for x, y in keys)
    return effect("audiolevels", ("level", tag("value", value) + points), kind="audiolevels")


def sound(*filters: str, start: int = 10, end: int = 20) -> str:
    return track(item(start, end, 100, inside=file() + "".join(filters)))


def test_a_level_is_the_factor_of_the_samples(tmp_path: Path) -> None:
    assert levels(facts(tmp_path, item(0, 20), audio=sound(level(0.25)))) == {"A1/0": [(10, 0.25)]}


def test_key_frames_count_as_the_in_point_does(tmp_path: Path) -> None:
    keyed = sound(level(1, (100, 0), (104, 1), (108, 1), (110, 0)))

    assert levels(facts(tmp_path, item(0, 20), audio=keyed)) == {
        "A1/0": [(10, 0), (14, 1), (18, 1), (20, 0)]
    }


@pytest.mark.parametrize("value", ["loud", "-1", "1e9", ""])
def test_a_level_that_is_none_counts_as_not_set(value: str, tmp_path: Path) -> None:
    assert facts(tmp_path, item(0, 20), audio=sound(level(value))).levels == ()


def test_effects_are_named_and_motion_that_moves_nothing_is_not(tmp_path: Path) -> None:
    still = effect("basic", ("scale", tag("value", 100)), kind="motion", name="Basic Motion")
    scaled = effect("basic", ("scale", tag("value", 93.8)), kind="motion", name="Basic Motion")
    blur = effect("Gaussian Blur", ("radius", tag("value", 3)), name="Gaussian Blur")
    off = effect("Sepia", name="Sepia", on=False)
    items = (
        item(0, 10, inside=file() + still + remap(50)),
        item(10, 20, inside=file() + scaled + blur + off + tag("compositemode", "screen")),
    )

    assert left_out(facts(tmp_path, *items)) == [
        ("effect", "Basic Motion", 10, 20),
        ("effect", "Gaussian Blur", 10, 20),
        ("blend", "screen", 10, 20),
    ]


def test_titles_are_named_those_of_premiere_too(tmp_path: Path) -> None:
    text = item(
        0, 10, kind="generatoritem", name="Opening", inside=tag("effect", tag("name", "Text"))
    )
    graphic = item(10, 20, inside=file() + effect("GraphicAndType", name="Lower third"))
    colour = tag("effect", tag("name", "Color"))
    made = item(20, 30, kind="generatoritem", name="Red", inside=colour)

    assert left_out(facts(tmp_path, text, graphic, made)) == [
        ("title", "Opening", 0, 10),
        ("title", "Lower third", 10, 20),
        ("generator", "Red", 20, 30),
    ]


@pytest.mark.parametrize(
    ("name", "found"),
    [("Cross Dissolve", []), ("Push", [("transition", "Push", 8, 12)])],
)
def test_a_wipe_is_named_and_a_dissolve_is_not(
    name: str, found: list[object], tmp_path: Path
) -> None:
    over = tag(
        "transitionitem",
        rate() + tag("start", 8) + tag("end", 12) + tag("effect", tag("name", name)),
    )

    assert left_out(facts(tmp_path, item(0, 10), over, item(10, 20))) == found


def over(first: int, end: int, alignment: str = "") -> str:
    own = tag("start", first) + tag("end", end) + tag("alignment", alignment)
    return tag("transitionitem", rate() + own + tag("effect", tag("name", "Cross Dissolve")))


def test_transitions_beside_gaps_are_fades_of_their_clip(tmp_path: Path) -> None:
    # The first begins in its transition; of the second the cut is written as its end.
    items = (over(4, 8), item(-1, 20), over(18, 24), item(30, 40), over(38, 42))

    assert fades(facts(tmp_path, *items)) == [
        ("V1/0", 4, 8, "in", "transparent"),
        ("V1/0", 18, 24, "out", "transparent"),
        ("V1/1", 38, 42, "out", "transparent"),
    ]


def test_a_fade_from_black_follows_a_clip_that_ends_there(tmp_path: Path) -> None:
    items = (item(0, 10), over(10, 14, "start-black"), item(-1, 20))

    assert fades(facts(tmp_path, *items)) == [("V1/1", 10, 14, "in", "transparent")]


def test_a_dissolve_between_clips_is_no_fade(tmp_path: Path) -> None:
    assert facts(tmp_path, item(0, -1), over(8, 12), item(-1, 20)).fades == ()


def test_a_fade_of_sound_is_none_of_picture(tmp_path: Path) -> None:
    audio = track(item(0, 10, inside=file()), over(8, 10, "end-black"))

    assert facts(tmp_path, item(0, 10), audio=audio).fades == ()


def test_sound_crosses_in_its_transitions(tmp_path: Path) -> None:
    assert facts(tmp_path, item(0, 10)).sound_crosses
