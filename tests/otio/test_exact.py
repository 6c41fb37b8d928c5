"""Rounded numbers of files become the exact ones that they stand for."""

from __future__ import annotations

import math
import struct
from fractions import Fraction
from typing import Any

import opentimelineio as otio
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shotlog_otio import LONGEST, exact_range, exact_scalar, exact_seconds, simplest_fraction


def _time(value: float, rate: float) -> Any:
    return otio.opentime.RationalTime(value, rate)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (1.0, Fraction(1)),
        (-1.0, Fraction(-1)),
        (0.0, Fraction(0)),
        (0.99, Fraction(99, 100)),
        (1.0101010101010102, Fraction(100, 99)),
        (11.11111111111111, Fraction(100, 9)),
        (-0.51, Fraction(-51, 100)),
        (0.8545454551724138, Fraction(47, 55)),  # 24.7818182 frames over 29
        (0.95904095904, Fraction(960, 1001)),
        (1.001, Fraction(1001, 1000)),
        (1.2512512512512513, Fraction(1250, 999)),
        (0.3333333432674408, Fraction(1, 3)),  # a 32-bit float
        (0.9990010261535645, Fraction(1000, 1001)),  # likewise
        (1e300, Fraction(1e300)),
    ],
)
def test_a_rounded_speed_becomes_its_simple_fraction_again(written: float, meant: Fraction) -> None:
    assert exact_scalar(written) == meant


@given(st.integers(1, 3000), st.integers(1, 3000), st.sampled_from([1, -1]))
def test_every_speed_from_one_length_into_another_is_found(
    frames: int, length: int, sign: int
) -> None:
    assert exact_scalar(sign * frames / length) == Fraction(sign * frames, length)


@given(st.integers(1, 1000), st.integers(1, 1000))
def test_a_speed_that_passed_through_32_bits_is_found(frames: int, length: int) -> None:
    (rounded,) = struct.unpack("f", struct.pack("f", frames / length))
    assert exact_scalar(rounded) == Fraction(frames, length)


@given(st.floats(1e-6, 1e6))
def test_no_speed_is_changed_by_as_much_as_a_frame_in_a_day(written: float) -> None:
    change = abs(exact_scalar(written) - Fraction(written)) / Fraction(written)
    assert change * 86400 < Fraction(1, 120)


@given(st.fractions(Fraction(1, 1000), 1000), st.fractions(0, 10))
@example(Fraction(1, 3), Fraction(0))
def test_the_simplest_fraction_lies_between_and_has_the_least_denominator(
    low: Fraction, width: Fraction
) -> None:
    found = simplest_fraction(low, low + width)
    assert low <= found <= low + width
    for denominator in range(1, min(found.denominator, 200)):
        assert math.ceil(low * denominator) > (low + width) * denominator


@pytest.mark.parametrize(
    ("value", "rate", "seconds"),
    [
        (86400.0, 24.0, Fraction(3600)),
        (86400.0, 23.976, Fraction(86400 * 1001, 24000)),
        (1937905.0, 23.976024627685547, Fraction(1937905 * 1001, 24000)),
        (20.000000000000004, 24.0, Fraction(20, 24)),
        (266.3333333333325, 25.0, Fraction(799, 75)),
        (483.075, 25.0, Fraction(19323, 1000)),
        (91046.625, 25.0, Fraction(728373, 200)),
        (29.97002997002997, 23.976023976023978, Fraction(30, 24)),
        (-2.5, 25.0, Fraction(-1, 10)),
    ],
)
def test_a_time_is_the_exact_number_of_seconds(
    value: float, rate: float, seconds: Fraction
) -> None:
    assert exact_seconds(_time(value, rate)) == seconds


@pytest.mark.parametrize(
    ("value", "rate"),
    [
        (math.nan, 24),
        (math.inf, 24),
        (1e308, 24),
        (1, 0),
        (1, 1e-320),
        (1, -24),
        (1, math.nan),
        (1, math.inf),
    ],
)
def test_an_invalid_time_is_refused(value: float, rate: float) -> None:
    with pytest.raises(ValueError, match=r"no number|no frame rate|bounds"):
        exact_seconds(_time(value, rate))


def test_the_longest_time_is_the_last_that_is_taken() -> None:
    assert exact_seconds(_time(float(LONGEST), 1)) == LONGEST
    with pytest.raises(ValueError, match="bounds"):
        exact_seconds(_time(float(LONGEST) + 1, 1))


def test_a_negative_duration_is_no_range() -> None:
    with pytest.raises(ValueError, match="negative"):
        exact_range(otio.opentime.TimeRange(_time(0, 24), _time(-1, 24)))
