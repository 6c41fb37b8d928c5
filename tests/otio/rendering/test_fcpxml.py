"""Facts for renders in FCPXML: 24 frames per second; clips start at 3600 s of their media."""

from __future__ import annotations

from pathlib import Path

import pytest

from shotlog.schema import RenderFacts
from tests.otio.fcpxml.projects import project, written
from tests.otio.rendering.facts import fades, gains, left_out, levels, read


def facts(folder: Path, *spine: str) -> RenderFacts:
    return read(written(folder, project("".join(spine))))


def clip(*inside: str, offset: int = 0, frames: int = 48, start: str = "3600s") -> str:
    return (
        f'<asset-clip ref="film" name="film" offset="{offset}/24s" start="{start}"'
        f' duration="{frames}/24s">{"".join(inside)}</asset-clip>'
    )


def volume(*inside: str, amount: str = "") -> str:
    told = f' amount="{amount}"' if amount else ""
    return f'<adjust-volume{told}><param name="amount">{"".join(inside)}</param></adjust-volume>'


def test_a_level_in_decibels_is_that_of_the_sound_alone(tmp_path: Path) -> None:
    found = facts(tmp_path, clip(), clip('<adjust-volume amount="-20dB"/>', offset=48))

    assert levels(found) == {"A1/1": [(48, 0.1)]}
    assert found.left_out == ()


def test_fades_are_as_long_as_they_say(tmp_path: Path) -> None:
    fades = volume('<fadeIn type="easeIn" duration="12/24s"/><fadeOut duration="1s"/>')

    assert levels(facts(tmp_path, clip(), clip(fades, offset=48))) == {
        "A1/1": [(48, 0), (60, 1), (72, 1), (96, 0)]
    }


def test_key_frames_count_on_the_clips_own_time(tmp_path: Path) -> None:
    keys = """<keyframeAnimation><keyframe time="3601s" value="0dB"/>
        <keyframe time="86436/24s" value="-20dB"/></keyframeAnimation>"""

    found = facts(tmp_path, clip(), clip(volume(keys), offset=48))
    assert gains(found, "A1/1", 48, 72, 84, 96) == [1, 1, 0.1, 0.1]


def test_a_level_inside_of_a_clip_counts_with_that_of_the_clip(tmp_path: Path) -> None:
    inner = '<asset-clip ref="film" offset="0s" start="3600s" duration="4s">{}</asset-clip>'
    keys = '<keyframeAnimation><keyframe time="3602s" value="0dB"/>{}</keyframeAnimation>'
    falling = volume(keys.format('<keyframe time="3603s" value="-20dB"/>'))
    outer = f"""<clip offset="0s" start="1s" duration="48/24s">{inner.format(falling)}
        <adjust-volume amount="-20dB"/></clip>"""

    # The clip shows the second and third second of what it holds.
    assert gains(facts(tmp_path, outer), "A1/0", 0, 24, 48) == [0.1, 0.1, 0.01]


def test_a_title_and_a_generator_are_named(tmp_path: Path) -> None:
    made = """<title ref="t" name="Opening" offset="0s" duration="24/24s"/>
        <video ref="clouds" name="Clouds" offset="24/24s" duration="12/24s"/>"""

    assert left_out(facts(tmp_path, made)) == [
        ("title", "Opening", 0, 24),
        ("generator", "Clouds", 24, 36),
    ]


@pytest.mark.parametrize(
    ("inside", "found"),
    [
        ('<filter-video ref="r" name="50s TV"/>', ("effect", "50s TV")),
        ('<filter-audio ref="r" name="Telephone"/>', ("effect", "Telephone")),
        ('<adjust-stabilization type="automatic"/>', ("effect", "Stabilization")),
        ('<adjust-conform type="fill"/>', ("effect", "Spatial Conform")),
        ('<adjust-transform scale="2 2"/>', ("effect", "Transform")),
        ('<adjust-crop mode="trim"><trim-rect left="5"/></adjust-crop>', ("effect", "Crop")),
        ('<adjust-blend amount="0.5"/>', ("blend", "Opacity")),
        ('<adjust-blend amount="1.0" mode="10"/>', ("blend", "Blend Mode 10")),
        ('<adjust-voiceIsolation amount="80"/>', ("effect", "Voice Isolation")),
    ],
)
def test_effects_are_named(inside: str, found: tuple[str, str], tmp_path: Path) -> None:
    assert left_out(facts(tmp_path, clip(inside))) == [(*found, 0, 48)]


@pytest.mark.parametrize(
    "inside",
    [
        '<filter-video ref="r" name="50s TV" enabled="0"/>',
        '<adjust-conform type="fit"/>',
        '<adjust-transform position="0 0" scale="1 1"/>',
        '<adjust-crop mode="trim"><trim-rect/></adjust-crop>',
        '<adjust-blend amount="1.0"/>',
        '<adjust-colorConform enabled="1" autoOrManual="manual"/>',
        '<adjust-volume amount="0dB"/>',
        '<adjust-volume amount="loud"/>',
        '<adjust-volume><param name="amount"><fadeIn duration="soon"/></param></adjust-volume>',
    ],
)
def test_what_changes_nothing_or_tells_nothing_is_no_fact(inside: str, tmp_path: Path) -> None:
    assert facts(tmp_path, clip(inside)) == RenderFacts()


def test_an_effect_on_a_freeze_frame_is_named_over_all_of_it(tmp_path: Path) -> None:
    map_ = '<timeMap><timept time="0s" value="3600s"/><timept time="2s" value="3600s"/></timeMap>'
    held = clip(map_, '<filter-video ref="r" name="Blur"/>', start="0s")

    assert left_out(facts(tmp_path, held)) == [("effect", "Blur", 0, 48)]


def test_a_wipe_is_named_and_a_dissolve_is_not(tmp_path: Path) -> None:
    over = '<transition name="{}" offset="{}/24s" duration="12/24s"/>'
    found = facts(
        tmp_path,
        clip(),
        over.format("Cross Dissolve", 42),
        clip(offset=48),
        over.format("Wipe", 90),
        clip(offset=96),
    )

    assert left_out(found) == [("transition", "Wipe", 90, 102)]


def test_transitions_beside_gaps_are_fades_of_their_clip(tmp_path: Path) -> None:
    over = '<transition name="Cross Dissolve" offset="{}/24s" duration="{}/24s"/>'
    gap = '<gap name="Gap" offset="48/24s" duration="24/24s"/>'
    spine = (
        over.format(0, 12), clip(), over.format(42, 12), gap, clip(offset=72),
        over.format(114, 12), clip(offset=120),
    )  # fmt: skip

    assert fades(facts(tmp_path, *spine)) == [
        ("V1/1", 0, 12, "in", "transparent"),
        ("V1/1", 42, 54, "out", "transparent"),
    ]


def test_sound_of_one_lane_overlaps_without_a_fade(tmp_path: Path) -> None:
    assert not facts(tmp_path, clip()).sound_crosses
