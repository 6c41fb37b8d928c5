"""Contract of highlighters, checked for every installed one."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest

from shotlog.analyzers.clock import EditClock
from shotlog.highlights import (
    Highlighter,
    choose_highlighter,
    load_highlighters,
    make_highlight_analyzers,
)
from shotlog.schema import EditView, Family, HighlighterError, HighlightOptions
from tests.analyzers.edits import Event, Footage, cut_up
from tests.highlights.vectors import VECTORS, random_vectors, with_vectors

NAMES = {"embedding", "ensemble", "heuristic"}
HIGHLIGHTERS = load_highlighters()
each = pytest.mark.parametrize("highlighter", HIGHLIGHTERS, ids=lambda h: str(h.name))

FOOTAGE = Footage(90, [Event(20, 3, loudness=14, motion=0.1), Event(60, 5, speech=0.9, loudness=8)])
SEEN = random_vectors(45)
SEEN[[10, 11, 30, 31, 32]] += 0.25 * np.random.default_rng(1).normal(size=(5, 4))  # the events
VIEW = with_vectors(cut_up(FOOTAGE, (5, 9, 14, 19, 26, 33, 39, 47, 52, 66, 80)), SEEN)


def options(highlighter: Highlighter) -> HighlightOptions:
    return HighlightOptions(backends=(highlighter.text,))


def test_every_highlighter_is_installed_under_its_name() -> None:
    assert {highlighter.name for highlighter in HIGHLIGHTERS} >= NAMES


@each
def test_a_highlighter_is_chosen_again_by_its_own_text(highlighter: Highlighter) -> None:
    assert choose_highlighter(highlighter.text) == highlighter


@each
def test_a_judgement_has_a_value_for_every_step(highlighter: Highlighter) -> None:
    clock = EditClock.of(VIEW)
    judgement = highlighter.judge(clock, [VECTORS])
    for values in (judgement.viral, judgement.compelling):
        assert values.shape == (len(clock),)
        assert np.isfinite(values).any()
    for criterion in judgement.criteria:
        assert criterion.z.shape == criterion.values.shape == (len(clock),)
    names = [criterion.name for criterion in judgement.criteria]
    assert len(set(names)) == len(names)
    assert {name for absence in judgement.absences for name in absence.criteria} <= set(names)


@each
def test_two_judgements_are_equal(highlighter: Highlighter) -> None:
    first, second = (highlighter.judge(EditClock.of(VIEW), [VECTORS]) for _ in range(2))
    np.testing.assert_array_equal(first.viral, second.viral)
    np.testing.assert_array_equal(first.compelling, second.compelling)


@each
def test_highlights_are_numbered_from_the_best_and_lie_apart(highlighter: Highlighter) -> None:
    (analyzer,) = make_highlight_analyzers(options(highlighter), [VECTORS])
    assert analyzer.family is Family.HIGHLIGHT
    assert analyzer.name.startswith(f"{highlighter.tier}.highlight.")
    claims = analyzer.conclude(VIEW)
    assert claims
    assert [claim.label for claim in claims] == [f"HL {n}" for n in range(1, len(claims) + 1)]
    spans = sorted((claim.range for claim in claims), key=lambda span: span.start)
    assert all(a.end <= b.start for a, b in itertools.pairwise(spans))
    for claim in claims:
        assert 0 <= claim.range.start < claim.range.end <= VIEW.edit.duration
        assert 0 <= claim.confidence <= 1
        assert 0 <= claim.scores["score"] <= 100
        assert all(math.isfinite(score) for score in claim.scores.values())
        assert claim.reasons


@each
def test_without_evidence_nothing_is_found(highlighter: Highlighter) -> None:
    (analyzer,) = make_highlight_analyzers(options(highlighter), [VECTORS])
    empty = VIEW.edit.model_copy(update={"clips": (), "duration": Fraction(0)})
    assert list(analyzer.conclude(EditView(edit=empty, shots=[]))) == []
    assert analyzer.curve(EditView(edit=empty, shots=[])) is None


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("heuristics", "did you mean 'heuristic'"),
        ("heuristic:speed=3", "no parameter 'speed'"),
        ("heuristic:fast", "'fast' is not a parameter"),
        ("", "no such highlighter"),
    ],
)
def test_a_wrong_choice_is_an_error_that_tells_the_right_ones(text: str, part: str) -> None:
    with pytest.raises(HighlighterError) as caught:
        choose_highlighter(text)
    assert part in str(caught.value)
