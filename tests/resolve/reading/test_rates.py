"""Rates, times and timecodes are exact, whatever form Resolve tells them in."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shotlog.schema import exact_rate
from shotlog_resolve import rates
from tests.resolve.double import timecode_of
from tests.strategies import RATES

NTSC = Fraction(24000, 1001)


@pytest.mark.parametrize(
    ("told", "exact"),
    [
        ("24", 24), (24.0, 24), (25, 25), ("23.976", NTSC), (23.976, NTSC),
        (23.976024627685547, NTSC), ("23.98", NTSC), ("29.97 DF", Fraction(30000, 1001)),
        ("29.97", Fraction(30000, 1001)), (59.94006, Fraction(60000, 1001)),
        ("12.5", Fraction(25, 2)),
    ],
)  # fmt: skip
def test_a_rate_is_the_one_that_is_meant(told: object, exact: Fraction) -> None:
    assert rates.exact_rate(told) == exact


@pytest.mark.parametrize("told", ["", None, "0", -24, "nan", "fast", [], "1/0"])
def test_what_is_no_rate_is_refused(told: object) -> None:
    with pytest.raises(ValueError, match="no frame rate"):
        rates.exact_rate(told)


@given(st.fractions(1, 1000, max_denominator=2000))
def test_rates_are_read_as_the_daemon_reads_them(rate: Fraction) -> None:
    assert rates.exact_rate(float(rate)) == exact_rate(float(rate))


@pytest.mark.parametrize(
    ("rate", "setting", "drops"),
    [
        ("29.97 DF", "", True), ("29.97", "1", True), ("29.97", "0", False),
        ("29.97 NDF", "1", False), ("23.976", "1", False), (29.97, 1, True), ("25", "1", False),
        ("59.94", "1", True), ("29.97", None, False),
    ],
)  # fmt: skip
def test_drop_frame_is_told_by_the_rate_or_its_own_setting(
    rate: object, setting: object, drops: bool
) -> None:
    assert rates.rate_setting(rate, setting)[1] is drops


@pytest.mark.parametrize(
    ("timecode", "rate", "frame"),
    [
        ("01:00:00:00", Fraction(24), 86400),
        ("01:00:00:00", NTSC, 86400),  # 23.976 counts 24 to a second of timecode
        ("01:00:00:00", Fraction(50), 180000),
        ("00:01:00;02", Fraction(30000, 1001), 1800),  # 0 and 1 of the minute are left out
        ("00:10:00;00", Fraction(30000, 1001), 17982),  # but not of the tenth
        ("04:18:37;25", Fraction(30000, 1001), 465069),
        ("00:01:00;04", Fraction(60000, 1001), 3600),
        ("00:01:00:02", Fraction(30000, 1001), 1802),
        ("1.5 s", Fraction(25), None),
        ("", Fraction(25), None),
    ],
)
def test_a_timecode_is_a_frame_number(timecode: str, rate: Fraction, frame: int | None) -> None:
    assert rates.frames_of(timecode, rate) == frame


def test_a_measured_source_time_is_real_time_of_drop_frame() -> None:
    # Resolve 19.1.3.7 tells 15527.812 s for frame 300 of media that starts at 04:18:37;25.
    rate = Fraction(30000, 1001)
    start = rates.frames_of("04:18:37;25", rate)

    assert start is not None
    assert round(float((start + 300) / rate), 3) == 15527.812


def test_a_setting_overrules_the_punctuation_of_a_timecode() -> None:
    assert rates.frames_of("00:01:00:02", Fraction(30000, 1001), drop_frame=True) == 1800
    assert rates.frames_of("00:01:00;02", Fraction(30000, 1001), drop_frame=False) == 1802


@given(frame=st.integers(0, 24 * 3600 * 60), rate=st.sampled_from(RATES), drop=st.booleans())
def test_a_timecode_leads_back_to_its_frame(frame: int, rate: Fraction, drop: bool) -> None:
    told = rates.timecode_of(frame, rate, drop)

    assert rates.frames_of(told, rate) == frame
    assert (";" in told) == (drop and rates.can_drop_frames(rate))


@given(st.integers(0, 24 * 3600 * 30), st.sampled_from([30, 60]))
def test_drop_frame_counts_as_the_double_counts(frame: int, nominal: int) -> None:
    rate = Fraction(nominal * 1000, 1001)
    assert rates.timecode_of(frame, rate, True) == timecode_of(frame, rate, True)


@given(st.fractions(Fraction(1, 100), 100, max_denominator=300), st.booleans())
def test_a_speed_is_recovered_from_either_float(speed: Fraction, backwards: bool) -> None:
    speed = -speed if backwards else speed

    assert rates.exact_scalar(float(speed)) == speed


def test_noise_of_a_time_is_removed() -> None:
    assert rates.exact_time(20.000000000000004) == 20
    assert rates.exact_time(91046.625) == Fraction(91046625, 1000)
    assert rates.exact_scalar(0.3333333432674408) == Fraction(1, 3)  # a 32-bit float


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_what_is_no_number_is_refused(number: float) -> None:
    with pytest.raises(ValueError, match="no number"):
        rates.exact_time(number)
