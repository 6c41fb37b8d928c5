"""A timeline of footage counts as editors do, and says why where the footage does not."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from shotlog.schema import USUAL_RATES, Media, VideoStream
from shotlog_otio import footage_clock, make_timeline, read_edit

NTSC_30 = Fraction(30000, 1001)


def media(
    rate: Fraction | int,
    seconds: int = 10,
    *,
    nominal: Fraction | int | None = None,
    drop_frame: bool | None = None,
) -> Media:
    """A file; one whose usual rate was looked for has a variable one."""
    exact = Fraction(rate)
    video = VideoStream(
        index=0, codec="h264", width=64, height=36, rate=exact, tick=1 / exact, frames=None,
        duration=Fraction(seconds), variable_rate=nominal is not None,
        nominal_rate=Fraction(nominal or rate),
    )  # fmt: skip
    return Media(
        path=f"/{rate} {seconds}.mov", content_id="x", container="mov", video=video, audio=None,
        start_drop_frame=drop_frame,
    )  # fmt: skip


def rate_of(*footage: Media) -> Fraction:
    return footage_clock(footage).rate


@pytest.mark.parametrize("rate", USUAL_RATES)
def test_footage_of_a_usual_rate_is_counted_at_it_without_a_warning(rate: Fraction) -> None:
    assert footage_clock([media(rate), media(rate)]).warnings == ()
    assert rate_of(media(rate)) == rate


@pytest.mark.parametrize(
    ("rate", "counted"),
    [
        (1, 24),
        (Fraction(1, 10), 24),
        (5, 25),  # 24 is no multiple of 5
        (Fraction(25, 2), 25),
        (15, 30),
        (10, 30),
        (Fraction(15000, 1001), NTSC_30),
        (17, 24),  # no usual rate is a multiple
        (40, 48),  # between 30 and 48: the ratio decides
        (240, 120),
        (1000, 120),
    ],
)
def test_other_footage_is_counted_at_the_rate_that_fits_it_best(
    rate: Fraction | int, counted: Fraction | int
) -> None:
    clock = footage_clock([media(rate)])
    assert clock.rate == counted
    (told,) = clock.warnings
    assert "which no editor counts in; the timeline counts at" in told


def test_the_rate_of_most_of_the_footage_counts_by_its_length() -> None:
    assert rate_of(media(50, 10), media(25, 6), media(25, 6)) == 25
    assert rate_of(media(50, 13), media(25, 6), media(25, 6)) == 50
    assert rate_of(media(50, 10), media(25, 10)) == 50  # of equals the first


def test_a_usual_rate_counts_before_longer_footage_that_has_none() -> None:
    assert rate_of(media(1, 600), media(25, 10)) == 25


def test_footage_of_a_variable_rate_counts_at_the_usual_one_that_it_is_meant_to_have() -> None:
    clock = footage_clock([media(Fraction("28.146"), nominal=30)])
    assert clock.rate == 30
    assert clock.warnings == (
        "the footage runs at a variable rate, 28.146 frames a second on the mean; the timeline"
        " counts at 30",
    )


@pytest.mark.parametrize(("slow", "counted"), [("14.93", 30), ("12.4", 25), ("7.9", 24)])
def test_slow_footage_of_a_variable_rate_counts_at_a_multiple_of_what_it_nearly_has(
    slow: str, counted: int
) -> None:
    assert rate_of(media(Fraction(slow), nominal=Fraction(slow))) == counted


def test_several_rates_are_named_in_one_sentence() -> None:
    (told,) = footage_clock([media(25), media(24), media(25)]).warnings
    assert told == (
        "the footage runs at 2 rates (24, 25); the timeline counts at 25, the commonest of an"
        " editor's rates"
    )
    (told,) = footage_clock([media(rate) for rate in (24, 25, 30, 50, 60)]).warnings
    assert "5 rates (24 to 60)" in told


def test_the_timeline_counts_drop_frame_where_most_timecode_of_the_footage_does(
    tmp_path: Path,
) -> None:
    minute = Fraction(1800 * 1001, 30000)
    for drops, shown in ((True, "00:01:00;02"), (False, "00:01:00:00"), (None, "00:01:00;02")):
        footage = [media(NTSC_30, 20, drop_frame=drops), media(NTSC_30, 9, drop_frame=not drops)]
        footage = footage if drops is not None else [media(NTSC_30)]
        path = tmp_path / "made.otio"
        path.write_bytes(make_timeline(footage, "made"))
        assert read_edit(path).timecode(minute) == shown
