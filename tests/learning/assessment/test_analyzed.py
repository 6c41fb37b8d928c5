"""Scores of the built-in analyzers on rendered clips."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from shotlog.analyzers.move import MoveAnalyzer
from shotlog.engine import Cache, EngineOptions, ProbeCache, analyze
from shotlog.learning.assessment import ClipScores, assess, score_by_analyzers
from shotlog.learning.clips import LabelledClip
from shotlog.media.cuts import NoCuts
from shotlog.schema import Analyzer, Edit, Family, Log, Problem, ScoresUnusable, TimeRange
from tests.learning.assessment.made_clips import write_take

MOVES = ("pan_left", "pan_right", "tilt_up")


@pytest.fixture(scope="module")
def takes(tmp_path_factory: pytest.TempPathFactory) -> list[LabelledClip]:
    folder = tmp_path_factory.mktemp("takes")
    return [write_take(folder, move, number) for number, move in enumerate(MOVES)]


@pytest.fixture(scope="module")
def cache() -> Iterator[Cache]:
    with Cache(None) as kept:
        yield kept


def score(clips: Sequence[LabelledClip], cache: Cache) -> tuple[ClipScores, tuple[Problem, ...]]:
    def measure(edit: Edit, analyzers: Sequence[Analyzer]) -> Log:
        return analyze(edit, analyzers, cache, options=EngineOptions(cuts=NoCuts()))

    return score_by_analyzers(clips, Family.MOVE, [MoveAnalyzer()], ProbeCache(cache), measure)


def test_the_builtin_moves_are_right_on_steady_takes(
    takes: list[LabelledClip], cache: Cache
) -> None:
    scores, problems = score(takes, cache)
    found = assess(scores)
    assert not problems
    assert (found.clips, found.films, found.exclusive) == (3, 3, True)
    assert found.accuracy.mean == found.mean_ap.mean == 1


def test_a_range_of_a_clip_is_judged_alone(takes: list[LabelledClip], cache: Cache) -> None:
    half = TimeRange(start=Fraction(1, 2), duration=Fraction(1))
    scores, _ = score([replace(clip, span=half) for clip in takes], cache)
    whole, _ = score(takes, cache)
    assert assess(scores).accuracy.mean == 1
    assert (scores.scores != whole.scores).any()


def test_a_clip_that_cannot_be_read_does_not_cost_the_others(
    takes: list[LabelledClip], cache: Cache, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"no film")
    lost = replace(takes[0], id="lost", path=broken)
    scores, problems = score([lost, *takes], cache)
    assert scores.clips == tuple(clip.id for clip in takes)
    assert [problem.clip for problem in problems] == ["lost"]


def test_clips_without_labels_of_the_question_are_left_out(
    takes: list[LabelledClip], cache: Cache
) -> None:
    other = replace(takes[0], id="other", labels={Family.SIZE: ("CS",)})
    assert "other" not in score([other, *takes], cache)[0].clips
    with pytest.raises(ScoresUnusable):
        score([other], cache)


def test_moves_that_the_analyzer_never_names_count_as_missed(
    takes: list[LabelledClip], cache: Cache
) -> None:
    tracked = replace(takes[0], labels={Family.MOVE: ("track", "pan_left")})
    found = assess(score([tracked, *takes[1:]], cache)[0])
    assert not found.exclusive
    by_label = {figures.label: figures for figures in found.labels}
    assert (by_label["track"].clips, by_label["track"].recall) == (1, 0)
    assert by_label["pan_left"].recall == 1
