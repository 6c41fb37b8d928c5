"""A cut within one take keeps the framing; a cut to another shot of the same size does not."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from shotlog.demo import Film
from shotlog.engine import Cache, EngineOptions, analyze
from shotlog.media.cuts import BuiltinCuts, CutFinder, NoCuts
from shotlog.schema import ClipRange, Edit, Log, MediaReference, TimeMap, TimeRange
from shotlog.synthetic import write_video

RATE = Fraction(24)
BUILTIN = BuiltinCuts()
TALK, LISTENER = range(300, 396), range(480, 552)
"""Frames of two medium shots of the demo film: a person who talks, and another one elsewhere."""

Piece = tuple[Path, int, int]
"""A file, the first frame of it that is shown, and the number of frames; negative: backwards."""


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write both shots into one file, as a finished film: 4 s of the first, 3 s of the second."""
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    source = Film(width=320, height=180)
    write_video(path, (source.picture(n) for n in (*TALK, *LISTENER)), RATE)
    return path


def edit_of(*pieces: Piece) -> Edit:
    """Return an edit of pieces of files, one after the other on one track."""
    clips, at = [], Fraction(0)
    for number, (path, first, count) in enumerate(pieces):
        start, length = first / RATE, abs(count) / RATE
        speed = Fraction(1 if count > 0 else -1)
        shown = TimeMap(
            timeline_start=at, source_start=start if count > 0 else start + length, speed=speed
        )
        clips.append(
            ClipRange(
                id=f"V1/{number}", name=f"clip {number}", media=MediaReference(path=str(path)),
                source=TimeRange(start=start, duration=length),
                timeline=TimeRange(start=at, duration=length), time_map=shown,
            )
        )  # fmt: skip
        at += length
    return Edit(name="e", rate=RATE, duration=at, clips=tuple(clips))


def framings(edit: Edit, finder: CutFinder = BUILTIN) -> list[bool | None]:
    with Cache(None) as cache:
        log = analyze(edit, [], cache, options=EngineOptions(cuts=finder))
    return [logged.same_framing for logged in log.shots]


def test_a_take_with_two_seconds_removed_keeps_its_framing(film: Path) -> None:
    assert framings(edit_of((film, 0, 24), (film, 72, 24))) == [None, True]


def test_another_shot_of_the_same_file_has_another_framing(film: Path) -> None:
    """By a cut in the timeline, and by a cut that is found in the file."""
    assert framings(edit_of((film, 24, 24), (film, 110, 24))) == [None, False]
    assert framings(edit_of((film, 0, 168))) == [None, False]


def test_the_same_framing_is_known_in_a_copy_of_the_file(film: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.mp4"
    source = Film(width=640, height=360)
    write_video(copy, (source.picture(n) for n in TALK[:48]), RATE)
    assert framings(edit_of((film, 72, 24), (copy, 0, 24))) == [None, True]


def test_a_clip_that_runs_backwards_is_compared_where_it_is_cut(film: Path) -> None:
    """The whole file backwards ends on the first shot, and goes on with that one."""
    assert framings(edit_of((film, 0, -168), (film, 48, 24))) == [None, False, True]


def test_shots_with_a_gap_between_them_are_not_compared(film: Path) -> None:
    edit = edit_of((film, 0, 24), (film, 24, 24), (film, 72, 24))
    gap = edit.model_copy(update={"clips": (edit.clips[0], edit.clips[2])})
    assert framings(gap) == [None, None]


def test_without_a_search_for_cuts_nothing_is_compared_or_written(film: Path) -> None:
    edit = edit_of((film, 0, 24), (film, 72, 24))
    assert framings(edit, NoCuts()) == [None, None]
    with Cache(None) as cache:
        log = analyze(edit, [], cache, options=EngineOptions(cuts=NoCuts()))
    assert "same_framing" not in log.model_dump_json()
    assert Log.model_validate_json(log.model_dump_json()) == log


@pytest.mark.parametrize(("file", "shots"), [("mr1_bt_a.264", 6), ("bikes.mp4", 6)])
def test_no_cut_of_a_finished_film_keeps_the_framing(data_dir: Path, file: str, shots: int) -> None:
    film = data_dir / "video" / "multishot" / file
    assert framings(edit_of((film, 0, 240))) == [None] + (shots - 1) * [False]
