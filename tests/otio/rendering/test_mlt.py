"""Facts for renders in projects of MLT, Shotcut and Kdenlive: 25 frames per second."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from shotlog.schema import RenderFacts
from tests.otio.mlt.projects import (
    entry,
    kdenlive,
    mlt,
    playlist,
    producer,
    prop,
    saved,
    shotcut,
    track,
    tractor,
)
from tests.otio.rendering.facts import fades, gains, left_out, levels, read


def filter_(service: str, *facts: str, span: tuple[int, int] | None = None) -> str:
    edges = f' in="{span[0]}" out="{span[1]}"' if span else ""
    return f"<filter{edges}>{prop('mlt_service', service)}{''.join(facts)}</filter>"


def with_filters(first: int, last: int, *filters: str) -> str:
    return f'<entry producer="0" in="{first}" out="{last}">{"".join(filters)}</entry>'


def of_entry(folder: Path, *filters: str) -> RenderFacts:
    """Facts of a clip of frames 10 to 59, after a blank of five frames."""
    items = ['<blank length="5"/>', with_filters(10, 59, *filters)]
    return read(saved(folder, shotcut([producer(0)], items)))


def test_fades_of_kdenlive_lie_where_the_media_are_shown(tmp_path: Path) -> None:
    fade_in = filter_("volume", prop("gain", 0), prop("end", 1), span=(10, 19))
    fade_out = filter_("volume", prop("gain", 1), prop("end", 0), span=(50, 59))

    assert levels(of_entry(tmp_path, fade_in, fade_out), 25) == {
        "V1/0": [(5, 0), (15, 1), (45, 1), (55, 0)]
    }


def test_a_level_in_decibels_is_keyed_from_the_in_point_of_the_filter(tmp_path: Path) -> None:
    keys = prop("level", "0=-60;00:00:00.400=0")
    found = of_entry(tmp_path, filter_("volume", keys, span=(10, 59)))

    # Ten frames of 25 are 0.4 s. Evenly in dB: half way it is at -30 dB.
    assert gains(found, "V1/0", 5, 10, 15, 40, rate=25) == [0.001, 0.032, 1, 1]


def test_key_frames_without_an_in_point_count_from_the_start_of_the_media(tmp_path: Path) -> None:
    keys = prop("gain", "20=1;30=0.5")

    assert levels(of_entry(tmp_path, filter_("volume", keys)), 25) == {"V1/0": [(15, 1), (25, 0.5)]}


def test_a_key_that_is_held_jumps_at_the_next_one(tmp_path: Path) -> None:
    keys = prop("gain", "20|=1;30=0.5")

    assert levels(of_entry(tmp_path, filter_("volume", keys)), 25) == {"V1/0": [(25, 1), (25, 0.5)]}


def test_a_gain_over_a_part_of_a_clip_ends_with_that_part(tmp_path: Path) -> None:
    part = filter_("volume", prop("gain", "-20dB"), span=(20, 29))

    assert levels(of_entry(tmp_path, part), 25) == {
        "V1/0": [(15, 1), (15, 0.1), (25, 0.1), (25, 1)]
    }


@pytest.mark.parametrize("level", ["loud", "0=1;x=2", "1e9", "-=3"])
def test_a_level_that_is_none_counts_as_not_set(level: str, tmp_path: Path) -> None:
    assert of_entry(tmp_path, filter_("volume", prop("level", level))).levels == ()


def test_effects_are_named_as_the_application_names_them(tmp_path: Path) -> None:
    black = filter_("brightness", prop("kdenlive_id", "fade_from_black"), span=(10, 19))
    off = filter_("sepia", prop("disable", 1))
    own = filter_("panner", prop("internal_added", 237))
    blur = filter_("avfilter.gblur", prop("shotcut:filter", "blurGaussian"))

    assert left_out(of_entry(tmp_path, black, off, own, blur), 25) == [
        ("effect", "fade_from_black", 5, 15),
        ("effect", "blurGaussian", 5, 55),
    ]


def test_a_title_is_named(tmp_path: Path) -> None:
    title = producer(0, prop("kdenlive:clipname", "Opening"), service="kdenlivetitle")
    path = saved(tmp_path, kdenlive([title], [entry(0, 0, 9)]), ".kdenlive")

    assert left_out(read(path), 25) == [("title", "Opening", 0, 10)]


def test_the_sound_of_a_muted_track_of_pictures_is_muted(tmp_path: Path) -> None:
    path = saved(tmp_path, kdenlive([producer(0)], [entry(0, 0, 9)]), ".kdenlive")

    assert read(path).muted == {"V1/0"}


@pytest.mark.parametrize("off", [prop("set.test_audio", 1), prop("audio_index", -1)])
def test_the_sound_of_a_clip_may_be_switched_off_alone(off: str, tmp_path: Path) -> None:
    services = [producer(0, off), producer(1)]
    path = saved(tmp_path, shotcut(services, [entry(0, 0, 9), entry(1, 0, 9)]))

    assert read(path).muted == {"V1/0"}


def test_pictures_of_shotcut_are_heard_beside_its_audio_tracks(tmp_path: Path) -> None:
    path = saved(tmp_path, shotcut([producer(0)], [entry(0, 0, 9)]))

    assert read(path).pictures_sound


@pytest.mark.parametrize(
    ("resource", "found"), [("", []), ("%luma01.pgm", [("transition", "lumaMix", 8, 12)])]
)
def test_a_wipe_between_clips_is_named_and_a_dissolve_is_not(
    resource: str, found: list[object], tmp_path: Path
) -> None:
    halves = [f'<track producer="{n}" in="8" out="11"/>' for n in (0, 1)]
    luma = f"""<transition in="0" out="3">{prop("mlt_service", "luma")}{prop("resource", resource)}
        {prop("a_track", 0)}{prop("b_track", 1)}{prop("shotcut:transition", "lumaMix")}
        </transition>"""
    over = tractor("over", prop("shotcut:transition", "lumaMix"), *halves, luma)
    items = [entry(0, 0, 7), entry("over", 0, 3), entry(1, 12, 19)]
    path = saved(tmp_path, shotcut([producer(0), producer(1), over], items))

    assert left_out(read(path), 25) == found


def test_a_level_of_a_track_is_one_of_its_clips(tmp_path: Path) -> None:
    quiet = filter_("volume", prop("gain", 0.5))
    main = tractor("main", track("list"))
    text = mlt(producer(0), playlist("list", entry(0, 10, 19), entry(0, 0, 9), quiet), main)

    assert levels(read(saved(tmp_path, text)), 25) == {
        "V1/0": [(0, 0.5)],
        "V1/1": [(10, 0.5)],
    }


def test_fades_of_picture_hold_at_the_middles_of_their_key_frames(tmp_path: Path) -> None:
    # As Kdenlive writes them, and as Shotcut does.
    fade_in = filter_("brightness", prop("level", "0=0;9=1"), prop("alpha", 1), span=(10, 19))
    opacity = prop("alpha", "00:00:01.600=1;00:00:01.960=0")
    fade_out = filter_("brightness", prop("level", 1), opacity, span=(10, 59))
    found = of_entry(tmp_path, fade_in, fade_out)

    assert fades(found, 25) == [
        ("V1/0", 5.5, 14.5, "in", "black"),
        ("V1/0", 45.5, 54.5, "out", "transparent"),
    ]
    assert found.left_out == ()


def test_a_fade_by_start_and_end_reaches_its_end_at_the_last_frame(
    tmp_path: Path,
) -> None:
    old = filter_("brightness", prop("start", 1), prop("end", 0), span=(50, 59))

    assert fades(of_entry(tmp_path, old), 25) == [("V1/0", 45.5, 54.5, "out", "black")]


@pytest.mark.parametrize(
    "facts",
    [
        prop("level", "0=0.5;9=1"),
        prop("level", "0=1;20=0;49=1"),
        prop("level", "0|=0;9=1"),
        prop("level", "0=0;nine=1"),
        prop("level", "0=0;9=1") + prop("alpha", -1),
    ],
)
def test_what_is_no_fade_is_named(facts: str, tmp_path: Path) -> None:
    found = of_entry(tmp_path, filter_("brightness", facts, span=(10, 59)))

    assert found.fades == ()
    assert left_out(found, 25) == [("effect", "brightness", 5, 55)]


@pytest.mark.parametrize(("make", "suffix"), [(shotcut, ".mlt"), (kdenlive, ".kdenlive")])
def test_sound_crosses_in_mixes(make: Callable[..., str], suffix: str, tmp_path: Path) -> None:
    path = saved(tmp_path, make([producer(0)], [entry(0, 0, 9)]), suffix)

    assert read(path).sound_crosses
