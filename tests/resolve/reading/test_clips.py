"""A clip is told to the bridge with every frame in its place, whole or trimmed."""

from __future__ import annotations

import json
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from shotlog.bridge import PlainEdit, to_edit
from shotlog.schema import ClipRange
from shotlog_resolve.clips import Clip
from shotlog_resolve.media import Media
from tests.strategies import RATES

FILM = Media("A", "/films/a.mov", Fraction(24), 86400)
SPEEDS = [Fraction(n) for n in ("1", "2", "1/3", "-1", "-1/2", "-4", "960/1001")]


def bridged(clip: Clip, rate: Fraction) -> ClipRange:
    """The clip as the bridge reads it."""
    plain = {"name": "Reel", "rate": str(rate), "clips": [clip.plain("a", rate)]}
    (made,) = to_edit(PlainEdit.model_validate_json(json.dumps(plain), strict=True)).clips
    return made


def moment(clip: ClipRange, frame: int, rate: Fraction) -> Fraction:
    """The moment of the media, from its start, that a frame of the timeline shows."""
    assert clip.media is not None
    assert clip.media.start is not None
    return clip.time_map.to_source(frame / rate) - clip.media.start


@given(
    rate=st.sampled_from(RATES), own=st.sampled_from(RATES), first=st.integers(0, 10_000),
    start=st.integers(0, 10_000), length=st.integers(1, 500), speed=st.sampled_from(SPEEDS),
)  # fmt: skip
def test_the_first_frame_shows_the_source_that_was_meant(
    rate: Fraction, own: Fraction, first: int, start: int, length: int, speed: Fraction
) -> None:
    media = FILM._replace(rate=own)
    clip = Clip("A", media, start, start + length, Fraction(first), speed)
    made = bridged(clip, rate)

    assert moment(made, start, rate) == first / own
    assert made.speed == speed
    assert (made.timeline.start, made.timeline.end) == (start / rate, (start + length) / rate)
    assert made.warnings == ()


@given(
    rate=st.sampled_from(RATES), first=st.integers(5000, 10_000), length=st.integers(2, 500),
    speed=st.sampled_from(SPEEDS), cut=st.tuples(st.integers(0, 520), st.integers(0, 520)),
)  # fmt: skip
def test_a_trimmed_clip_shows_on_each_frame_what_it_showed_before(
    rate: Fraction, first: int, length: int, speed: Fraction, cut: tuple[int, int]
) -> None:
    whole = Clip("A", FILM, 10, 10 + length, Fraction(first), speed)
    limits = (min(cut), max(cut))
    part = whole.within(limits, rate)
    if part is None:
        assert max(10, limits[0]) >= min(10 + length, limits[1])
        return

    assert (part.start, part.end) == (max(10, limits[0]), min(10 + length, limits[1]))
    before, after = bridged(whole, rate), bridged(part, rate)
    assert moment(after, part.start, rate) == moment(before, part.start, rate)
    assert after.warnings == ()


def test_no_limits_leave_a_clip_as_it_is() -> None:
    clip = Clip("A", FILM, 0, 48, Fraction(7), Fraction(1))

    assert clip.within(None, Fraction(24)) is clip


def test_a_cut_between_two_frames_of_the_media_is_exact() -> None:
    clip = Clip("A", FILM, 0, 44, Fraction(3072, 100), Fraction(1))  # frame 32 of 25
    plain = clip.plain("a", Fraction(25))

    assert (plain["source_in"], plain["subframe"]) == (86430, "18/25")
    assert moment(bridged(clip, Fraction(25)), 0, Fraction(25)) == Fraction(32, 25)
    assert "subframe" not in clip._replace(source=Fraction(31)).plain("a", Fraction(25))


def test_a_freeze_frame_holds_the_frame_that_its_moment_lies_in() -> None:
    for source, frame in ((Fraction(600), 86400 + 600), (Fraction(6009, 10), 86400 + 600)):
        plain = Clip("A", FILM, 0, 50, source, Fraction(0)).plain("a", Fraction(24))
        assert (plain["source_in"], plain["source_out"]) == (frame, frame + 1)


def test_a_short_piece_of_a_slow_clip_has_a_frame_of_its_own() -> None:
    for speed in (Fraction(1, 10), Fraction(-1, 10)):
        plain = Clip("A", FILM, 0, 1, Fraction(50), speed).plain("a", Fraction(24))
        assert plain["source_out"] - plain["source_in"] == 1


def test_numbers_of_many_digits_are_rounded_to_what_the_bridge_takes() -> None:
    long = Fraction(10**24 + 1, 10**24)
    made = bridged(Clip("A", FILM, 0, 48, 50 - long / 10**9, long), Fraction(24))

    assert abs(moment(made, 0, Fraction(24)) - Fraction(50, 24)) < Fraction(1, 10**8)
    assert made.speed == 1
