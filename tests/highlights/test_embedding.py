"""The three criteria of Pang et al. (WACV 2023), against their formulas written out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from shotlog.analyzers.clock import EditClock
from shotlog.highlights import Judgement, make_highlight_analyzers
from shotlog.highlights.backends import (
    EmbeddingHighlighter,
    global_consistency,
    local_dissimilarity,
)
from shotlog.schema import EditView, HighlighterError, HighlightOptions
from tests.analyzers.edits import Footage, cut_up
from tests.highlights.vectors import VECTORS, random_vectors, with_vectors

CUTS = (10, 20, 30, 40, 50)


def unit(count: int, width: int = 6) -> np.ndarray:
    vectors = np.random.default_rng(3).normal(size=(count, width))
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


def judge(view: EditView) -> Judgement:
    return EmbeddingHighlighter().judge(EditClock.of(view), [VECTORS])


def values(judgement: Judgement, name: str) -> np.ndarray:
    return next(c.values for c in judgement.criteria if c.name == name)


def view_of(vectors: np.ndarray, media: Sequence[str] | None = None) -> EditView:
    return with_vectors(cut_up(Footage(60), CUTS), vectors, media)


def test_local_dissimilarity_is_the_mean_squared_distance_of_the_nearest_tenth() -> None:
    x = unit(50)
    squared = ((x[:, None] - x[None]) ** 2).sum(axis=2)
    expected = np.sort(squared, axis=1)[:, :5].mean(axis=1)
    np.testing.assert_allclose(local_dissimilarity(x), expected, atol=1e-12)


def test_global_consistency_is_the_log_of_the_mean_of_the_potentials() -> None:
    x = unit(50)
    squared = ((x[:, None] - x[None]) ** 2).sum(axis=2)
    expected = np.log(np.exp(-2 * squared).mean(axis=1))
    np.testing.assert_allclose(global_consistency(x, x), expected, atol=1e-12)


def test_more_windows_than_are_compared_at_once_give_the_same() -> None:
    x = unit(2500, 3)
    whole = np.sort(2 - 2 * x @ x.T, axis=1)[:, :250].mean(axis=1)
    np.testing.assert_allclose(local_dissimilarity(x), whole, atol=1e-9)


def test_neither_the_same_again_nor_what_fits_nowhere_scores_highest() -> None:
    vectors = np.tile(np.eye(4)[0], (30, 1))
    vectors[5] = np.eye(4)[1]  # fits nowhere
    vectors[20:24] += 0.3 * np.random.default_rng(1).normal(size=(4, 4))  # varies what is typical
    viral = judge(view_of(vectors)).viral
    assert 40 <= np.nanargmax(viral) / 4 < 48
    assert viral[42] == pytest.approx(viral[100], abs=0.01)


def test_in_an_edit_of_one_file_everything_is_equally_unique() -> None:
    assert set(values(judge(view_of(random_vectors(30))), "uniqueness")) == {1.0}


def test_what_other_media_show_as_well_is_not_unique() -> None:
    vectors = random_vectors(30)
    vectors[:5] = vectors[25:] = np.eye(4)[1]  # the same title in the first and the last file
    vectors[5:10] = np.eye(4)[2]
    judgement = judge(view_of(vectors, ["a", "a", "b", "c", "d", "d"]))
    unique = values(judgement, "uniqueness")
    assert unique[:40].max() < unique[40:80].min()


def test_a_shot_without_a_vector_is_unknown_and_the_others_are_judged() -> None:
    view = view_of(random_vectors(30)[:15])  # 30 of 60 s
    judgement = judge(view)
    assert np.isfinite(judgement.viral[:120]).all()
    assert np.isnan(judgement.viral[120:]).all()


def test_without_any_vector_nothing_is_claimed() -> None:
    view = cut_up(Footage(60), CUTS)
    options = HighlightOptions(backends=("embedding",))
    (analyzer,) = make_highlight_analyzers(options, [VECTORS])
    assert list(analyzer.conclude(view)) == []


@pytest.mark.parametrize("backend", ["embedding", "embedding:model=none-such"])
def test_without_its_model_it_is_refused_with_the_remedy(backend: str) -> None:
    embedders = [VECTORS] if ":" in backend else []
    with pytest.raises(HighlighterError, match="shotlog models list"):
        make_highlight_analyzers(HighlightOptions(backends=(backend,)), embedders)


def test_a_model_is_chosen_by_its_name() -> None:
    options = HighlightOptions(backends=("embedding:model=vectors",))
    (analyzer,) = make_highlight_analyzers(options, [VECTORS])
    assert VECTORS in analyzer.measures
