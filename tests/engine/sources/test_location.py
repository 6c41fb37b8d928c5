"""Positions of clips in their media, and the assumptions about them."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest

from shotlog.engine import ProbeCache
from shotlog.engine.sources import LocatedClip, MediaUses, locate
from shotlog.schema import (
    ClipRange,
    Edit,
    MediaReference,
    NestRetimeUnsupported,
    Problem,
    RetimeUnsupported,
    TimeMap,
    TimeRange,
)
from shotlog.synthetic import write_video

RATE = 25


def _clip(path: Path, start: float, length: float, available: tuple[int, int]) -> ClipRange:
    """Return a clip at 2 s of the timeline; all arguments are in frames."""
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


def _located(clip: ClipRange) -> LocatedClip:
    found = _found(clip)
    assert isinstance(found, LocatedClip)
    return found


def _found(clip: ClipRange) -> LocatedClip | Problem:
    edit = Edit(name="cut", rate=Fraction(RATE), duration=clip.timeline.end, clips=(clip,))
    return locate(clip, MediaUses(edit), ProbeCache())


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


def test_a_still_is_one_frame_at_any_stated_length(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "a.png"), np.zeros((32, 64, 3), np.uint8))
    found = _located(_clip(tmp_path / "a.png", 86312, 120, (0, 1)))
    assert found.span == TimeRange(start=Fraction(0), duration=Fraction(1, RATE))
    assert found.time_map.speed == 0
    assert found.warnings == ()


_EVENT = "001  AX  V  C  00:00:00:00 00:00:04:00 00:00:00:00 00:00:04:00\n"
_OTIO = '{"OTIO_SCHEMA": "Timeline.1"}'


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.edl", _EVENT, "this is an edit decision list (EDL), not media"),
        ("a.mov", _EVENT, "this is an edit decision list (EDL), not media"),
        ("a.prproj", "?", "this is a Premiere Pro project, not media"),
        ("a.otio", _OTIO, "this is an OpenTimelineIO timeline, not media"),
        ("a.mov", _OTIO, "this is an OpenTimelineIO timeline, not media"),
        ("a.txt", "notes\n" * 99, "by its name this is no media (document)"),
        ("a.srt", "1\n", "by its name this is no media (subtitle file)"),
        ("a.ffconcat", "ffconcat version 1.0\nfile b.mp4\n", "this is no media (playlist)"),
        ("a.mp4", "<html>404</html>", "it holds text, no media"),
    ],
)
def test_a_file_that_is_no_media_has_no_hint_to_play_it(
    tmp_path: Path, name: str, content: str, said: str
) -> None:
    (tmp_path / name).write_text(content)
    found = _found(_clip(tmp_path / name, 0, 10, (0, 100)))
    assert isinstance(found, Problem)
    assert (found.code, found.clip) == ("media-unreadable", "V1/0")
    assert said in found.message
    assert "plays" not in found.hint
    assert "elink" in found.hint


def test_a_missing_project_file_is_offline_media(tmp_path: Path) -> None:
    found = _found(_clip(tmp_path / "a.prproj", 0, 10, (0, 100)))
    assert isinstance(found, Problem)
    assert found.code == "media-missing"


@pytest.mark.parametrize(
    ("name", "told"), [("a.`padzero(4,$T)`.exr", True), ("a.####.exr", True), ("a.mov", False)]
)
def test_a_pattern_without_files_explains_the_spellings_of_numbers(
    tmp_path: Path, name: str, told: bool
) -> None:
    found = _found(_clip(tmp_path / name, 0, 10, (0, 100)))
    assert isinstance(found, Problem)
    assert (found.code, "####" in found.hint) == ("media-missing", told)


def test_a_damaged_film_has_a_hint_to_play_it(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"\0\1\2" * 99)
    found = _found(_clip(tmp_path / "a.mp4", 0, 10, (0, 100)))
    assert isinstance(found, Problem)
    assert "plays" in found.hint


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
    assert isinstance(found, LocatedClip) == held
    if isinstance(found, LocatedClip):
        assert found.time_map.speed == 0
        assert found.span == TimeRange(start=Fraction(0), duration=Fraction(1, RATE))


def test_a_film_under_a_speed_ramp_stays_a_problem(tmp_path: Path) -> None:
    write_video(tmp_path / "a.mp4", np.zeros((10, 32, 64, 3), np.uint8), Fraction(RATE))
    clip = _clip(tmp_path / "a.mp4", 0, 10, (0, 10))
    problem = RetimeUnsupported("A").problem
    assert _found(clip.model_copy(update={"problem": problem})) == problem
    gone = clip.model_copy(update={"media": MediaReference(path=str(tmp_path / "b.png"))})
    assert _found(gone.model_copy(update={"problem": problem})) == problem
