"""Changes of shot are found in synthetic pictures."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shotlog.media import CutMeasure, FrameReader, find_cuts, probe
from shotlog.media.cuts import ExactCutMeasure, refine_cuts, uncertain_ranges
from shotlog.schema import Cut, CutKind, Media, MediaReference, Picture, Row, Series, TimeRange
from shotlog.synthetic import write_video

TICK = Fraction(1, 25)
Film = npt.NDArray[np.uint8]


def scene(seed: int, frames: int, *, pan: float = 0.5) -> Film:
    """Return frames of a drifting camera over soft shapes."""
    draw = np.random.default_rng(seed)
    ground = np.zeros((60, 512, 3), dtype=np.float32)
    for size, strength in ((3, 60), (8, 40), (20, 20)):
        coarse = draw.normal(0, strength, (size, size * 8, 3)).astype(np.float32)
        ground += cv2.resize(coarse, (512, 60), interpolation=cv2.INTER_CUBIC)
    ground = np.clip(ground + draw.uniform(60, 190, 3), 0, 255)
    shown = []
    for number in range(frames):
        move = np.array([[1.0, 0.0, -pan * number], [0.0, 1.0, 0.0]])
        moved = cv2.warpAffine(ground, move, (512, 60), borderMode=cv2.BORDER_REFLECT)
        shown.append(moved[12:48, 100:164] + draw.normal(0, 0.7, (36, 64, 3)))
    return np.clip(np.stack(shown), 0, 255).astype(np.uint8)


def measured(film: Sequence[Film] | Film, moments: Sequence[int] | None = None) -> Series:
    observer, rows = CutMeasure().observer(), list[Row]()
    for at, pixels in zip(moments or range(len(film)), film, strict=True):
        rows += observer.see(Picture(at, at * TICK, pixels))
    return Series.of(TICK, rows, len(CutMeasure.columns))


def span(first: int, after: int) -> TimeRange:
    return TimeRange.between(first * TICK, after * TICK)


def cuts(film: Sequence[Film] | Film) -> list[Cut]:
    return find_cuts(measured(film), span(0, len(film)))


def numbers(found: Sequence[Cut]) -> list[int]:
    return [int(cut.at / TICK) for cut in found]


def joined(*parts: Film) -> Film:
    return np.concatenate(parts)


def mixed(a: Film, b: Film, length: int) -> Film:
    """Return two clips with a dissolve from the last frames of a to the first of b."""
    share = ((np.arange(length) + 1) / (length + 1))[:, None, None, None]
    mix = a[-length:] * (1 - share) + b[:length] * share
    return joined(a[:-length], mix.astype(np.uint8), b[length:])


def flat(level: int, frames: int) -> Film:
    return np.full((frames, 36, 64, 3), level, dtype=np.uint8)


@pytest.mark.parametrize("length", [4, 12, 40])
def test_a_hard_cut_is_found_on_its_frame(length: int) -> None:
    found = cuts(joined(scene(1, 40), scene(2, length), scene(3, 40)))
    assert numbers(found) == [40, 40 + length]
    assert {cut.kind for cut in found} == {CutKind.CUT}
    assert {cut.span.duration for cut in found} == {Fraction(0)}


@pytest.mark.parametrize("length", [6, 12, 25, 50])
def test_a_dissolve_is_one_change_with_its_span(length: int) -> None:
    (cut,) = cuts(mixed(scene(4, 100, pan=0.2), scene(5, 100, pan=0.2), length))
    assert cut.kind is CutKind.DISSOLVE
    shared = cut.span.intersection(span(100 - length, 100))
    assert shared is not None
    assert shared.duration >= cut.span.duration * Fraction(6, 10)
    assert shared.duration >= length * TICK * Fraction(6, 10)
    assert cut.span.contains(cut.at)


def faint(film: Film) -> Film:
    """Return a film with little contrast."""
    low = 120 + (film - film.mean()) * 0.3
    return np.asarray(np.clip(low, 0, 255), dtype=np.uint8)


@pytest.mark.parametrize("seed", [8, 51, 61])
@pytest.mark.parametrize("length", [1, 2, 3, 4])
def test_a_mix_of_a_few_frames_is_one_change(length: int, seed: int) -> None:
    film = mixed(scene(seed, 60), scene(seed + 1, 60), length)
    for shown in (film, faint(film)):
        (cut,) = cuts(shown)
        assert 60 - length <= int(cut.at / TICK) <= 60


def test_a_cut_within_a_mixed_frame_is_placed_beside_it() -> None:
    film = faint(mixed(scene(8, 60), scene(9, 60), 1))
    found = cuts(film)
    assert [(cut.kind, cut.span) for cut in found] == [(CutKind.CUT, span(59, 60))]
    (cut,) = refine_cuts(found, measured(film))
    assert int(cut.at / TICK) in (59, 60)
    assert cut.span.duration == 0


def test_a_fade_out_and_the_fade_in_after_long_black_are_two_changes() -> None:
    found = cuts(mixed(mixed(scene(6, 70), flat(0, 80), 20), scene(7, 70), 20))
    assert [cut.kind for cut in found] == [CutKind.FADE, CutKind.FADE]


@pytest.mark.parametrize("level", [0, 255])
def test_a_dip_through_a_flat_colour_is_one_change(level: int) -> None:
    (cut,) = cuts(mixed(mixed(scene(8, 70), flat(level, 28), 12), scene(9, 70), 12))
    assert cut.kind is CutKind.DIP
    assert cut.span.contains(72 * TICK)


def test_a_fade_at_either_end_of_the_clip_leaves_a_frame_outside() -> None:
    film = mixed(mixed(flat(0, 24), scene(10, 100), 22), flat(0, 24), 22)
    found = cuts(film)
    assert [cut.kind for cut in found] == [CutKind.FADE, CutKind.FADE]
    assert found[0].span.start > 0
    assert found[-1].span.end < len(film) * TICK


@pytest.mark.parametrize("length", [1, 2, 3])
@pytest.mark.parametrize("colour", [(255, 255, 255), (230, 120, 20)])
def test_a_flash_is_no_cut(length: int, colour: tuple[int, int, int]) -> None:
    film = scene(11, 60)
    film[30 : 30 + length] = film[30 : 30 + length] * 0.2 + np.array(colour) * 0.8
    assert cuts(film) == []


@pytest.mark.parametrize("pan", [0.0, 1.0, 3.0, 6.0])
def test_a_pan_at_any_speed_is_no_cut(pan: float) -> None:
    assert cuts(scene(12, 72, pan=pan)) == []


def test_a_whip_pan_is_no_cut() -> None:
    film = scene(13, 72, pan=0.0)
    for number, shift in enumerate(np.cumsum([2, 6, 10, 12, 12, 10, 6, 2]), start=30):
        turned = np.roll(np.concatenate([film[0], film[0][:, ::-1]], axis=1), -shift, axis=1)
        film[number:] = cv2.blur(turned[:, :64], (7, 1) if shift < 60 else (1, 1))
    assert cuts(film) == []


def test_pulling_focus_is_no_cut() -> None:
    film = scene(14, 60)
    for number in range(20, 60):
        film[number] = cv2.GaussianBlur(film[number], (0, 0), min(5.0, (number - 19) / 4))
    assert cuts(film) == []


def test_a_caption_that_pops_in_is_no_cut() -> None:
    film = scene(15, 60)
    film[30:, 22:32:2, 8:56:3] = 250
    assert cuts(film) == []


def test_something_large_passing_by_is_no_cut() -> None:
    film = scene(16, 72, pan=0.0)
    for number in range(20, 50):
        left = (number - 20) * 4 - 40
        film[number, :, max(0, left) : max(0, left + 40)] = 40
    assert cuts(film) == []


def test_repeated_frames_change_nothing() -> None:
    film = joined(scene(17, 30), scene(18, 30))
    twice = np.repeat(film, 2, axis=0)
    assert numbers(cuts(film)) == [30]
    assert numbers(cuts(twice)) == [60]


def test_a_cut_lies_where_its_frame_starts_at_a_variable_rate() -> None:
    film = joined(scene(19, 30), scene(20, 30))
    steps = np.random.default_rng(0).integers(1, 9, len(film))
    moments = [int(at) for at in np.cumsum(steps)]
    (cut,) = find_cuts(measured(film, moments), span(0, moments[-1] + 1))
    assert cut.at == moments[30] * TICK


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_a_few_frames_are_no_reason_to_fail(count: int) -> None:
    assert cuts(scene(1, 5)[:count]) == []


@pytest.mark.parametrize("shape", [(2, 2), (36, 2), (64, 36), (2, 64)])
def test_pictures_of_any_shape_are_measured(shape: tuple[int, int]) -> None:
    film = [cv2.resize(frame, shape[::-1]) for frame in joined(scene(1, 30), scene(2, 30))]
    assert np.isfinite(measured(film).values).all()
    if min(shape) > 2:
        assert numbers(cuts(film)) == [30]


def test_the_rows_of_a_range_do_not_depend_on_what_lies_around() -> None:
    film = joined(scene(21, 40), scene(22, 40))
    whole, part = measured(film).within(span(20, 60)), measured(film[20:60], range(20, 60))
    assert np.array_equal(whole.first, part.first)
    assert np.array_equal(whole.last, part.last)
    assert np.array_equal(whole.values, part.values)


def test_the_cuts_of_a_range_do_not_depend_on_what_else_was_measured() -> None:
    film = joined(scene(23, 30), scene(24, 30), scene(25, 30))
    whole = measured(film)
    alone = measured(film[15:75], range(15, 75))
    assert numbers(find_cuts(whole, span(15, 75))) == [30, 60]
    assert find_cuts(whole, span(15, 75)) == find_cuts(alone, span(15, 75))


def test_a_cut_on_the_first_frame_of_a_range_is_no_cut_within_it() -> None:
    film = joined(scene(26, 30), scene(27, 30))
    assert cuts(film)
    assert find_cuts(measured(film), span(30, 60)) == []
    assert numbers(find_cuts(measured(film), span(29, 60))) == [30]


def test_frames_that_are_missing_hide_only_the_cut_between_them() -> None:
    film = joined(scene(28, 30), scene(29, 30), scene(30, 30))
    series = measured(film)
    keep = np.arange(len(series)) != 29
    holed = Series(series.tick, series.first[keep], series.last[keep], series.values[keep])
    assert numbers(find_cuts(holed, span(0, 90))) == [60]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 30)), min_size=1, max_size=6))
def test_cuts_are_in_order_apart_and_inside(parts: list[tuple[int, int]]) -> None:
    film = joined(*(scene(seed, length, pan=seed) for seed, length in parts))
    found = cuts(film)
    assert all(0 < cut.at < len(film) * TICK and 0 <= cut.confidence <= 1 for cut in found)
    edges = [edge for cut in found for edge in (cut.span.start, cut.span.end)]
    shots = zip([Fraction(0), *edges[1::2]], [*edges[::2], len(film) * TICK], strict=True)
    assert all(start < end for start, end in shots)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 40))
def test_noise_and_black_give_finite_rows(seed: int, count: int) -> None:
    draw = np.random.default_rng(seed)
    film = draw.integers(0, 256, (count, 36, 64, 3), dtype=np.uint8)
    film[draw.random(count) < 0.3] = 0
    assert np.isfinite(measured(film).values).all()
    assert all(0 < cut.at < count * TICK for cut in cuts(film))


def test_cuts_survive_the_encoder(tmp_path: Path) -> None:
    parts = [scene(seed, 24) for seed in (31, 32, 33)]
    large = [cv2.resize(frame, (320, 180)) for frame in joined(*parts)]
    path = tmp_path / "edit.mp4"
    write_video(path, large, Fraction(24000, 1001), options={"preset": "veryfast", "crf": "30"})
    assert decoded(path) == [24, 48]


def decoded(path: Path) -> list[int]:
    """Return the frames of a file's cuts, read as the engine reads it."""
    media = probe(MediaReference(path=str(path)))
    assert media.video is not None
    whole = TimeRange(start=Fraction(0), duration=Fraction(3600))
    tick = media.video.tick
    found = find_cuts(read(media, CutMeasure(), whole, tick), whole)
    for stretch in uncertain_ranges(found, tick):
        found = refine_cuts(found, read(media, ExactCutMeasure(), stretch, tick))
    return [int(cut.at * media.video.rate) for cut in found]


def read(media: Media, measure: CutMeasure, span: TimeRange, tick: Fraction) -> Series:
    observer, rows = measure.observer(), list[Row]()
    for frame in FrameReader(media, [span], reference=measure.need.frames == "reference"):
        if span.contains(frame.start):
            pixels = frame.pixels(measure.need)
            rows += observer.see(Picture(int(frame.start / tick), frame.start, pixels))
    return Series.of(tick, rows, len(measure.columns))


@pytest.mark.parametrize("every", [2, 3, 4])
def test_a_cut_among_frames_that_were_left_out_is_placed_on_its_frame(every: int) -> None:
    for cut in range(24, 24 + every):
        film = joined(scene(41, cut), scene(42, 30))
        kept = range(0, len(film), every)
        (found,) = find_cuts(measured(film[::every], kept), span(0, len(film)))
        before = (cut - 1) // every * every
        assert found.span == span(before + 1, found.at // TICK)
        (stretch,) = uncertain_ranges([found], TICK)
        assert stretch == span(before, before + every + 1)
        (there,) = refine_cuts([found], measured(film))
        assert (there.at, there.span.duration) == (cut * TICK, Fraction(0))
        assert uncertain_ranges([there], TICK) == []


def test_a_cut_without_rows_around_it_is_not_moved() -> None:
    film = joined(scene(41, 25), scene(42, 30))
    found = find_cuts(measured(film[::4], range(0, len(film), 4)), span(0, len(film)))
    assert refine_cuts(found, measured([])) == found


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("multishot/mr1_bt_a.264", [10, 21, 31, 41, 51]),
        ("multishot/bikes.mp4", [30, 76, 137, 187, 242]),
        ("camera/c_mobcal.mp4", []),
        ("camera/c_bollard.mp4", []),
        ("nasty/short_1_frame.mp4", []),
    ],
)
def test_real_footage_is_cut_where_people_cut_it(
    data_dir: Path, file: str, expected: list[int]
) -> None:
    assert decoded(data_dir / "video" / file) == expected
