"""Networks: what they learn that few features cannot tell, and when they are not tried."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
import torch

from shotlog.highlights.trained import NetworkModel, WindowBlocks
from shotlog.learning.highlights import (
    LabelledFilm,
    NetworkFit,
    Trained,
    fit_network,
    plan_methods,
    train,
)
from shotlog.schema import LabelsMissing
from tests.analyzers.edits import SOUND
from tests.highlights.vectors import WIDTH
from tests.learning.highlights.made_films import BLOCKS, SECONDS, made_film, seen_film

FILMS = 6
MANY = 200


def with_picks(films: Sequence[LabelledFilm]) -> list[LabelledFilm]:
    """The same films as if they had picks enough for a network."""
    return [replace(film, picks=MANY // len(films) + 1) for film in films]


@pytest.fixture(scope="module")
def seen() -> list[LabelledFilm]:
    """Films in which an editor kept what the vectors of a model tell, and nothing else does."""
    return [seen_film(number) for number in range(FILMS)]


@pytest.fixture(scope="module")
def trained(seen: list[LabelledFilm]) -> Trained:
    return train(with_picks(seen), BLOCKS)


def test_a_rule_of_vectors_is_found_by_the_network_and_not_by_the_logistic_regression(
    trained: Trained,
) -> None:
    assert trained.report.rankings["model"].auc.mean >= 0.9
    assert trained.other is not None
    assert trained.other.rankings["model"].auc.mean < 0.7
    assert "better one on films that it has not seen" in trained.reason
    assert isinstance(trained.fit, NetworkFit)


def test_both_methods_stand_in_the_report(trained: Trained) -> None:
    facts = trained.facts
    assert facts["method"] == f"network {WIDTH + 193}-512-256-2"
    assert facts["blocks"] == {"videomae": WIDTH, "audio": 128, "faces": 1, "dynamics": 64}
    assert facts["models"] == {"videomae": "vectors"}
    rankings = (facts[name]["rankings"] for name in ("held_out", "other_method_held_out"))
    mine, other = (ranking["model"]["auc"]["mean"] for ranking in rankings)
    assert mine > other


def test_what_was_kept_by_chance_is_not_found() -> None:
    films = [seen_film(number, chance=True) for number in range(12)]
    auc = train(films, BLOCKS, "network").report.rankings["model"].auc
    assert auc.low < 0.5 < auc.high


def test_the_logistic_regression_is_kept_where_it_is_better() -> None:
    films = with_picks([made_film(number, blocks=BLOCKS) for number in range(FILMS)])
    trained = train(films, BLOCKS)
    assert trained.other is not None
    assert not isinstance(trained.model, NetworkModel)
    assert trained.report.rankings["model"].auc.mean >= trained.other.rankings["model"].auc.mean


def test_the_same_films_in_another_order_give_the_same_bits(seen: list[LabelledFilm]) -> None:
    torch.manual_seed(5)
    before = torch.get_num_threads(), torch.get_rng_state()
    first, second = fit_network(seen, BLOCKS), fit_network(seen[::-1], BLOCKS)
    for one, other in zip(first.model.layers, second.model.layers, strict=True):
        np.testing.assert_array_equal(one.weight, other.weight)
    assert torch.get_num_threads() == before[0]
    assert torch.equal(torch.get_rng_state(), before[1])


def test_unknown_features_do_not_reach_the_network() -> None:
    silent = [seen_film(number, without=SOUND) for number in range(3)]
    assert all(np.isnan(film.windows).any() for film in silent if film.windows is not None)
    fitted = fit_network(silent, BLOCKS)
    audio = fitted.model.scale[WIDTH : WIDTH + 128]
    assert not audio.any()
    assert np.isfinite(fitted.judge(silent[0])).all()


def test_films_of_which_one_alone_is_left_are_too_few(seen: list[LabelledFilm]) -> None:
    with pytest.raises(LabelsMissing, match="one film alone"):
        fit_network(seen[:1], BLOCKS)
    with pytest.raises(LabelsMissing, match="a network needs 3 films at least, and there are 2"):
        train(seen[:2], BLOCKS, "network")


def test_a_film_without_windows_cannot_be_judged(seen: list[LabelledFilm]) -> None:
    fitted = fit_network(seen[:2], BLOCKS)
    with pytest.raises(ValueError, match="no features for a network"):
        fitted.judge(made_film(0))


@pytest.mark.parametrize(
    ("picks", "films", "model", "part"),
    [
        (199, 9, True, "needs 200 picks, and there are 199"),
        (200, 2, True, "needs 3 films at least, and there are 2"),
        (200, 3, False, "none is named (--model)"),
    ],
)
def test_it_is_told_why_no_network_is_tried(picks: int, films: int, model: bool, part: str) -> None:
    plan = plan_methods("auto", picks, films, model=model)
    assert not plan.network
    assert part in plan.reason


def test_a_method_that_is_asked_for_is_taken(seen: list[LabelledFilm]) -> None:
    assert plan_methods("auto", 200, 3, model=True).network
    assert plan_methods("network", 1, 3, model=True).network
    assert not plan_methods("logistic", 900, 9, model=True).network
    assert train(with_picks(seen[:3]), BLOCKS, "logistic").other is None


def test_image_text_vectors_are_a_further_block() -> None:
    blocks = WindowBlocks.of_models(BLOCKS.embedders["videomae"], BLOCKS.embedders["videomae"])
    names = [block.name for block in blocks.blocks]
    assert names == ["videomae", "audio", "faces", "dynamics", "image_text"]
    film = seen_film(0, blocks=blocks)
    assert film.windows is not None
    assert film.windows.shape == (SECONDS // 2, blocks.dimensions)
    np.testing.assert_array_equal(film.windows[:, :WIDTH], film.windows[:, -WIDTH:])
