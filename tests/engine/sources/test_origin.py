"""All clips of a file together decide the origin of its clock."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pytest

from shotlog.engine.sources import find_origin
from shotlog.schema import ImageSequence, Media, MediaReference, TimeRange, VideoStream

TEN, HOUR = Fraction(10), Fraction(3600)


def media(
    length: int | None = 15, timecode: Fraction | None = TEN, first: int | None = None
) -> Media:
    """Return a file of so many seconds at 25 frames per second."""
    video = VideoStream(
        index=0, codec="h264", width=64, height=36, rate=Fraction(25), tick=Fraction(1, 25),
        frames=None, duration=None if length is None else Fraction(length),
    )  # fmt: skip
    sequence = first is not None and ImageSequence(
        pattern="/a.%04d.png", first=first, rate=Fraction(25)
    )
    return Media(
        path="/a", sequence=sequence or None, content_id="a", container="mov", video=video,
        audio=None, start_timecode=timecode,
    )  # fmt: skip


def start(
    *spans: tuple[Fraction | int, Fraction | int],
    of: Media | None = None,
    told: Fraction | None = None,
) -> Fraction:
    """Return the origin of the clock of clips with these ends, in seconds."""
    used = [TimeRange.between(Fraction(a), Fraction(b)) for a, b in spans]
    return find_origin(MediaReference(path="/a", start=told), of or media(), used).start


def test_a_range_that_fits_both_is_counted_from_the_timecode() -> None:
    assert start((12, 14)) == TEN


def test_one_clip_that_fits_from_0_alone_decides_for_all() -> None:
    assert start((12, 14), (0, 3)) == 0


def test_the_order_of_clips_decides_nothing() -> None:
    clips = [(12, 14), (9, 11), (20, 24), (3, 5)]
    assert len({start(*order) for order in itertools.permutations(clips)}) == 1


def test_where_nothing_fits_all_the_start_counts_that_fits_most() -> None:
    # From the timecode a and b fit, from 0 only c does.
    assert start((12, 24), (16, 20), (0, 4)) == TEN


def test_of_starts_that_fit_as_many_the_first_counts() -> None:
    # From the timecode only the first clip fits, from 0 only the second, though that is longer.
    assert start((20, 24), (0, 5)) == TEN


def test_a_clip_that_fits_no_origin_takes_the_one_with_an_overlap() -> None:
    assert start((8, 20)) == TEN
    assert start((5, 18), of=media(timecode=HOUR)) == 0


def test_a_frame_more_or_less_is_no_misfit() -> None:
    frame = Fraction(1, 25)
    assert start((10 - frame, 25 + frame)) == TEN
    assert start((10 - 2 * frame, 12)) == 0


def test_a_file_of_unknown_length_ends_nowhere() -> None:
    endless = media(length=None)
    assert start((100, 200), of=endless) == TEN
    assert start((0, 200), of=endless) == 0


@pytest.mark.parametrize(
    ("span", "first"),
    [
        ((42, 43), Fraction(1001, 25)),  # picture 1050 of 1001 to 1375
        ((0, 1), Fraction(0)),
        ((3601, 3602), HOUR),  # a sequence may carry a timecode as well
    ],
)
def test_pictures_are_counted_by_their_number_then_by_timecode_then_from_0(
    span: tuple[int, int], first: Fraction
) -> None:
    assert start(span, of=media(timecode=HOUR, first=1001)) == first


def test_the_start_in_the_timeline_holds_if_any_clip_shows_a_part_of_the_file() -> None:
    assert start((14, 16), told=Fraction(0)) == 0
    assert start((12, 14), told=Fraction(12)) == 12


def test_the_start_in_the_timeline_is_replaced_only_if_no_clip_shows_anything() -> None:
    # Behind the end from 0; inside from the timecode. A second clip that is there forbids that.
    assert start((20, 22), told=Fraction(0)) == TEN
    assert start((20, 22), (1, 2), told=Fraction(0)) == 0
    # Nowhere: then the word of the timeline stands, for the problem to be told of.
    assert start((900, 901), told=Fraction(0)) == 0


def test_a_range_inside_of_the_file_is_that_of_a_subclip() -> None:
    # The file has 15 s from timecode 10 s on.
    used = [TimeRange.between(Fraction(17), Fraction(18))]

    def origin(first: int, length: int | None, of: Media | None = None) -> Fraction:
        duration = None if length is None else Fraction(length)
        told = MediaReference(path="/a", start=Fraction(first), duration=duration)
        return find_origin(told, of or media(), used).start

    assert origin(16, 4) == TEN
    assert origin(16, 9) == TEN  # to the end of the file
    assert origin(16, 15) == 16  # as long as the file: its timecode was changed in the editor
    assert origin(16, None) == 16
    assert origin(10, 4) == TEN
    assert origin(16, 4, media(timecode=None, length=60)) == 0


def test_a_subclip_is_an_assumption_that_is_stated() -> None:
    told = MediaReference(path="/a", start=Fraction(16), duration=Fraction(4))
    assumed = find_origin(told, media(), [TimeRange.between(Fraction(17), Fraction(18))]).assumed

    assert assumed == (
        "by the timeline its media is a part of the file, from 16.000 s; its start timecode,"
        " 10.000 s, was taken"
    )


def test_an_assumption_is_stated_only_where_there_was_a_choice() -> None:
    used = [TimeRange.between(Fraction(12), Fraction(13))]
    nothing_told, told = MediaReference(path="/a"), MediaReference(path="/a", start=TEN)
    assert find_origin(nothing_told, media(timecode=None), used).assumed is None
    assert find_origin(told, media(), used).assumed is None
    assumed = find_origin(nothing_told, media(), used).assumed
    assert assumed is not None
    assert "its start timecode, 10.000 s, was taken" in assumed
