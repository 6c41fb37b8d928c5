"""Training: what it learns, what it says of films that it has not seen, what it refuses."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from shotlog.highlights.trained import CANDIDATES
from shotlog.learning.highlights import LabelledFilm, Trained, fit_logistic, train
from shotlog.learning.splits import divide
from shotlog.schema import LabelsMissing, ModelWorse
from tests.learning.highlights.made_films import made_film

FILMS = 6


@pytest.fixture(scope="module")
def talked() -> list[LabelledFilm]:
    """Films in which an editor kept what people say, which the heuristic gives no weight."""
    return [made_film(number) for number in range(FILMS)]


@pytest.fixture(scope="module")
def trained(talked: list[LabelledFilm]) -> Trained:
    return train(talked)


def test_a_rule_that_the_heuristic_does_not_know_is_found_on_unseen_films(trained: Trained) -> None:
    rankings = trained.report.rankings
    assert rankings["model"].auc.mean >= 0.9
    assert rankings["heuristic"].auc.mean < 0.8
    trained.check()


def test_what_was_kept_by_chance_is_not_found() -> None:
    found = train([made_film(number, chance=True) for number in range(12)]).report
    auc = found.rankings["model"].auc
    assert auc.low < 0.5 < auc.high


def test_the_figures_of_chance_are_those_of_no_ranking(trained: Trained) -> None:
    random = trained.report.rankings["random"]
    assert random.auc.mean == pytest.approx(0.5, abs=0.03)
    shares = [film.kept / film.windows for film in trained.report.films]
    assert random.pr_auc.mean == pytest.approx(np.mean(shares), abs=0.08)


def test_every_film_is_judged_once_by_a_model_that_has_not_seen_it(
    talked: list[LabelledFilm],
) -> None:
    parts = list(divide(talked, 5))
    left = [film.name for _, films in parts for film in films]
    assert sorted(left) == sorted(film.name for film in talked)
    for learned, films in parts:
        assert not {id(film) for film in learned} & {id(film) for film in films}


def test_a_model_does_not_depend_on_the_order_or_the_names_of_films(
    talked: list[LabelledFilm], trained: Trained
) -> None:
    other = train([replace(film, name=f"new {film.name}") for film in reversed(talked)])
    assert other.facts["weights"] == trained.facts["weights"]
    assert other.report.rankings == trained.report.rankings


def test_one_film_teaches_the_heuristic_alone(talked: list[LabelledFilm]) -> None:
    weights = fit_logistic(talked[:1]).weights
    prior = np.array([f.viral + f.compelling for f in CANDIDATES])
    assert weights @ prior / np.linalg.norm(weights) / np.linalg.norm(prior) > 0.99


def test_a_model_that_is_worse_than_the_heuristic_is_refused(trained: Trained) -> None:
    gain = trained.report.gain.model_copy(update={"mean": -0.01})
    worse = replace(trained, report=trained.report.model_copy(update={"gain": gain}))
    with pytest.raises(ModelWorse, match="would make highlights worse"):
        worse.check()


def test_one_film_alone_cannot_be_split(talked: list[LabelledFilm]) -> None:
    with pytest.raises(LabelsMissing, match="one film alone"):
        train(talked[:1])


def test_films_of_which_all_was_kept_teach_nothing(talked: list[LabelledFilm]) -> None:
    whole = [replace(film, kept=np.ones_like(film.kept)) for film in talked]
    with pytest.raises(LabelsMissing, match="nothing to compare") as caught:
        train(whole)
    assert "trimmed copies" in caught.value.problem.hint
