"""The rate that most of a set of footage has."""

from __future__ import annotations

from fractions import Fraction

from shotlog.schema import Media, VideoStream, prevailing_rate


def film(
    rate: Fraction | int,
    seconds: int | None,
    *,
    nominal: Fraction | int | None = None,
    still: bool = False,
) -> Media:
    video = VideoStream(
        index=0, codec="h264", width=64, height=36, rate=Fraction(rate), tick=1 / Fraction(rate),
        frames=None, duration=None if seconds is None else Fraction(seconds), still=still,
        nominal_rate=None if nominal is None else Fraction(nominal),
    )  # fmt: skip
    return Media(path="/a.mov", content_id="x", container="mov", video=video, audio=None)


def test_the_prevailing_rate_is_that_of_the_greatest_total_length() -> None:
    assert prevailing_rate([film(50, 10), film(25, 6), film(25, 6)]) == 25
    assert prevailing_rate([film(50, 13), film(25, 6), film(25, 6)]) == 50


def test_of_rates_of_equal_length_the_first_prevails() -> None:
    assert prevailing_rate([film(50, 10), film(25, 10)]) == 50
    assert prevailing_rate([film(50, None), film(25, None)]) == 50


def test_a_variable_rate_counts_as_the_rate_that_it_was_recorded_for() -> None:
    assert prevailing_rate([film(Fraction("28.146"), 10, nominal=30)]) == 30


def test_unusual_rates_stills_and_sound_do_not_prevail() -> None:
    sound = Media(path="/a.wav", content_id="x", container="wav", video=None, audio=None)
    assert prevailing_rate([film(17, 600), film(25, 600, still=True), sound, film(24, 1)]) == 24
    assert prevailing_rate([film(17, 600), film(25, 600, still=True), sound]) is None
