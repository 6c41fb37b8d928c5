"""Speed in FCPXML: rate conforming, and time maps that play faster, backwards, frozen or ramped."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from shotlog.schema import TimeMap
from tests.otio.fcpxml.projects import FORMAT, inspected_spine, places, project, sources, written


def clip(inside: str, *, start: str = "0s", duration: str = "4s", ref: str = "pal") -> str:
    return f'<asset-clip ref="{ref}" name="a" start="{start}" duration="{duration}">{inside}'


def retimed(points: str, **facts: str) -> str:
    return clip(f"<timeMap>{points}</timeMap>", **facts) + "</asset-clip>"


def point(time: str, value: str, interpolation: str = "linear", around: str = "") -> str:
    return f'<timept time="{time}" value="{value}" interp="{interpolation}"{around}/>'


def map_of(folder: Path, spine: str) -> TimeMap:
    [found] = FORMAT.read(written(folder, project(spine))).clips
    return found.time_map


def test_a_conformed_clip_plays_a_frame_of_its_media_for_a_frame_of_the_timeline(
    tmp_path: Path,
) -> None:
    found = inspected_spine(
        tmp_path,
        clip('<conform-rate srcFrameRate="25"/>', start="10s", duration="50/24s")
        + '<title ref="clouds" lane="1" offset="11s" name="t" duration="1s"/>'
        '<marker start="301/25s" value="m"/></asset-clip>',
    )

    # Its own time is that of the media: 25 frames of it last as long as 25 frames at 24.
    assert sources(found.clips)[0] == (10, 12, Fraction(24, 25))
    assert places(found.clips) == [("V1", "a", 0, 50), ("V2", "t", 25, 49)]
    # The next frame would be behind the end of the clip.
    assert (found.markers, found.hidden_markers) == ((), 1)


@pytest.mark.parametrize(
    ("rate", "sequence", "speed"),
    [
        ("25", 'format="r24"', Fraction(24, 25)),
        ("50", 'format="r24"', Fraction(24, 25)),
        ("23.98", 'format="r25"', Fraction(25 * 1001, 24000)),
        ("59.94", 'format="r2997"', Fraction(1)),
        ("60", 'format="r2997"', Fraction(1000, 1001)),
        ("29.97", 'format="r24"', Fraction(1)),
        ("24", 'format="r50"', Fraction(1)),
        ("29.97", 'format="r60"', Fraction(1001, 1000)),
        ("23.98", 'format="r50"', Fraction(1001, 1000)),
        ("23.98", 'format="r60"', Fraction(1001, 1000)),
        ("23.98", 'format="r2997"', Fraction(1001, 1000)),
    ],
)
def test_only_near_rates_are_conformed(
    tmp_path: Path, rate: str, sequence: str, speed: Fraction
) -> None:
    spine = clip(f'<conform-rate srcFrameRate="{rate}"/>') + "</asset-clip>"
    formats = '<format id="r50" frameDuration="1/50s"/><format id="r60" frameDuration="1/60s"/>'
    [found] = inspected_spine(tmp_path, spine, sequence=sequence, media=formats).clips

    assert found.speed == speed


def test_a_clip_whose_conforming_is_off_keeps_its_speed(tmp_path: Path) -> None:
    spine = clip('<conform-rate scaleEnabled="0" srcFrameRate="25"/>') + "</asset-clip>"

    assert inspected_spine(tmp_path, spine).clips[0].speed == 1


def test_start_and_markers_of_a_retimed_clip_are_in_retimed_time(tmp_path: Path) -> None:
    found = inspected_spine(
        tmp_path,
        clip(
            "<timeMap>" + point("0s", "0s") + point("50s", "100s") + "</timeMap>"
            '<marker start="11s" value="m"/>'
            '<title ref="clouds" lane="1" offset="12s" name="t" duration="1s"/>',
            start="10s",
        )
        + "</asset-clip>",
    )

    assert sources(found.clips)[0] == (20, 28, 2)
    assert [(m.frame, m.on) for m in found.markers] == [(24, 0)]
    assert places(found.clips)[1] == ("V2", "t", 48, 72)


def test_a_reversed_clip_begins_with_its_last_frame(tmp_path: Path) -> None:
    spine = retimed(point("0s", "50s") + point("50s", "0s"), start="10s")
    [found] = inspected_spine(tmp_path, spine).clips

    assert sources([found]) == [(36, 40, -1)]
    assert map_of(tmp_path, spine).to_source(Fraction(0)) == 40


def test_a_frozen_clip_shows_one_frame_and_its_markers_stay_apart(tmp_path: Path) -> None:
    found = inspected_spine(
        tmp_path,
        clip(
            "<timeMap>" + point("0s", "8s") + point("50s", "8s") + "</timeMap>"
            '<marker start="1s" value="one"/><marker start="2s" value="two"/>'
        )
        + "</asset-clip>",
    )

    assert sources(found.clips) == [(8, 8 + Fraction(1, 25), 0)]
    assert [m.frame for m in found.markers] == [24, 48]


def test_a_ramp_of_straight_pieces_is_exact(tmp_path: Path) -> None:
    spine = retimed(
        point("0s", "0s") + point("2s", "4s") + point("3s", "4s") + point("5s", "2s"),
        start="1s",
        duration="3s",
    )
    ramp = map_of(tmp_path, spine)

    # Twice as fast for a second, held for a second, backwards for the last.
    seconds = map(Fraction, ("0", "1/2", "1", "3/2", "2", "5/2", "3"))
    assert [ramp.to_source(second) for second in seconds] == [2, 3, 4, 4, 4, Fraction(7, 2), 3]
    [found] = inspected_spine(tmp_path, spine).clips
    assert sources([found]) == [(2, 4, Fraction(1, 3))]
    assert not inspected_spine(tmp_path, spine).problems


def test_the_part_of_a_ramp_that_is_straight_is_no_ramp(tmp_path: Path) -> None:
    spine = retimed(
        point("0s", "0s") + point("2s", "4s") + point("50s", "52s"), start="3s", duration="1s"
    )

    assert sources(inspected_spine(tmp_path, spine).clips) == [(5, 6, 1)]


RAMP = (
    ("3600s", "3600s", "0s", "0s"),
    ("111052287/30720s", "3613110416666/1000000000s", "1s", "1s"),
    ("55756287/15360s", "3622474999999/1000000000s", "1s", "1s"),
    ("111972861/30720s", "3628093749999/1000000000s", "1s", "1s"),
    ("56216575/15360s", "3629966666666/1000000000s", "1s", "16666667/1000000000s"),
    (
        "1405439975/384000s", "3629966666666/1000000000s",
        "16666667/1000000000s", "8333333/1000000000s",
    ),
    ("1405452775/384000s", "3630s", "0s", "0s"),
)  # fmt: skip
SHOWN = {
    0: 0, 1: 0, 2: 1, 424: 370, 449: 391, 925: 684, 1349: 841, 1374: 845, 1782: 896, 1799: 899,
    1800: 899,
}  # fmt: skip
"""Frames of a timeline at 30 per second and those of the film shown then, as another project that
reads these ramps has measured them in Final Cut Pro."""


def test_a_smooth_transition_of_speed_follows_what_others_have_measured(tmp_path: Path) -> None:
    points = "".join(
        point(time, value, "smooth2", f' inTime="{before}" outTime="{after}"')
        for time, value, before, after in RAMP
    )
    film = '<asset id="m" start="3600s" duration="30s" hasVideo="1" format="r30"/>'
    text = project(
        retimed(points, ref="m", start="3600s", duration="60s"),
        media=f'{film}<format id="r30" frameDuration="1/30s"/>',
    )
    [found] = FORMAT.read(written(tmp_path, text)).clips

    for frame, source in SHOWN.items():
        exact = (found.time_map.to_source(Fraction(frame, 30)) - 3600) * 30
        # Straight pieces and rounded times may miss the start of a frame by a thousandth.
        assert source in (exact // 1, (exact + Fraction(1, 1000)) // 1), frame


def test_transitions_of_speed_do_not_reach_beyond_each_other(tmp_path: Path) -> None:
    wide = ' inTime="9s" outTime="9s"'
    spine = retimed(
        point("0s", "0s")
        + point("1s", "2s", "smooth2", wide)
        + point("2s", "3s", "smooth2", wide)
        + point("4s", "3s")
    )
    ramp = map_of(tmp_path, spine)

    assert [ramp.to_source(Fraction(second)) for second in (0, 4)] == [0, 3]


def test_an_outdated_kind_of_ramp_is_read_with_a_warning(tmp_path: Path) -> None:
    around = ' inTime="1/2s" outTime="1/2s"'
    spine = retimed(point("0s", "0s") + point("2s", "4s", "smooth", around) + point("4s", "5s"))
    [warning] = inspected_spine(tmp_path, spine).warnings

    assert warning.startswith("a: its speed ramp is of an outdated kind (smooth)")


def test_a_retimed_compound_clip_carries_its_clips_along(tmp_path: Path) -> None:
    media = (
        '<media id="m" name="M"><sequence format="r24" duration="20s" tcStart="0s"><spine>'
        '<asset-clip ref="film" name="one" start="3600s" duration="4s"/>'
        '<asset-clip ref="film" name="two" start="3650s" duration="4s"/>'
        "</spine></sequence></media>"
    )
    found = inspected_spine(
        tmp_path,
        '<ref-clip ref="m" start="1s" duration="2s"><timeMap>'
        + point("0s", "0s") + point("10s", "20s")
        + "</timeMap></ref-clip>",
        media=media,
    )  # fmt: skip

    assert places(found.clips) == [("V1", "one", 0, 24), ("V1", "two", 24, 48)]
    assert sources(found.clips) == [(2, 4, 2), (50, 52, 2)]
