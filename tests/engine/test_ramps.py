"""Ramped clips in the engine: cuts on their frame, moves in the direction that is shown."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from shotlog.schema import UNDEFINED, ClipRange, Family, Log, MediaReference, TimeMap, TimeRange
from tests.engine.passes.test_segmentation import two_scenes
from tests.engine.test_analyze import edit_of, moves, ramp, run

__all__ = ["ramp"]  # the film that grows steadily brighter

RATE = Fraction(25)
Points = tuple[tuple[int, int], ...]


def ramped(path: Path, *points: tuple[int, int], at: int = 0) -> ClipRange:
    """A clip through points of (frame of the clip, frame of the media)."""
    time_map = TimeMap.through([((at + a) / RATE, b / RATE) for a, b in points])
    timeline = TimeRange.between(at / RATE, (at + points[-1][0]) / RATE)
    return ClipRange(
        id="V1/0", name="A", media=MediaReference(path=str(path), start=Fraction(0)),
        source=time_map.range_to_source(timeline), timeline=timeline, time_map=time_map,
    )  # fmt: skip


def shots(log: Log) -> list[tuple[Fraction | int, ...]]:
    """Timeline and source ranges of the shots, in frames."""
    ranges = (s.shot for s in log.shots)
    return [
        tuple(edge * RATE for r in (s.timeline, s.source) for edge in (r.start, r.end))
        for s in ranges
    ]


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write 60 frames with a cut at frame 30."""
    return two_scenes(tmp_path_factory.mktemp("ramps") / "film.mp4", 30)


def test_a_cut_lies_on_the_frame_at_which_the_ramp_shows_it(film: Path) -> None:
    # 20 media frames in 10, then 20 at half speed: media frame 30 comes after 10 + 20.
    log = run(edit_of(ramped(film, (0, 0), (10, 20), (50, 40), at=100)))
    assert log.problems == ()
    assert shots(log) == [(100, 130, 0, 30), (130, 150, 30, 40)]
    assert [c.at * RATE for c in log.cuts["V1/0"]] == [30]


def test_a_cut_between_two_frames_of_the_timeline_stays_exact(film: Path) -> None:
    log = run(edit_of(ramped(film, (0, 0), (7, 21), (21, 26), (24, 55))))
    (first, second) = shots(log)
    assert first[1] == second[0] == 21 + 3 * Fraction(30 - 26, 55 - 26)


def test_a_shot_that_the_ramp_comes_back_to_is_logged_each_time(film: Path) -> None:
    log = run(edit_of(ramped(film, (0, 10), (30, 40), (50, 20), (60, 25))))
    assert shots(log) == [(0, 20, 10, 30), (20, 40, 30, 40), (40, 60, 20, 30)]
    assert [len(f.findings) for f in log.shots] == [1, 1, 1]


def test_a_shot_that_a_ramp_holds_lasts_as_long_as_the_hold(film: Path) -> None:
    log = run(edit_of(ramped(film, (0, 0), (20, 20), (45, 20), (75, 50))))
    assert shots(log) == [(0, 55, 0, 30), (55, 75, 30, 50)]


def test_a_whole_clip_may_be_held_in_pieces(film: Path) -> None:
    log = run(edit_of(ramped(film, (0, 5), (10, 5), (20, 15))))
    assert shots(log) == [(0, 20, 5, 15)]


def test_a_ramp_that_runs_forwards_keeps_its_move(ramp: Path) -> None:
    assert moves(run(edit_of(ramped(ramp, (0, 0), (50, 25), (75, 125))))) == ["tilt_up"]


def test_a_ramp_that_runs_backwards_has_its_move_turned_round(ramp: Path) -> None:
    log = run(edit_of(ramped(ramp, (0, 125), (50, 100), (75, 0))))
    assert moves(log) == ["tilt_down"]
    assert not log.warnings


def test_a_move_that_is_shown_both_ways_is_not_named(ramp: Path) -> None:
    log = run(edit_of(ramped(ramp, (0, 0), (100, 100), (150, 50))))
    (found,) = log.shots[0].of(Family.MOVE)
    assert found.label == UNDEFINED
    assert found.confidence == 0
    assert "forwards and backwards" in found.reasons[-1]
    assert any("forwards and backwards" in warning for warning in log.warnings)
    assert any("forwards and backwards" in warning for warning in log.edit.clips[0].warnings)


def test_a_ramp_past_the_end_of_its_media_is_logged_as_far_as_it_goes(ramp: Path) -> None:
    log = run(edit_of(ramped(ramp, (0, 300), (50, 350), (100, 500))))
    assert shots(log)[-1][3] == 400
    assert shots(log)[-1][1] == 50 + Fraction(50, 3)
    assert any("outside its media" in warning for warning in log.warnings)
