"""The report of a model: films that it has not seen, beside chance, centre and heuristic."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np

from shotlog.analyzers.clock import Numbers
from shotlog.highlights.trained import CANDIDATES
from shotlog.learning.figures import Bootstrap, Estimate, auc, average_precision, ndcg
from shotlog.learning.highlights.films import LabelledFilm
from shotlog.learning.highlights.fitted import Fitting
from shotlog.learning.splits import divide
from shotlog.schema import LabelsMissing, Model

_FOLDS: Final = 5
"""Parts into which the films are divided; each part is judged by a model of the others."""
_DRAWS: Final = 50
"""Random rankings of each film whose figures are averaged."""
_SEED: Final = 0

_FIGURES: Final[Mapping[str, Callable[[Numbers, np.ndarray], float]]] = {
    "auc": auc,
    "pr_auc": average_precision,
    "ndcg": ndcg,
}


class Figures(Model):
    """The figures of a ranking, per film, averaged over films.

    Attributes:
        auc: Probability that a kept window ranks above one that was left.
        pr_auc: Mean precision at every kept window.
        ndcg: Normalised discounted cumulative gain of the first ten windows.
    """

    auc: Estimate
    pr_auc: Estimate
    ndcg: Estimate


class JudgedFilm(Model):
    """A film that was left out while its judge learned.

    Attributes:
        name: Its name.
        windows: Number of its windows that have a label.
        kept: Number of those that were kept.
        picks: Number of parts that were kept.
        auc: The AUC of the model.
        auc_heuristic: The AUC of the heuristic.
    """

    name: str
    windows: int
    kept: int
    picks: int
    auc: float
    auc_heuristic: float


class Report(Model):
    """The evaluation of a model.

    Attributes:
        films: Every film, judged by a model that has not seen it.
        rankings: The figures of the model, of the heuristic, of the distance from the centre of the
            source, and of chance.
        gain: AUC of the model less that of the heuristic.
    """

    films: tuple[JudgedFilm, ...]
    rankings: dict[str, Figures]
    gain: Estimate

    @property
    def is_worse(self) -> bool:
        """True where the model ranks films that it has not seen worse than the heuristic does."""
        return self.gain.mean < 0


def evaluate(films: Sequence[LabelledFilm], fit: Fitting) -> Report:
    """Judge every film by a model of other films.

    Args:
        films: Films of which each tells both.
        fit: The method by which a model is fitted.

    Raises:
        LabelsMissing: There is one film alone.
    """
    if len(films) < 2:
        name = films[0].name if films else "the timelines"
        message = "there is one film alone, so a model could not be tried on a film it has not seen"
        raise LabelsMissing(name, message)
    judged: list[tuple[LabelledFilm, Numbers]] = []
    for learned, left in divide(films, _FOLDS):
        fitted = fit(learned)
        judged += [(film, fitted.judge(film)) for film in left]
    by_film = [_figures_of(film, scores) for film, scores in judged]
    estimate = Bootstrap(len(by_film)).mean
    return Report(
        films=tuple(
            JudgedFilm(
                name=film.name, windows=len(film.kept), kept=int(film.kept.sum()),
                picks=film.picks, auc=found["model"]["auc"],
                auc_heuristic=found["heuristic"]["auc"],
            )
            for (film, _), found in zip(judged, by_film, strict=True)
        ),
        rankings={
            ranking: Figures(**{
                name: estimate([found[ranking][name] for found in by_film]) for name in _FIGURES
            })
            for ranking in by_film[0]
        },
        gain=estimate([f["model"]["auc"] - f["heuristic"]["auc"] for f in by_film]),
    )  # fmt: skip


def judge_by_heuristic(film: LabelledFilm) -> Numbers:
    """Return (n,) the mean of both judgements of the heuristic in every window."""
    viral, compelling = np.array([(f.viral, f.compelling) for f in CANDIDATES]).T
    return (film.judged(viral) + film.judged(compelling)) / 2


def _figures_of(film: LabelledFilm, scores: Numbers) -> dict[str, dict[str, float]]:
    """Return the figures of every ranking of a film, by ranking and figure."""
    rankings = {
        "model": scores,
        "heuristic": judge_by_heuristic(film),
        "centre": -np.abs(film.place - 0.5),
    }
    found = {
        ranking: {name: figure(each, film.kept) for name, figure in _FIGURES.items()}
        for ranking, each in rankings.items()
    }
    # Drawn for every film anew, from its identity: the figures do not depend on the order of films.
    rng = np.random.default_rng([_SEED, int(film.key, 16)])
    draws = [rng.permutation(len(film.kept)).astype(np.float64) for _ in range(_DRAWS)]
    found["random"] = {
        name: float(np.mean([figure(draw, film.kept) for draw in draws]))
        for name, figure in _FIGURES.items()
    }
    return found
