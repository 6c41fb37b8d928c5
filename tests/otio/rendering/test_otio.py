"""Facts for renders in OpenTimelineIO files, and how those of nests come to the timeline."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import opentimelineio as otio
import pytest

from shotlog.schema import RenderFacts
from tests.otio.rendering.facts import fades, gains, left_out, levels
from tests.otio.rendering.facts import read as read_facts
from tests.otio.timelines import clip, gap, saved, span, stack, timeline, track, warp


def facts(folder: Path, *tracks: Any) -> RenderFacts:
    return read_facts(saved(folder, timeline(*tracks)))


def resolve(name: str, *parameters: dict[str, Any], enabled: bool = True) -> Any:
    own = {"Effect Name": name, "Enabled": enabled, "Parameters": list(parameters)}
    return otio.schema.Effect(effect_name="Resolve Effect", metadata={"Resolve_OTIO": own})


def parameter(name: str, value: Any, default: Any = 0.0, **keys: float) -> dict[str, Any]:
    frames = {at.removeprefix("at_"): {"Value": v} for at, v in keys.items()}
    return {
        "Parameter ID": name,
        "Parameter Value": value,
        "Default Parameter Value": default,
        "Key Frames": frames,
    }


def volume(*parameters: dict[str, Any], enabled: bool = True) -> Any:
    return resolve("Fairlight Clip Volume and Fades", *parameters, enabled=enabled)


def sound(*items: Any, **options: Any) -> Any:
    return track(*items, kind="Audio", **options)


def test_a_timeline_of_plain_clips_has_no_facts(tmp_path: Path) -> None:
    assert facts(tmp_path, track(clip(), clip()), sound(clip())) == RenderFacts()


def test_a_level_of_resolve_is_in_decibels_all_along_the_clip(tmp_path: Path) -> None:
    quiet = clip("q", (0, 10), volume(parameter("volume", -20.0)))

    assert levels(facts(tmp_path, track(clip()), sound(clip(), quiet))) == {"A1/1": [(10, 0.1)]}


def test_key_frames_of_resolve_count_from_the_start_of_the_clip(tmp_path: Path) -> None:
    keyed = clip("k", (50, 10), volume(parameter("volume", 0.0, at_2=0.0, at_8=-20.0)))

    # From frame 12 to 18 of the timeline the level falls evenly in dB; then it stays.
    found = gains(facts(tmp_path, track(clip()), sound(gap(10), keyed)), "A1/1", 10, 12, 15, 18, 20)
    assert found == [1, 1, pytest.approx(0.316, abs=0.01), 0.1, 0.1]


def test_fades_of_resolve_are_lengths_in_frames(tmp_path: Path) -> None:
    faded = clip("f", (0, 10), volume(parameter("faderIn", 4), parameter("faderOut", 2)))

    assert levels(facts(tmp_path, track(clip()), sound(faded))) == {
        "A1/0": [(0, 0), (4, 1), (8, 1), (10, 0)]
    }


@pytest.mark.parametrize("value", [float("nan"), 1e9, "loud", None, [1]])
def test_a_level_that_is_none_counts_as_not_set(value: Any, tmp_path: Path) -> None:
    odd = clip("o", (0, 10), volume(parameter("volume", value)))

    assert facts(tmp_path, track(clip()), sound(odd)).levels == ()


def test_effects_that_are_set_are_named_with_the_range_of_their_clip(tmp_path: Path) -> None:
    set_ = resolve("Transform", parameter("transformationZoomX", 1.5, 1.0))
    as_it_was = resolve("Cropping", parameter("cropLeft", 0.0))
    off = resolve("Dynamic Zoom", parameter("zoom", 2.0), enabled=False)
    blend = resolve("Composite", parameter("opacity", 50.0, 100.0))
    blur = otio.schema.Effect(effect_name="Gaussian Blur")

    found = facts(tmp_path, track(clip(), clip("b", (0, 6), set_, as_it_was, off, blend, blur)))
    assert left_out(found) == [
        ("effect", "Transform", 10, 16),
        ("blend", "Composite", 10, 16),
        ("effect", "Gaussian Blur", 10, 16),
    ]
    assert {part.clip for part in found.left_out} == {"V1/1"}


def test_titles_and_generators_are_named_each_as_what_it_is(tmp_path: Path) -> None:
    title = otio.schema.GeneratorReference(generator_kind="Lower Third Title")
    bars = otio.schema.GeneratorReference(generator_kind="SMPTEBars")
    made = track(clip("Name", (0, 5), media=title), clip("Bars", (0, 3), media=bars))

    assert left_out(facts(tmp_path, made)) == [("title", "Name", 0, 5), ("generator", "Bars", 5, 8)]


def test_a_wipe_is_named_and_a_dissolve_is_not(tmp_path: Path) -> None:
    def over(kind: str, name: str) -> Any:
        offsets = (otio.opentime.RationalTime(n, 24) for n in (2, 3))
        return otio.schema.Transition(name, kind, *offsets)

    dissolve, wipe = over("SMPTE_Dissolve", "t1"), over("Custom_Transition", "Edge Wipe")
    made = track(clip(), dissolve, clip(), wipe, clip())

    assert left_out(facts(tmp_path, made)) == [("transition", "Edge Wipe", 18, 23)]


def test_facts_of_a_nest_are_brought_to_the_timeline_at_its_speed(tmp_path: Path) -> None:
    blur = otio.schema.Effect(effect_name="Blur")
    inner = track(clip("a", (0, 8)), clip("b", (0, 8), blur))
    nest = stack(inner, source=(4, 12), effects=(warp(2),))

    # Of the nest, frames 4 to 16 run in six frames: b is shown from the second to the sixth.
    assert left_out(facts(tmp_path, track(gap(10), nest))) == [("effect", "Blur", 12, 16)]


def test_levels_of_a_clip_of_its_nest_and_of_its_track_multiply(tmp_path: Path) -> None:
    half = clip("h", (0, 10), volume(parameter("volume", -20.0)))
    nest = stack(sound(half), effects=(volume(parameter("volume", -20.0)),))
    outer = sound(nest, effects=(volume(parameter("volume", -20.0)),))

    assert levels(facts(tmp_path, track(clip()), outer)) == {"A1/0/A1/0": [(0, 0.001)]}


def test_what_is_switched_off_has_no_facts(tmp_path: Path) -> None:
    blur = otio.schema.Effect(effect_name="Blur")
    off, hidden = clip("o", (0, 5), blur, enabled=False), clip("h", (0, 5), blur)

    found = facts(tmp_path, track(clip(), off), track(hidden, enabled=False))
    assert found.left_out == ()


def test_a_clip_in_a_freeze_of_a_nest_keeps_the_range_that_is_shown(tmp_path: Path) -> None:
    blur = otio.schema.Effect(effect_name="Blur")
    nest = stack(track(clip("a", (0, 8), blur)))
    nest.source_range = span((2, 6))
    nest.effects.append(otio.schema.FreezeFrame())

    assert left_out(facts(tmp_path, track(nest))) == [("effect", "Blur", 0, 6)]


def test_where_two_levels_change_at_once_their_product_is_followed(tmp_path: Path) -> None:
    both = clip("b", (0, 8), volume(parameter("faderIn", 8), parameter("faderOut", 8)))

    # Rising and falling evenly at once: t * (1 - t), a quarter in the middle.
    assert levels(facts(tmp_path, track(clip()), sound(both))) == {
        "A1/0": [(0, 0), (4, 0.25), (8, 0)]
    }


def dissolve(before: int, after: int) -> Any:
    offsets = (otio.opentime.RationalTime(n, 24) for n in (before, after))
    return otio.schema.Transition("", otio.schema.TransitionTypes.SMPTE_Dissolve, *offsets)


def test_a_transition_beside_a_gap_is_a_fade_of_its_clip(tmp_path: Path) -> None:
    first, second, third = (clip(name, (20, 10)) for name in "abc")
    items = (
        first, dissolve(2, 4), gap(10), dissolve(0, 6), second, dissolve(3, 3), third
    )  # fmt: skip

    assert fades(facts(tmp_path, track(*items))) == [
        ("V1/0", 8, 14, "out", "transparent"),
        ("V1/4", 20, 26, "in", "transparent"),
    ]


def test_a_fade_of_a_nest_is_one_of_the_clips_in_it(tmp_path: Path) -> None:
    nest = stack(track(clip("a", (0, 10)), clip("b", (0, 10))))
    found = facts(tmp_path, track(gap(5), dissolve(2, 4), nest))

    assert fades(found) == [("V1/2/V1/0", 3, 9, "in", "transparent")]
