"""The frame rate of a list, and drop-frame."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from tests.otio.edl.lists import AT_24, NTSC, event, inspect, record, source

SHORT = event(1, "00:00:00:00 00:00:01:00", "01:00:00:00 01:00:01:00")


def test_the_rate_that_the_user_gives_is_taken(tmp_path: Path) -> None:
    found = inspect(tmp_path, SHORT, rate=Fraction(24000, 1001))
    assert (found.rate, found.start_frame) == (Fraction(24000, 1001), 86400)
    assert found.warnings == ()


@pytest.mark.parametrize("highest", [23, 24, 29, 47, 49, 59])
def test_frame_numbers_rule_out_slower_rates(tmp_path: Path, highest: int) -> None:
    line = event(1, f"00:00:00:00 00:00:00:{highest}", f"01:00:00:00 01:00:00:{highest}")
    found = inspect(tmp_path, line, rate=None)
    assert found.rate == highest + 1
    if highest < 59:
        assert "the lowest that fits all its timecodes" in found.warnings[0]


def test_the_rate_is_that_at_which_source_and_record_are_equally_long(tmp_path: Path) -> None:
    at_25 = event(1, "00:00:00:12 00:00:02:00", "01:00:00:00 01:00:01:13")
    found = inspect(tmp_path, at_25, rate=None)
    assert (found.rate, found.warnings) == (Fraction(25), ())
    assert [record(clip) for clip in found.clips] == [(0, 38)]
    found = inspect(tmp_path, AT_24, rate=None)
    assert found.rate == 24
    assert "23.976 would fit too, and --rate sets it" in found.warnings[0]


def test_one_frame_too_many_of_every_source_is_no_sign_of_another_rate(tmp_path: Path) -> None:
    lines = [
        event(n, f"00:00:00:{n:02d} 00:00:02:{n + 1:02d}", f"01:{n}:00:00 01:{n}:02:00")
        for n in range(10, 20)
    ]
    assert inspect(tmp_path, *lines, AT_24.replace("10:00", "10:01"), rate=None).rate == 24


def test_of_rates_that_fit_the_speeds_decide(tmp_path: Path) -> None:
    lines = [event(1, "00:00:10:00 00:00:20:00", "01:00:00:00 01:00:10:00"),
             "M2   A001       -25.0                      00:00:10:00"]  # fmt: skip
    assert inspect(tmp_path, *lines, rate=None).rate == 25


@pytest.mark.parametrize(
    ("comment", "rate"),
    [
        ("* FRAME RATE: 25", Fraction(25)),
        ("* FRAME RATE 29.97", NTSC),
        ("FRAME RATE: 23.976", Fraction(24000, 1001)),
        ("* exported at 50 fps", Fraction(50)),
    ],
)
def test_a_header_may_tell_the_rate(tmp_path: Path, comment: str, rate: Fraction) -> None:
    found = inspect(tmp_path, comment, SHORT, rate=None)
    assert (found.rate, found.warnings) == (rate, ())


DROP = event(1, "00:00:58:00 00:01:02:02", "01:00:58:00 01:01:02:02")
SIGNED = DROP.replace("58:00", "58;00").replace("02:02", "02;02")


@pytest.mark.parametrize("lines", [["FCM: DROP FRAME", DROP], [SIGNED], ["fcm:drop frame", DROP]])
def test_drop_frame_is_told_by_signs_or_by_the_header_alone(
    tmp_path: Path, lines: list[str]
) -> None:
    found = inspect(tmp_path, *lines, rate=None)
    # Two labels are dropped at the minute: 124 labels are 120 frames and two.
    assert (found.rate, found.drop_frame) == (NTSC, True)
    assert found.start_frame == 107892 + 58 * 30
    assert record(found.clips[0]) == (0, 120)
    assert source(found.clips[0], NTSC) == (58 * 30, 58 * 30 + 120)


def test_at_60_frames_four_labels_are_dropped(tmp_path: Path) -> None:
    line = event(1, "00:00:59;59 00:01:00;05", "00:00:59;59 00:01:00;05")
    found = inspect(tmp_path, line, rate=None)
    assert (found.rate, record(found.clips[0])) == (2 * NTSC, (0, 2))


def test_without_a_sign_a_time_beside_signs_counts_every_frame(tmp_path: Path) -> None:
    line = event(1, "00:01:00:00 00:01:01:00", "00:01:00;02 00:01:01;02")
    found = inspect(tmp_path, "FCM: DROP FRAME", line, rate=None)
    assert source(found.clips[0], NTSC) == (1800, 1830)
    assert found.start_frame == 1800


def test_a_header_that_changes_speaks_of_the_sources_that_follow(tmp_path: Path) -> None:
    found = inspect(
        tmp_path,
        "FCM: NON-DROP FRAME",
        event(1, "00:00:00:00 00:00:30:00", "01:00:00:00 01:00:30:00"),
        "FCM: DROP FRAME",
        # 1798 frames of source in drop-frame, and of record in non-drop-frame.
        event(2, "00:00:30:00 00:01:30:00", "01:00:30:00 01:01:29:28"),
        event(3, "00:00:00:00 00:00:30:00", "01:01:29:28 01:01:59:28"),
        rate=None,
    )
    assert (found.rate, found.drop_frame, found.start_frame) == (NTSC, False, 108000)
    assert [record(clip) for clip in found.clips] == [(0, 900), (900, 2698), (2698, 3598)]
    assert source(found.clips[1], NTSC) == (900, 2698)


def test_a_record_may_change_with_the_header_where_that_fits_better(tmp_path: Path) -> None:
    found = inspect(
        tmp_path,
        "FCM: NON-DROP FRAME",
        event(1, "00:00:00:00 00:00:30:00", "01:00:00:00 01:00:30:00"),
        "FCM: DROP FRAME",
        event(2, "00:00:30:00 00:01:30:00", "01:10:30:00 01:11:30:00"),
        rate=None,
    )
    assert record(found.clips[1])[1] - record(found.clips[1])[0] == 1798
    assert not any("no speed" in text for text in found.warnings)


def test_a_header_may_claim_drop_frame_where_lengths_say_otherwise(tmp_path: Path) -> None:
    found = inspect(tmp_path, "FCM: DROP FRAME", AT_24, rate=None)
    assert (found.rate, found.drop_frame) == (Fraction(24), False)
    assert "claims to count drop-frame" in found.warnings[0]


def test_a_label_that_drop_frame_has_not_is_the_frame_after(tmp_path: Path) -> None:
    line = event(1, "00:01:00;00 00:01:01;00", "00:01:00;00 00:01:01;00")
    assert inspect(tmp_path, line, rate=None).start_frame == 1800


def test_a_source_may_count_at_a_rate_of_its_own(tmp_path: Path) -> None:
    lines = [
        event(n, f"00:{n:02d}:00:12 00:{n:02d}:02:00", f"01:{n:02d}:00:00 01:{n:02d}:01:12")
        for n in range(10)
    ]
    sound = event(99, "00:00:01:15 00:00:02:27", "01:30:00:00 01:30:01:10", reel="DAT")
    found = inspect(tmp_path, *lines, sound, rate=None)
    assert found.rate == 24
    (clip,) = (clip for clip in found.clips if clip.name == "DAT")
    assert (clip.source_in, clip.source_rate) == (Fraction(3, 2), Fraction(30))
    assert any('"DAT": its source timecodes' in text for text in found.warnings)
