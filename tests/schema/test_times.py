"""Exact time: ranges, rates, timecode."""

import itertools
from fractions import Fraction

import opentimelineio as otio
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from shotlog.schema import (
    USUAL_RATES,
    Edit,
    TimecodeUnusable,
    TimeRange,
    counts_drop_frame,
    exact_rate,
    frame_of_timecode,
    nearest_frame,
    seconds_of,
    timecode,
    union,
)
from tests.strategies import moments, ranges, rates

COUNTED = [rate for rate in USUAL_RATES if rate <= 60]
"""Rates whose timecode has two digits of frames."""


@given(ranges())
def test_a_range_survives_json_exactly(item: TimeRange) -> None:
    assert TimeRange.model_validate_json(item.model_dump_json()) == item


@pytest.mark.parametrize("start", [0.5, float("nan"), "1.5.2", None])
def test_a_time_that_is_not_exact_is_refused(start: object) -> None:
    with pytest.raises(ValidationError):
        TimeRange.model_validate({"start": start, "duration": 1})


def test_a_range_cannot_run_backwards() -> None:
    with pytest.raises(ValidationError, match="negative duration"):
        TimeRange(start=Fraction(0), duration=Fraction(-1))


def test_an_unknown_field_is_refused() -> None:
    with pytest.raises(ValidationError):
        TimeRange.model_validate({"start": 0, "duration": 1, "length": 2})


@given(st.lists(ranges(), max_size=6), moments())
def test_union_covers_the_same_moments(items: list[TimeRange], moment: Fraction) -> None:
    merged = union(items)
    covered = any(item.contains(moment) for item in items)
    assert any(item.contains(moment) for item in merged) == covered
    assert all(a.end < b.start for a, b in itertools.pairwise(merged))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (23.976, Fraction(24000, 1001)),
        (23.98, Fraction(24000, 1001)),
        (23.976023976023978, Fraction(24000, 1001)),
        (29.97, Fraction(30000, 1001)),
        (Fraction(2997, 100), Fraction(30000, 1001)),
        (59.94, Fraction(60000, 1001)),
        (119.88, Fraction(120000, 1001)),
        (24, Fraction(24)),
        (25.0, Fraction(25)),
        (12.5, Fraction(25, 2)),
        (15, Fraction(15)),
    ],
)
def test_a_rounded_rate_stands_for_the_exact_one(
    written: float | Fraction, meant: Fraction
) -> None:
    assert exact_rate(written) == meant


@pytest.mark.parametrize("rate", [0, -24, float("nan"), float("inf"), 1e-320])
def test_an_invalid_rate_is_refused(rate: float) -> None:
    with pytest.raises(ValueError, match="no frame rate"):
        exact_rate(rate)


@given(st.integers(0, 10_000_000), rates())
def test_the_frame_nearest_to_the_start_of_a_frame_is_that_frame(
    frame: int, rate: Fraction
) -> None:
    assert nearest_frame(seconds_of(frame, rate), rate) == frame


@given(st.integers(0, 24 * 3600 * 24 - 1), rates())
def test_timecode_equals_that_of_opentimelineio(frame: int, rate: Fraction) -> None:
    time = otio.opentime.RationalTime(frame, float(rate))
    drops = rate in (Fraction(30000, 1001), Fraction(60000, 1001))
    assert timecode(frame, rate) == otio.opentime.to_timecode(time, float(rate), drops)
    if rate.denominator == 1 or drops:
        assert timecode(frame, rate, drop_frame=False) == otio.opentime.to_timecode(
            time, float(rate), False
        )


@given(st.integers(0, 24 * 3600 * 24 - 1), st.sampled_from(COUNTED), st.booleans())
def test_a_timecode_leads_back_to_its_frame(frame: int, rate: Fraction, drop: bool) -> None:
    frame %= 24 * 3600 * 23  # within a day, also of a clock that skips labels
    label = timecode(frame, rate, drop_frame=drop)
    assert frame_of_timecode(label, rate, drop_frame=drop) == frame


@pytest.mark.parametrize("text", ["00:01:00;00", "00:00:10:30", "00:60:00:00", "1:2:3", "noon", ""])
def test_a_label_that_no_frame_bears_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="timecode"):
        frame_of_timecode(text, Fraction(30000, 1001), drop_frame=True)


def test_a_moment_is_found_by_the_clock_of_its_timeline() -> None:
    edit = Edit(
        name="cut", rate=Fraction(30000, 1001), start=Fraction(107892 * 1001, 30000),
        duration=Fraction(60), clips=(),
    )  # fmt: skip
    assert edit.moment_at("01:00:02:00") == Fraction(60 * 1001, 30000)
    for outside in ("00:59:59;29", "01:01:00;02"):
        with pytest.raises(TimecodeUnusable, match=r"Its frames are 01:00:00;00 to 01:00:59;28"):
            edit.moment_at(outside)


def test_timecode_before_zero_has_a_sign() -> None:
    assert timecode(-25, Fraction(25)) == "-00:00:01:00"


@pytest.mark.parametrize(
    ("frame", "drop", "said"),
    [
        (0, True, "00:00:00;00"),
        (7200, False, "00:01:00:00"),
        (7200, True, "00:01:00;08"),  # eight labels are skipped: 120 frames, four times 30
        (431_568, True, "01:00:00;00"),  # 432,000 less 8 in 54 minutes
    ],
)
def test_timecode_at_119_88_skips_eight_labels(frame: int, drop: bool, said: str) -> None:
    assert timecode(frame, Fraction(120_000, 1001), drop_frame=drop) == said


@pytest.mark.parametrize(
    ("frame", "drops"),
    [
        (108_000, False),  # 01:00:00:00, or 01:00:03;18
        (107_892, True),  # 01:00:00;00, or 00:59:56:12
        (18_000, False),  # 00:10:00:00, or 00:10:00;18
        (17_982, True),  # 00:10:00;00, or 00:09:59:12
        (1_800, False),  # 00:01:00:00, or 00:01:00;02
        (1_830, False),  # 00:01:01:00, or 00:01:01;02
        (1_828, True),  # 00:01:01;00, or 00:01:00:28
        (0, True),  # both are as round
        (300, True),  # both are 00:00:10
        (17, True),  # neither is round
    ],
)
def test_an_undeclared_clock_counts_so_that_its_start_is_round(frame: int, drops: bool) -> None:
    rate = Fraction(30_000, 1001)
    assert counts_drop_frame(frame / rate, rate) is drops
    assert counts_drop_frame(2 * frame / (2 * rate), 2 * rate) is drops


@given(st.integers(0, 10_000_000), st.sampled_from([24, 25, 30, 50, 60, 120]))
def test_no_whole_rate_counts_drop_frame(frame: int, rate: int) -> None:
    assert not counts_drop_frame(Fraction(frame, rate), Fraction(rate))
