"""Where clips lie in their media, and what is assumed of it."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest

from shotlog.engine import MediaShelf
from shotlog.engine.locate import Located, Uses, locate
from shotlog.render.video import write_video
from shotlog.schema.errors import NestRetimeUnsupported, Problem, RetimeUnsupported
from shotlog.schema.ranges import ClipRange, Edit, MediaReference
from shotlog.schema.times import TimeMap, TimeRange

RATE = 25


def _clip(path: Path, start: float, length: float, available: tuple[int, int]) -> ClipRange:
    """A clip at 2 s of the timeline; all in frames."""
    source = TimeRange(start=Fraction(start) / RATE, duration=Fraction(length) / RATE)
    first, frames = available
    return ClipRange(
        id="V1/0", name="A", source=source,
        media=MediaReference(
            path=str(path), start=Fraction(first, RATE), duration=Fraction(frames, RATE)
        ),
        timeline=TimeRange(start=Fraction(2), duration=source.duration),
        time_map=TimeMap(timeline_start=Fraction(2), source_start=source.start),
    )  # fmt: skip


def _located(clip: ClipRange) -> Located:
    found = _found(clip)
    assert isinstance(found, Located)
    return found


def _found(clip: ClipRange) -> Located | Problem:
    edit = Edit(name="cut", rate=Fraction(RATE), duration=clip.timeline.end, clips=(clip,))
    return locate(clip, Uses(edit), MediaShelf())


@pytest.mark.parametrize(
    ("start", "length", "warned"),
    [(95, 10, True), (90, 10, False), (90.4, 10, False), (90.6, 10, True), (-1, 4, True)],
)
def test_using_more_than_the_timeline_believes_is_a_warning(
    tmp_path: Path, start: float, length: float, warned: bool
) -> None:
    write_video(tmp_path / "a.mp4", np.zeros((120, 32, 64, 3), np.uint8), Fraction(RATE))
    found = _located(_clip(tmp_path / "a.mp4", start, length, (0, 100)))
    assert any("believes" in warning for warning in found.warnings) == warned


def test_a_still_is_one_frame_whatever_is_said_of_its_length(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "a.png"), np.zeros((32, 64, 3), np.uint8))
    found = _located(_clip(tmp_path / "a.png", 86312, 120, (0, 1)))
    assert found.span == TimeRange(start=Fraction(0), duration=Fraction(1, RATE))
    assert found.time_map.speed == 0
    assert found.warnings == ()


def test_a_still_without_length_on_the_timeline_is_a_problem(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "a.png"), np.zeros((32, 64, 3), np.uint8))
    found = _found(_clip(tmp_path / "a.png", 0, 0, (0, 1)))
    assert isinstance(found, Problem)
    assert found.code == "clip-empty"


@pytest.mark.parametrize(
    ("error", "held"), [(RetimeUnsupported, True), (NestRetimeUnsupported, False)]
)
def test_a_still_is_held_under_a_speed_ramp_of_its_own_alone(
    tmp_path: Path, error: type[RetimeUnsupported], held: bool
) -> None:
    # Where in a ramped nest a clip is seen is not known, whatever it shows.
    cv2.imwrite(str(tmp_path / "a.png"), np.zeros((32, 64, 3), np.uint8))
    clip = _clip(tmp_path / "a.png", 86312, 120, (0, 1))
    ramped = clip.model_copy(update={"problem": error("A").problem})
    found = _found(ramped)
    assert isinstance(found, Located) == held
    if isinstance(found, Located):
        assert found.time_map.speed == 0
        assert found.span == TimeRange(start=Fraction(0), duration=Fraction(1, RATE))


def test_a_film_under_a_speed_ramp_stays_a_problem(tmp_path: Path) -> None:
    write_video(tmp_path / "a.mp4", np.zeros((10, 32, 64, 3), np.uint8), Fraction(RATE))
    clip = _clip(tmp_path / "a.mp4", 0, 10, (0, 10))
    problem = RetimeUnsupported("A").problem
    assert _found(clip.model_copy(update={"problem": problem})) == problem
    gone = clip.model_copy(update={"media": MediaReference(path=str(tmp_path / "b.png"))})
    assert _found(gone.model_copy(update={"problem": problem})) == problem
