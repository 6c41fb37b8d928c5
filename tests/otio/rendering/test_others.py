"""Facts for renders in projects of OpenShot and GES, and in edit decision lists."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.otio.openshot import projects as openshot
from tests.otio.rendering.facts import left_out, levels, read
from tests.otio.xges import projects as xges


def curve(*points: tuple[float, float], way: int = 1) -> dict[str, Any]:
    return {"Points": [{"co": {"X": x, "Y": y}, "interpolation": way} for x, y in points]}


def test_a_volume_of_openshot_counts_frames_from_1_at_the_start_of_the_media(
    tmp_path: Path,
) -> None:
    keyed = openshot.clip("a", 1, 0.5, 1.5)
    keyed["volume"] = curve((13, 0), (25, 1))
    quiet = openshot.clip("b", 2, 0, 1)
    quiet["volume"] = curve((1, 0.5))

    # From frame 12 of the media on, at frame 24 of the timeline.
    assert levels(read(openshot.saved(tmp_path, openshot.project(keyed, quiet)))) == {
        "V1/0": [(24, 0), (36, 1)],
        "V1/1": [(48, 0.5)],
    }


def test_effects_curves_and_muted_sound_of_openshot_are_told(tmp_path: Path) -> None:
    clip = openshot.clip("a", 0, 0, 1)
    clip |= {"effects": [{"type": "Blur", "name": "Blur"}], "scale_x": curve((1, 1), (9, 2))}
    clip |= {"alpha": curve((1, 1)), "has_audio": curve((1, 0))}
    title = openshot.clip("Opening", 1, 0, 1, path="", type="QtHtmlReader")
    facts = read(openshot.saved(tmp_path, openshot.project(clip, title)))

    assert left_out(facts) == [
        ("effect", "Scale", 0, 24),
        ("effect", "Blur", 0, 24),
        ("title", "Opening", 24, 48),
    ]
    assert facts.muted == {"V1/0"}
    assert facts.pictures_sound


@pytest.mark.parametrize("volume", [None, [], {"Points": "x"}, curve((1, -5)), curve((1, 1e9))])
def test_a_volume_of_openshot_that_is_none_counts_as_not_set(volume: Any, tmp_path: Path) -> None:
    clip = openshot.clip("a", 0, 0, 1) | {"volume": volume}

    assert read(openshot.saved(tmp_path, openshot.project(clip))).levels == ()


def source(kind: int, *inner: str, children: str = "") -> str:
    return (
        f"<source track-id='0' properties='properties, track-type=(int){kind};'"
        f" children-properties='properties, {children};'>{''.join(inner)}</source>"
    )


def test_a_volume_of_ges_is_keyed_in_the_time_of_its_media(tmp_path: Path) -> None:
    keys = "<binding type='direct' property='volume' values=' 1000000000:0.1  2000000000:0'/>"
    text = xges.project(xges.layer(0, xges.clip("a", 12, 24, 24, source(2, keys))))

    # A tenth of the range of 0 to 10 is 1. The in-point is one second.
    assert levels(read(xges.saved(tmp_path, text))) == {"V1/0": [(12, 1), (36, 0)]}


def test_a_level_of_ges_that_stays_is_a_property_of_its_source(tmp_path: Path) -> None:
    quiet = source(2, children="GstVolume::volume=(double)0.5")
    text = xges.project(xges.layer(0, xges.clip("a", 0, 24, 0, quiet)))

    assert levels(read(xges.saved(tmp_path, text))) == {"V1/0": [(0, 0.5)]}


def test_effects_titles_wipes_and_muted_sound_of_ges_are_told(tmp_path: Path) -> None:
    effect = "<effect asset-id='gamma gamma=2' properties='properties, active=(boolean)true;'/>"
    muted = source(2, children="GstVolume::mute=(boolean)true")
    clips = [
        xges.clip("a", 0, 24, 0, effect, muted),
        xges.clip("b", 20, 24, 0),
        xges.clip("w", 20, 4, url="bar-wipe-lr", kind="GESTransitionClip"),
        xges.clip("c", 40, 24, 0),
        xges.clip("d", 40, 4, url="crossfade", kind="GESTransitionClip"),
        xges.clip("Opening", 64, 24, kind="GESTitleClip"),
    ]
    facts = read(xges.saved(tmp_path, xges.project(xges.layer(0, *clips))))

    # Times in nanoseconds are near frames.
    parts = [(p.kind, p.name, p.range) for p in facts.left_out if p.range]
    found = [(k, n, round(r.start * 24), round(r.end * 24)) for k, n, r in parts]
    assert found == [
        ("effect", "gamma", 0, 24),
        ("transition", "bar-wipe-lr", 20, 24),
        ("title", "Opening", 64, 88),
    ]
    assert facts.muted == {"V1/0"}


def test_a_wipe_of_a_list_is_named_and_a_dissolve_is_not(tmp_path: Path) -> None:
    path = tmp_path / "cut.edl"
    path.write_text(
        "TITLE: cut\nFCM: NON-DROP FRAME\n"
        "001  AX  V  C         00:00:00:00 00:00:01:00 00:00:00:00 00:00:01:00\n"
        "002  AX  V  W001 012  00:00:00:00 00:00:01:00 00:00:01:00 00:00:02:00\n"
        "003  AX  V  D    012  00:00:00:00 00:00:01:00 00:00:02:00 00:00:03:00\n"
    )

    assert left_out(read(path)) == [("transition", "Wipe", 24, 36)]
