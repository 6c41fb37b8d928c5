"""Speed effects of AAF files. The numbers are those of Media Composer's own effects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.otio.aaf.making import Film, make
from tests.otio.aaf.reading import FORMAT, inspect

F = Fraction
SPEEDS, POSITIONS = "PARAM_SPEED_OFFSET_MAP_U", "PARAM_OFFSET_MAP_U"
Points = Sequence[tuple[Fraction | int, Fraction | int]]


def warped(
    tmp_path: Path,
    length: int,
    source: tuple[int, int],
    *,
    ratio: Fraction | None = None,
    name: str = "Motion Control",
    spline: bool = False,
    graph: Mapping[str, Points] | None = None,
) -> Any:
    """The clip under a speed effect at the start of a sequence of 24 frames per second."""

    def build(film: Film) -> None:
        inner = film.run(film.clip(film.master("a", 120), *source))
        film.track(
            film.sequence(),
            film.effect(name, length, inner, warp=True, ratio=ratio, graph=graph, spline=spline),
        )

    [clip] = inspect(make(tmp_path / "cut.aaf", build)).clips
    assert (clip.record_in, clip.record_out) == (0, length)
    return clip


def frames(clip: Any) -> Any:
    return clip.source_in * 24, clip.source_out * 24


@pytest.mark.parametrize(
    ("length", "source", "ratio", "speed", "shown"),
    [
        (100, (0, 50), F(2), F(1, 2), (0, 50)),
        (20, (18, 18), F(1111111, 1000000), F(9, 10), (18, 36)),
        (10, (30, 40), F(1, 4), F(4), (30, 70)),
        (100, (49, 51), F(-100, 51), F(-51, 100), (49, 100)),
        (10, (50, 1), F(10), F(0), (50, 51)),
    ],
)
def test_a_ratio_is_that_of_the_lengths(
    tmp_path: Path,
    length: int,
    source: tuple[int, int],
    ratio: Fraction,
    speed: Fraction,
    shown: tuple[Fraction, Fraction],
) -> None:
    clip = warped(tmp_path, length, source, ratio=ratio, name="Video Speed Control")
    assert (clip.speed, frames(clip)) == (speed, shown)


@pytest.mark.parametrize(
    ("length", "source", "points", "speed", "shown"),
    [
        # The ratio, 8/15, is rounded; the sum of speeds is not.
        (8, (0, 15), [(0, 0), (8, 16)], F(2), (0, 16)),
        (10, (30, 10), [(0, F(69, 100)), (10, F(1059, 100))], F(99, 100),
         (F(3069, 100), F(4059, 100))),
        # Nine digits stand for a third.
        (9, (0, 89), [(0, 0), (9, F(1000000001, 10**7))], F(100, 9), (0, 100)),
        # Backwards, from frame 99, which is shown whole, down to frame 0.
        (100, (0, 100), [(0, 99), (100, -1)], F(-1), (0, 100)),
        (100, (49, 51), [(0, 50), (100, 0)], F(-1, 2), (50, 100)),
        (10, (119, 1), [(0, 0), (F(10, 9), 0)], F(0), (119, 120)),
    ],
)  # fmt: skip
def test_a_sum_of_speeds_counts_before_the_ratio(
    tmp_path: Path,
    length: int,
    source: tuple[int, int],
    points: Points,
    speed: Fraction,
    shown: tuple[Fraction, Fraction],
) -> None:
    clip = warped(tmp_path, length, source, ratio=F(length, source[1]), graph={SPEEDS: points})
    assert (clip.speed, frames(clip)) == (speed, shown)


@pytest.mark.parametrize(
    ("length", "source", "points", "speed", "shown"),
    [
        # From frame 0 to 98 in 100 frames: 99 frames are shown.
        (100, (0, 99), [(0, 0), (1, 98)], F(99, 100), (0, 99)),
        (50, (0, 100), [(0, 0), (1, 99)], F(2), (0, 100)),
        # The middle of such an effect: the whole of it reaches from -4 to 8 3/8 of its length.
        (9, (31, 9), [(-4, -31), (F(67, 8), 67)], F(99, 100), (F(792, 25), F(4059, 100))),
    ],
)
def test_a_graph_of_positions_names_frames_that_are_shown(
    tmp_path: Path,
    length: int,
    source: tuple[int, int],
    points: Points,
    speed: Fraction,
    shown: tuple[Fraction, Fraction],
) -> None:
    clip = warped(tmp_path, length, source, spline=True, graph={POSITIONS: points})
    assert (clip.speed, frames(clip)) == (speed, shown)


def test_a_ramp_is_followed_piece_by_piece(tmp_path: Path) -> None:
    points = [(F(0), F(0)), (F(10), F(5)), (F(20), F(25))]

    def build(film: Film) -> None:
        inner = film.clip(film.master("a"), 30, 25)
        film.track(film.sequence(), film.effect("Motion Control", 20, inner, warp=True,
                                                graph={SPEEDS: points}))  # fmt: skip

    path = make(tmp_path / "cut.aaf", build)
    [clip] = inspect(path).clips
    assert (clip.speed, frames(clip)) == (F(25, 20), (30, 55))
    [read] = FORMAT.read(path).clips
    hour = 3600
    shown = [read.time_map.to_source(F(n, 24)) * 24 - hour * 24 for n in (0, 4, 10, 15, 20)]
    assert shown == [30, 32, 35, 45, 55]
    assert not inspect(path).problems


def test_a_straight_graph_of_positions_is_a_ramp_too(tmp_path: Path) -> None:
    points = [(F(0), F(0)), (F(1, 2), F(10)), (F(1), F(15))]
    clip = warped(tmp_path, 21, (30, 16), graph={POSITIONS: points})
    # A frame a frame, then half a frame; the last frame that is named is shown for its time.
    assert frames(clip) == (30, 30 + F(31, 2))


def test_a_spline_of_positions_is_not_guessed(tmp_path: Path) -> None:
    points = [(F(0), F(0)), (F(1, 4), F(9)), (F(1), F(15))]

    def build(film: Film) -> None:
        inner = film.clip(film.master("a"), 32, 16)
        film.track(film.sequence(), film.effect("Motion Control", 16, inner, warp=True, spline=True,
                                                graph={POSITIONS: points}))  # fmt: skip

    [problem] = inspect(make(tmp_path / "cut.aaf", build)).problems
    assert "a curve through frames" in problem.message


def test_an_unknown_speed_effect_is_named(tmp_path: Path) -> None:
    def build(film: Film) -> None:
        inner = film.clip(film.master("a"), 0, 10)
        film.track(film.sequence(), film.effect("Strobe", 10, inner, warp=True))

    [problem] = inspect(make(tmp_path / "cut.aaf", build)).problems
    assert '"Strobe"' in problem.message


def test_a_nest_at_another_speed_takes_its_clips_along(tmp_path: Path) -> None:
    def build(film: Film) -> None:
        a, b = film.master("a"), film.master("b")
        inner = film.run(film.clip(a, 0, 10), film.clip(b, 100, 10))
        twice = film.effect("Motion Control", 10, inner, warp=True, ratio=F(1, 2))
        back = film.effect("Motion Control", 20, film.effect("Motion Control", 10,
                           film.clip(a, 40, 20), warp=True, ratio=F(1, 2)),
                           warp=True, ratio=F(-2))  # fmt: skip
        film.track(film.sequence(), twice, back)

    clips = inspect(make(tmp_path / "cut.aaf", build)).clips
    assert [(c.name, c.record_in, c.record_out, c.speed, *frames(c)) for c in clips] == [
        ("a", 0, 5, 2, 0, 10),
        ("b", 5, 10, 2, 100, 110),
        ("a", 10, 30, -1, 40, 60),
    ]
