"""Every frame of a finished file shows the frame of the source that the timeline shows then."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from shotlog.delivery.encode import H264Encoder, RenderOptions, render
from shotlog.schema import Edit, FrameNeed, PictureFade, RenderFacts, TimeMap, TimeRange
from tests.delivery.encode.films import (
    FRAMES,
    RATE,
    SIZE,
    clip,
    edit,
    film,
    numbered,
    numbers,
    opened,
    pictures,
    stream_facts,
)
from tests.media.material import write_timed

HALF = Fraction(1, 2)
FAST = RenderOptions(encoder=H264Encoder(preset="ultrafast", crf=12))


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return film(tmp_path_factory.mktemp("film") / "film.mp4")


def rendered(
    cut: Edit, folder: Path, options: RenderOptions = FAST, span: TimeRange | None = None
) -> list[int]:
    render(cut, folder / "out.mp4", options, span=span)
    return numbers(folder / "out.mp4")


def between(first: int, end: int) -> TimeRange:
    return TimeRange.between(first / RATE, end / RATE)


def test_cuts_fall_on_their_frames_and_gaps_are_black(source: Path, tmp_path: Path) -> None:
    cut = edit(clip(source, 40, 5, 0), clip(source, 3, 4, 7, id="V1/2"))
    assert rendered(cut, tmp_path) == [40, 41, 42, 43, 44, -1, -1, 3, 4, 5, 6]


def test_a_range_is_rendered_alone(source: Path, tmp_path: Path) -> None:
    cut = edit(clip(source, 0, 30, 0), clip(source, 50, 20, 30, id="V1/1"))
    assert rendered(cut, tmp_path, span=between(27, 33)) == [27, 28, 29, 50, 51, 52]


def test_the_higher_track_is_seen_and_what_is_off_is_not(source: Path, tmp_path: Path) -> None:
    cut = edit(
        clip(source, 0, 12, 0),
        clip(source, 60, 4, 2, id="V2/1"),
        clip(source, 30, 4, 4, id="V3/1", enabled=False),
        clip(source, 20, 2, 8, id="V1/1/V2/0"),  # in a nest on the first track
    )
    assert rendered(cut, tmp_path) == [0, 1, 60, 61, 62, 63, 6, 7, 20, 21, 10, 11]


def test_speeds_freezes_and_reverse(source: Path, tmp_path: Path) -> None:
    cut = edit(
        clip(source, 10, 4, 0, speed=Fraction(2)),
        clip(source, 30, 6, 4, id="V1/1", speed=Fraction(1, 2)),
        clip(source, 50, 3, 10, id="V1/2", speed=Fraction(0)),
        clip(source, 64, 6, 13, id="V1/3", speed=Fraction(-1)),
    )
    assert rendered(cut, tmp_path) == [
        10, 12, 14, 16, 30, 30, 31, 31, 32, 32, 50, 50, 50, 63, 62, 61, 60, 59, 58,
    ]  # fmt: skip


def test_a_ramp_is_followed_through_its_bends(source: Path, tmp_path: Path) -> None:
    # Four frames at 1, four at 3, a hold of two, then four backwards.
    points = [(0, 10), (4, 14), (8, 26), (10, 26), (14, 22)]
    course = TimeMap.through((t / RATE, s / RATE) for t, s in points)
    cut = edit(clip(source, 0, 14, 0, time_map=course))
    expected = [10, 11, 12, 13, 14, 17, 20, 23, 26, 26, 25, 24, 23, 22]
    assert rendered(cut, tmp_path) == expected


def test_a_reverse_longer_than_what_is_held_is_made_in_pieces(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "shotlog.delivery.encode.clip_pictures.HELD_BYTES", 7 * SIZE[0] * SIZE[1] * 3 // 2
    )
    cut = edit(clip(source, FRAMES, FRAMES, 0, speed=Fraction(-1)))
    assert rendered(cut, tmp_path) == list(range(FRAMES - 1, -1, -1))


SLOW = Fraction(1, 1000)  # so slow that one frame is seen all along, with handles


def levels(path: Path) -> list[float]:
    """The brightness of the first bar of every frame."""
    return [float(picture[18, 4, 1]) for picture in pictures(path)]


def faded(weights: list[float]) -> Any:
    """The brightness of a white bar that appears over a black one."""
    return pytest.approx([16 + weight * (235 - 16) for weight in weights], abs=8)


def over_nothing(weights: list[float]) -> Any:
    """The brightness of a white bar that appears over black of no clip."""
    return pytest.approx([weight * 235 for weight in weights], abs=4)


def test_a_dissolve_goes_evenly_from_one_clip_to_the_other(source: Path, tmp_path: Path) -> None:
    # From four frames before the cut to two after it; each frame is shown in its middle.
    cut = edit(
        clip(source, 0, 6, 0, speed=SLOW, tail=2 * SLOW / RATE),  # frame 0 has black bars
        clip(source, 63 + HALF, 6, 6, id="V1/2", speed=SLOW, head=4 * SLOW / RATE),  # white ones
    )
    render(cut, tmp_path / "out.mp4", FAST)
    weights = [0, 0, *((n + 0.5) / 6 for n in range(6)), 1, 1, 1, 1]
    assert levels(tmp_path / "out.mp4") == faded(weights)


def test_a_clip_dissolves_out_of_a_nest_before_it(source: Path, tmp_path: Path) -> None:
    cut = edit(
        clip(source, 0, 6, 0, id="V1/0/V1/0", speed=SLOW, tail=2 * SLOW / RATE),
        clip(source, 63 + HALF, 6, 6, id="V1/2", speed=SLOW, head=2 * SLOW / RATE),
    )
    render(cut, tmp_path / "out.mp4", FAST)
    weights = [0] * 4 + [(n + 0.5) / 4 for n in range(4)] + [1] * 4
    assert levels(tmp_path / "out.mp4") == faded(weights)


def test_a_transition_beside_a_gap_fades_all_through_it(source: Path, tmp_path: Path) -> None:
    # A white clip from frame 3 to 11, with transitions from 1 to 5 and from 9 to 12.
    white = clip(source, 63 + HALF, 8, 3, speed=SLOW, head=2 * SLOW / RATE, tail=SLOW / RATE)
    cut = edit(white, clip(source, 0, 2, 13, id="V1/1", speed=Fraction(0)))
    fades = tuple(
        PictureFade(clip="V1/0", range=between(*span), appears=appears, to="transparent")
        for span, appears in (((1, 5), True), ((9, 12), False))
    )
    render(cut, tmp_path / "out.mp4", FAST, facts=RenderFacts(fades=fades))
    rise, fall = ([(n + 0.5) / count for n in range(count)] for count in (4, 3))
    weights = [0, *rise, 1, 1, 1, 1, *reversed(fall), 0]
    assert levels(tmp_path / "out.mp4")[:13] == over_nothing(weights)


@pytest.mark.parametrize(
    ("to", "weights"),
    [("black", [1, 1, 0.125, 0.375, 0.625, 0.875, 1]), ("transparent", [1] * 7)],
)
def test_a_fade_to_black_hides_what_is_behind_and_one_to_transparent_shows_it(
    to: Any, weights: list[float], source: Path, tmp_path: Path
) -> None:
    cut = edit(
        clip(source, 63, 7, 0, speed=Fraction(0)),  # white below white
        clip(source, 63, 5, 2, id="V2/0", speed=Fraction(0)),
    )
    fade = PictureFade(clip="V2/0", range=between(2, 6), appears=True, to=to)
    render(cut, tmp_path / "out.mp4", FAST, facts=RenderFacts(fades=(fade,)))
    assert levels(tmp_path / "out.mp4") == over_nothing(weights)


def test_clips_that_overlap_on_a_track_are_dissolved(source: Path, tmp_path: Path) -> None:
    first = clip(source, 0, 6, 0, speed=Fraction(0))
    cut = edit(first, clip(source, 63, 8, 2, id="V1/1", speed=Fraction(0)))
    render(cut, tmp_path / "out.mp4", FAST)
    weights = [0, 0, *((n + 0.5) / 4 for n in range(4)), 1, 1, 1, 1]
    assert levels(tmp_path / "out.mp4") == faded(weights)


def test_a_variable_rate_becomes_a_constant_one_on_the_right_frames(tmp_path: Path) -> None:
    times = [0, 40, 80, 200, 240, 320, 400]  # milliseconds, rounded as Matroska does
    path = tmp_path / "vfr.mkv"
    write_timed(path, (numbered(n) for n in range(7)), times, Fraction(1, 1000))
    assert opened(path).video is not None
    assert opened(path).video.variable_rate  # type: ignore[union-attr]
    cut = edit(clip(path, 0, 11, 0))
    assert rendered(cut, tmp_path) == [0, 1, 2, 2, 2, 3, 4, 4, 5, 5, 6]


def test_other_rates_of_the_source_and_of_the_file_keep_the_time(tmp_path: Path) -> None:
    path = film(tmp_path / "fast.mp4", rate=Fraction(50))
    cut = edit(clip(path, 5, 10, 0))  # from 0.2 s on
    assert rendered(cut, tmp_path) == list(range(10, 30, 2))
    slow = RenderOptions(encoder=FAST.encoder, rate=Fraction(25, 2))
    assert rendered(cut, tmp_path, slow) == list(range(10, 30, 4))


def test_rates_of_ntsc_hold_their_frames(tmp_path: Path) -> None:
    rate = Fraction(24000, 1001)
    path = film(tmp_path / "ntsc.mov", rate=rate)
    cut = edit(clip(path, 11, 50, 0, rate=rate), rate=rate)
    assert rendered(cut, tmp_path) == list(range(11, 61))
    assert stream_facts(tmp_path / "out.mp4")["rate"] == rate


def test_a_clip_beyond_its_media_keeps_its_last_picture(source: Path, tmp_path: Path) -> None:
    cut = edit(clip(source, FRAMES - 3, 6, 0))
    assert rendered(cut, tmp_path) == [69, 70, 71, 71, 71, 71]


def test_odd_sizes_of_sources_become_even_ones(tmp_path: Path) -> None:
    path = tmp_path / "odd.mkv"
    frames = (numbered(n, (65, 37)) for n in range(5))
    write_timed(path, frames, range(5), 1 / RATE, pix_fmt="yuv444p")
    assert rendered(edit(clip(path, 0, 5, 0)), tmp_path) == list(range(5))
    assert stream_facts(tmp_path / "out.mp4")["size"] == (64, 36)


def test_pixels_that_are_not_square_and_turned_pictures_are_shown_upright(tmp_path: Path) -> None:
    wide = write_timed(
        tmp_path / "wide.mp4", (numbered(n, (32, 36)) for n in range(3)), range(3), 1 / RATE,
        aspect=Fraction(2),
    )  # fmt: skip
    turned = write_timed(
        tmp_path / "turned.mp4",
        (np.rot90(numbered(n)).copy() for n in range(3)), range(3), 1 / RATE, turn=-90,
    )  # fmt: skip
    cut = edit(clip(wide, 0, 3, 0), clip(turned, 0, 3, 3, id="V1/1"))
    shown = rendered(cut, tmp_path)
    facts = stream_facts(tmp_path / "out.mp4")
    assert (facts["size"], facts["aspect"]) == ((64, 36), 1)
    assert shown[:3] == [0, 1, 2]
    media = opened(turned)
    assert (media.video.width, media.video.height) == (64, 36)  # type: ignore[union-attr]
    need = FrameNeed(width=64, height=36, pixels="rgb")
    for ours, theirs in zip(
        pictures(tmp_path / "out.mp4")[3:], pictures(turned, need), strict=True
    ):
        assert np.abs(ours.astype(int) - theirs).mean() < 4


def test_a_graphic_lies_over_the_film_as_far_as_it_is_opaque(source: Path, tmp_path: Path) -> None:
    graphic = np.zeros((36, 64, 4), np.uint8)
    graphic[:18] = (255, 0, 0, 255)  # red above, green that is half transparent, then nothing
    graphic[18:24] = (0, 255, 0, 128)
    logo = tmp_path / "logo.png"
    cv2.imwrite(str(logo), graphic[:, :, [2, 1, 0, 3]])
    still = clip(logo, 0, 6, 2, id="V2/1", speed=Fraction(0))
    cut = edit(clip(source, 63, 10, 0, speed=Fraction(0)), still)  # six white bars
    render(cut, tmp_path / "out.mp4", FAST)
    for number, picture in enumerate(pictures(tmp_path / "out.mp4")):
        over, white = 2 <= number < 8, (235, 235, 235)
        assert picture[8, 20] == pytest.approx((255, 0, 0) if over else white, abs=16)
        assert picture[21, 20] == pytest.approx((118, 245, 118) if over else white, abs=24)
        assert picture[32, 20] == pytest.approx(white, abs=14)


def test_a_clip_of_another_shape_shows_what_lies_behind_beside_it(
    source: Path, tmp_path: Path
) -> None:
    square = film(tmp_path / "square.mp4", size=(36, 36))
    cut = edit(clip(source, 63, 4, 0, speed=Fraction(0)), clip(square, 0, 4, 0, id="V2/0"))
    render(cut, tmp_path / "out.mp4", replace(FAST, size=(64, 36)))
    for picture in pictures(tmp_path / "out.mp4"):
        assert picture[18, 4, 1] > 200  # the first white bar behind
        assert picture[18, 60, 1] == pytest.approx(128, abs=14)  # the grey at the end of it
        assert picture[18, 32, 1] < 40  # a black bar of the square


def test_bars_of_one_pixel_are_drawn_too(source: Path, tmp_path: Path) -> None:
    cut = edit(clip(source, 5, 4, 0))
    for size in ((64, 38), (66, 36), (64, 34)):
        assert rendered(cut, tmp_path, replace(FAST, size=size)) == [5, 6, 7, 8]
        assert stream_facts(tmp_path / "out.mp4")["size"] == size
