"""Times of MLT, compared with what MLT 7.12 makes of them."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shotlog_otio.mlt import clock_of, frames_of

FILM, NTSC, THIRDS = Fraction(24000, 1001), Fraction(30000, 1001), Fraction(100, 3)
RATES = [FILM, 24, 25, NTSC, 30, 48, 50, Fraction(60000, 1001), 60, 100, THIRDS]


@pytest.mark.parametrize(
    ("text", "rate", "frame"),
    [
        ("00:00:01.001", FILM, 24),
        ("00:00:00.042", FILM, 1),
        ("00:01:00.000", FILM, 1438),  # the frames that begin in a minute: 1438.56
        ("00:01:00;02", NTSC, 1800),  # MLT's timecodes never drop frames
        ("1:00:00:00", NTSC, 107892),
        ("00:00:01", NTSC, 1),  # without a point the last number counts frames
        ("0:01.5", NTSC, 45),
        ("01:30.25", FILM, 2163),
        ("00:59:60.000", FILM, 86314),
        ("00:00:01.", THIRDS, 33),
        ("10", 25, 10),
        ("10.9", 25, 10),
        ("-5", 25, -5),
    ],
)
def test_times_are_read_as_mlt_reads_them(text: str, rate: Fraction, frame: int) -> None:
    assert frames_of(text, Fraction(rate)) == frame


def test_a_decimal_comma_counts_as_in_projects_of_old_that_have_one() -> None:
    assert frames_of("00:00:02,500", Fraction(30)) == 75


@given(st.integers(0, 10**7), st.sampled_from(RATES))
def test_a_frame_comes_back_from_its_clock(frame: int, rate: Fraction) -> None:
    assert frames_of(clock_of(frame, Fraction(rate)), Fraction(rate)) == frame


@pytest.mark.parametrize("text", ["", "abc", "1:2:3:4:5", "00:00:aa.000", "9" * 17, "NaN", ":"])
def test_what_is_no_time_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no time|is out of all bounds"):
        frames_of(text, Fraction(25))
