"""The frames that a model sees: the authors' own, within the shot, whatever the shot."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from shotlog.models.analysis import (
    sample_segments,
    sample_two_seconds,
    sample_uniform,
    sample_windows,
)
from shotlog.models.catalog import Sampling
from shotlog.schema import TimeRange, VideoStream, Window

RATES = [Fraction(24), Fraction(24000, 1001), Fraction(25), Fraction(30000, 1001), Fraction(50)]
TWO = Fraction(2)


def stream(rate: Fraction, tick: Fraction | None = None) -> VideoStream:
    """At a constant rate, or at a variable one with that tick."""
    return VideoStream(
        index=0,
        codec="h264",
        width=1920,
        height=1080,
        rate=rate,
        tick=tick or 1 / rate,
        frames=None,
        duration=None,
        variable_rate=tick is not None,
    )


def shot(first: int, frames: int, rate: Fraction) -> TimeRange:
    """So many frames from a frame on."""
    return TimeRange(start=first / rate, duration=frames / rate)


def indices(window: Window, start: Fraction, rate: Fraction) -> list[int]:
    numbers = [(moment - start) * rate for moment in window.frames]
    assert all(number.denominator == 1 for number in numbers)
    return [int(number) for number in numbers]


rates = st.sampled_from(RATES)
starts = st.integers(0, 200_000)
lengths = st.one_of(st.integers(1, 100), st.integers(1, 60_000))


@given(starts, lengths, rates)
def test_uniform_frames_are_those_of_pytorchvideo(first: int, frames: int, rate: Fraction) -> None:
    item = shot(first, frames, rate)
    window = sample_uniform(item, stream(rate))
    authors = torch.clamp(torch.linspace(0, frames - 1, 16), 0, frames - 1).long()
    assert indices(window, item.start, rate) == authors.tolist()
    assert window.source == item


@given(starts, lengths, rates)
def test_segment_frames_are_those_of_the_motion_predictor(
    first: int, frames: int, rate: Fraction
) -> None:
    item = shot(first, frames, rate)
    wanted = min(4 * int(item.duration), 240)
    authors = torch.linspace(0, frames - 1, (wanted // 16 + 1) * 16).long()
    assert indices(sample_segments(item, stream(rate)), item.start, rate) == authors.tolist()


@pytest.mark.parametrize(
    ("seconds", "count"),
    [("1", 16), ("2", 16), ("39/10", 16), ("4", 32), ("8", 48), ("60", 256), ("90", 256)],
)
def test_segment_counts_are_those_of_the_code_not_of_its_description(
    seconds: str, count: int
) -> None:
    item = TimeRange(start=Fraction(0), duration=Fraction(seconds))
    assert len(sample_segments(item, stream(Fraction(30))).frames) == count


@given(starts, st.integers(1, 3000), rates)
def test_two_second_frames_are_those_of_the_camera_model(
    first: int, frames: int, rate: Fraction
) -> None:
    item = shot(first, frames, rate)
    windows = sample_two_seconds(item, stream(rate))
    for window in windows:
        begins = math.ceil((window.source.start - item.start) * rate)
        ends = min(math.ceil((window.source.end - item.start) * rate), frames - 1)
        authors = np.linspace(min(begins, frames - 1), ends, num=16, dtype=int)
        assert indices(window, item.start, rate) == authors.tolist()
    assert [w.source.end for w in windows[:-1]] == [w.source.start for w in windows[1:]]
    assert (windows[0].source.start, windows[-1].source.end) == (item.start, item.end)
    assert max(w.source.duration for w in windows) <= TWO
    assert len(windows) == math.ceil(item.duration / TWO)


@given(
    st.fractions(0, 100, max_denominator=1001),
    st.fractions(Fraction(1, 30), 40, max_denominator=1001),
    st.fractions(0, Fraction(19, 10), max_denominator=24),
)
def test_overlapping_windows_share_what_was_asked(
    start: Fraction, length: Fraction, overlap: Fraction
) -> None:
    item = TimeRange(start=start, duration=length)
    windows = sample_two_seconds(item, stream(Fraction(25)), overlap)
    for a, b in pairwise(windows):
        assert a.source.end - b.source.start == overlap
    assert len({w.source.duration for w in windows}) == 1
    assert windows[0].source.duration <= TWO
    assert windows[-1].source.end == item.end


@given(
    st.fractions(0, 100, max_denominator=1001),
    st.fractions(Fraction(1, 30), 200, max_denominator=1001),
    st.fractions(Fraction(1, 100), 3, max_denominator=100),
    st.sampled_from([None, Fraction(1, 1000)]),
)
def test_frames_longer_than_a_window_give_one_window_each(
    start: Fraction, length: Fraction, rate: Fraction, tick: Fraction | None
) -> None:
    item = TimeRange(start=start, duration=length)
    windows = sample_two_seconds(item, stream(rate, tick))
    assert len({(w.frames[0], w.frames[-1]) for w in windows}) == len(windows)
    assert [w.source.end for w in windows[:-1]] == [w.source.start for w in windows[1:]]
    assert (windows[0].source.start, windows[-1].source.end) == (item.start, item.end)


@pytest.mark.parametrize("overlap", [Fraction(-1, 10), Fraction(2)])
def test_an_overlap_as_long_as_a_window_is_refused(overlap: Fraction) -> None:
    with pytest.raises(ValueError, match="cannot share"):
        sample_windows(Sampling.TWO_SECONDS, shot(0, 50, TWO), stream(TWO), overlap=overlap)


@pytest.mark.parametrize("sampling", Sampling)
@given(
    st.fractions(0, 5000, max_denominator=90_000),
    st.fractions(Fraction(1, 1000), 30, max_denominator=90_000),
    rates,
    st.sampled_from([None, Fraction(1, 1000), Fraction(1, 15_360), Fraction(1, 90_000)]),
)
def test_all_frames_lie_in_the_shot_and_in_order_wherever_it_begins(
    sampling: Sampling, start: Fraction, length: Fraction, rate: Fraction, tick: Fraction | None
) -> None:
    item = TimeRange(start=start, duration=length)
    for window in sample_windows(sampling, item, stream(rate, tick)):
        assert all(item.contains(moment) for moment in window.frames)
        assert list(window.frames) == sorted(window.frames)
        assert len(window.frames) % 16 == 0
        assert window.source.intersection(item) == window.source


@pytest.mark.parametrize("sampling", Sampling)
@given(starts, lengths.filter(lambda n: n < 5000), rates, st.data())
def test_frames_follow_from_the_first_and_the_last(
    sampling: Sampling, first: int, frames: int, rate: Fraction, data: st.DataObject
) -> None:
    """A shot that begins or ends between two frames is looked at as the one on the frames."""
    item, video = shot(first, frames, rate), stream(rate)
    late = data.draw(st.fractions(0, Fraction(99, 100), max_denominator=100))
    rows: dict[tuple[Fraction, Fraction], tuple[Fraction, ...]] = {}
    begins = max(Fraction(0), item.start - late / rate)
    for other in (item, TimeRange.between(begins, item.end - late / rate)):
        for window in sample_windows(sampling, other, video):
            key = (window.frames[0], window.frames[-1])
            assert rows.setdefault(key, window.frames) == window.frames


@given(starts, st.integers(1, 15), rates)
def test_short_shots_repeat_their_frames(first: int, frames: int, rate: Fraction) -> None:
    window = sample_uniform(shot(first, frames, rate), stream(rate))
    assert len(window.frames) == 16
    assert len(set(window.frames)) == frames


@pytest.mark.parametrize("sampling", Sampling)
def test_a_single_frame_is_repeated_sixteen_times(sampling: Sampling) -> None:
    rate = Fraction(24000, 1001)
    (window,) = sample_windows(sampling, shot(7, 1, rate), stream(rate))
    assert window.frames == (7 / rate,) * 16


@pytest.mark.parametrize("sampling", Sampling)
def test_a_shot_between_two_frames_shows_the_frame_at_its_start(sampling: Sampling) -> None:
    item = TimeRange(start=Fraction(101, 2500), duration=Fraction(1, 1000))
    (window,) = sample_windows(sampling, item, stream(Fraction(25)))
    assert window.frames == (item.start,) * 16


def test_at_a_variable_rate_moments_lie_on_ticks_one_mean_frame_apart() -> None:
    tick = Fraction(1, 15_360)
    rate = Fraction(2997, 100)
    item = TimeRange(start=Fraction(10), duration=Fraction(3))
    window = sample_uniform(item, stream(rate, tick))
    assert all((moment / tick).denominator == 1 for moment in window.frames)
    expected = np.linspace(10, 13 - 1 / float(rate), 16)
    assert np.abs(np.array([float(m) for m in window.frames]) - expected).max() < 1 / float(rate)
