"""Speeds of M2 lines and freeze frames."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from tests.otio.edl.lists import event, inspect, record, source

RECORD = "00:00:00:00 00:00:02:00"


def m2(reel: str, speed: str, at: str = "01:00:00:00") -> str:
    return f"M2   {reel:<8}       {speed}                {at} "


@pytest.mark.parametrize(
    ("speed", "factor", "frames"),
    [
        ("048.0", 2, (86400, 86496)),
        ("012.0", Fraction(1, 2), (86400, 86424)),
        ("12", Fraction(1, 2), (86400, 86424)),
        ("+036,0", Fraction(3, 2), (86400, 86472)),
        ("024.0", 1, (86400, 86448)),
    ],
)
def test_the_speed_of_an_m2_line_is_in_frames_per_second(
    tmp_path: Path, speed: str, factor: Fraction, frames: tuple[int, int]
) -> None:
    line = event(1, "01:00:00:00 01:00:04:00", RECORD)
    (clip,) = inspect(tmp_path, line, m2("A001", speed)).clips
    assert (record(clip), source(clip)) == ((0, 48), frames)
    assert clip.speed == factor


@pytest.mark.parametrize("speed", ["-024.0", "- 24.0", "-24"])
def test_backwards_the_frame_at_the_source_in_is_shown_first(tmp_path: Path, speed: str) -> None:
    # Media Composer writes one frame of source for a clip that runs backwards.
    line = event(1, "01:00:10:00 01:00:10:01", RECORD)
    (clip,) = inspect(tmp_path, line, m2("A001", speed, "01:00:10:00")).clips
    assert source(clip) == (86640 - 47, 86641)
    assert clip.speed == -1


def test_backwards_from_the_first_frame_the_written_range_is_taken(tmp_path: Path) -> None:
    # Premiere Pro writes the range itself, and there is nothing before it.
    found = inspect(tmp_path, event(1, "00:00:00:00 00:00:02:00", RECORD), m2("A001", "-24.0"))
    assert source(found.clips[0]) == (0, 48)
    assert found.clips[0].speed == -1
    assert any("runs backwards" in text for text in found.warnings)


@pytest.mark.parametrize(
    "lines",
    [
        [m2("A001", "000.0")],
        [m2("A001", "000.0"), "* FROM CLIP NAME: a", "* * FREEZE FRAME"],
        ["** FREEZE FRAME"],
    ],
)
def test_a_freeze_shows_one_frame(tmp_path: Path, lines: list[str]) -> None:
    (clip,) = inspect(tmp_path, event(1, "01:00:00:05 01:00:00:06", RECORD), *lines).clips
    assert (record(clip), source(clip)) == ((0, 48), (86405, 86406))
    assert clip.speed == 0


def test_a_freeze_is_on_the_grid_of_its_own_rate(tmp_path: Path) -> None:
    line = event(1, "01:00:00:05 01:00:00:06", RECORD)
    (clip,) = inspect(tmp_path, line, m2("A001", "000.0"), rate=25).clips
    assert source(clip, 25) == (90005, 90006)


def test_a_speed_is_for_the_reel_that_it_names(tmp_path: Path) -> None:
    found = inspect(
        tmp_path,
        event(1, "01:00:00:00 01:00:04:00", RECORD, reel="FAST"),
        event(2, "02:00:00:00 02:00:02:00", "00:00:02:00 00:00:04:00", reel="PLAIN"),
        m2("FAST", "048.0"),
    )
    assert [clip.speed for clip in found.clips] == [2, 1]


def test_in_a_dissolve_the_speed_of_the_outgoing_clip_is_not_that_of_the_incoming(
    tmp_path: Path,
) -> None:
    found = inspect(
        tmp_path,
        event(1, "01:00:00:00 01:00:04:00", RECORD, reel="A"),
        m2("A", "048.0"),
        event(2, "01:00:04:00 01:00:04:00", "00:00:02:00 00:00:02:00", reel="A"),
        event(2, "02:00:00:00 02:00:01:00", "00:00:02:00 00:00:04:00", reel="B", edit="D    012"),
        m2("A", "048.0", "01:00:04:00"),
        m2("B", "012.0", "02:00:00:00"),
    )
    assert [(clip.name, clip.speed) for clip in found.clips] == [("A", 2), ("B", Fraction(1, 2))]


def test_of_two_events_of_a_reel_the_speed_is_for_the_one_at_its_time(tmp_path: Path) -> None:
    found = inspect(
        tmp_path,
        event(1, "01:00:00:00 01:00:04:00", RECORD),
        event(2, "02:00:00:00 02:00:02:00", "00:00:02:00 00:00:04:00", channels="V2"),
        m2("A001", "048.0", "01:00:00:00"),
    )
    assert [clip.speed for clip in found.clips] == [2, 1]


def test_a_reel_that_a_column_cut_off_is_the_same(tmp_path: Path) -> None:
    line = event(1, "01:00:00:00 01:00:04:00", RECORD, reel="A001_C00")
    (clip,) = inspect(tmp_path, line, m2("A001_C001_R1BY", "048.0")).clips
    assert clip.speed == 2


def test_a_speed_for_no_reel_of_the_list_is_told(tmp_path: Path) -> None:
    found = inspect(tmp_path, event(1, "01:00:00:00 01:00:02:00", RECORD), m2("OTHER", "048.0"))
    assert found.clips[0].speed == 1
    assert 'line 3 sets a speed for the reel "OTHER"' in found.problems[0].message


@pytest.mark.parametrize(
    ("motion", "rate", "speed"),
    [
        ("23.98", Fraction(24000, 1001), 1),
        ("24.0", Fraction(24000, 1001), 1),
        ("-29.97", Fraction(30000, 1001), -1),
        ("12.0", Fraction(24000, 1001), Fraction(1, 2)),
        ("60.0", Fraction(30000, 1001), 2),
    ],
)
def test_at_pulled_down_rates_the_rounder_percentage_is_meant(
    tmp_path: Path, motion: str, rate: Fraction, speed: Fraction
) -> None:
    line = event(1, "01:00:00:00 01:00:02:00", RECORD)
    (clip,) = inspect(tmp_path, line, m2("A001", motion), rate=rate).clips
    assert clip.speed == speed
