"""An ensemble judges by the percentiles of its parts."""

from __future__ import annotations

import numpy as np
import pytest

from shotlog.analyzers.clock import EditClock
from shotlog.highlights import HIGHLIGHTERS
from shotlog.highlights.backends import percentiles
from shotlog.schema import HighlighterError
from tests.analyzers.edits import Event, Footage, cut_up
from tests.highlights.vectors import VECTORS, random_vectors, with_vectors

VIEW = with_vectors(
    cut_up(Footage(60, [Event(30, 4, loudness=15)]), (10, 20, 30, 40, 50)), random_vectors(30)
)


def viral(text: str) -> np.ndarray:
    return HIGHLIGHTERS.choose(text).judge(EditClock.of(VIEW), [VECTORS]).viral


def test_percentiles_are_shares_of_the_known_values_below() -> None:
    ranks = percentiles(np.array([3.0, np.nan, 1.0, 2.0, 2.0]))
    np.testing.assert_allclose(ranks, [0.875, np.nan, 0.125, 0.5, 0.5])


def test_one_part_alone_ranks_as_it_does_by_itself() -> None:
    alone, together = viral("heuristic"), viral("ensemble:of=heuristic")
    known = np.isfinite(alone)
    order = np.argsort(alone[known], kind="stable")
    assert (np.diff(together[known][order]) >= 0).all()


def test_a_weight_of_0_leaves_a_part_out() -> None:
    np.testing.assert_allclose(
        viral("ensemble:of=heuristic+embedding,shares=1+0"), viral("ensemble:of=heuristic")
    )


def test_parts_are_combined_by_stouffers_method() -> None:
    parts = [viral(f"ensemble:of={part}") for part in ("heuristic", "embedding")]
    both = viral("ensemble:of=heuristic+embedding,shares=3+1")
    np.testing.assert_allclose(both, (3 * parts[0] + parts[1]) / np.sqrt(10), atol=1e-9)


def test_its_criteria_bear_the_names_of_its_parts() -> None:
    judgement = HIGHLIGHTERS.choose("ensemble").judge(EditClock.of(VIEW), [VECTORS])
    names = {criterion.name for criterion in judgement.criteria}
    assert {"heuristic.loudness", "embedding.uniqueness"} <= names


@pytest.mark.parametrize(
    ("parameters", "part"),
    [
        ("of=heuristic+heuristic", "twice"),
        ("of=heuristic++embedding", "separated by one +"),
        ("of=heuristic+ensemble", "no ensemble among its parts"),
        ("of=heuristic+embedding,shares=1", "1 weights for 2"),
        ("of=heuristic+embedding,shares=0+0", "one is above 0"),
        ("of=heuristic+embedding,shares=2+-1", "at least 0"),
        ("of=heuristic+embedding,shares=1+nan", "at least 0"),
        ("of=heuristic+embedding,shares=much+more", "no numbers"),
    ],
)
def test_a_wrong_ensemble_is_refused_with_the_reason(parameters: str, part: str) -> None:
    with pytest.raises(HighlighterError) as caught:
        HIGHLIGHTERS.choose(f"ensemble:{parameters}")
    assert part in str(caught.value)


def test_parts_that_become_one_without_faces_count_together() -> None:
    text = "ensemble:of=heuristic+heuristic:faces=false+embedding"
    without = HIGHLIGHTERS.choose(text).without_faces()
    assert without.text == "ensemble:of=heuristic:faces=false+embedding,shares=2+1"
    assert HIGHLIGHTERS.choose(without.text) == without


def test_an_unknown_part_is_an_error_of_the_choice() -> None:
    with pytest.raises(HighlighterError, match="no such highlighter"):
        HIGHLIGHTERS.choose("ensemble:of=heuristics").judge(EditClock.of(VIEW), [VECTORS])
