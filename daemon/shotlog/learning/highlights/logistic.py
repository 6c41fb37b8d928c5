"""Logistic regression that is shrunk toward the heuristic.

A few picks cannot tell thirteen weights. So the penalty does not draw the weights to 0 but to those
of the heuristic, a Gaussian prior around them: the fewer the picks, the more of the heuristic is
left. The strength of the prior is chosen by the likelihood of films that were left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from scipy.optimize import minimize

from shotlog.analyzers.clock import Numbers
from shotlog.highlights.trained import CANDIDATES, LogisticModel
from shotlog.learning.highlights.films import LabelledFilm
from shotlog.learning.splits import divide

STRENGTHS: Final = (0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 1000.0)
"""Precisions of the prior that are tried: 1 / its variance. At the last the heuristic is left."""
_FOLDS: Final = 5
"""Parts into which films are divided to choose the strength."""

_LEAST: Final = 1e-3
"""Scale of the heuristic's weights where they say nothing of what was kept. Its ranking is left."""
HEURISTIC: Final = np.array([f.viral + f.compelling for f in CANDIDATES])
"""(d,) the heuristic's weights of both judgements together."""


@dataclass(frozen=True, eq=False)
class LogisticFit:
    """A logistic regression that was fitted to films.

    Attributes:
        weights: (d,) weights of the features.
        bias: Log odds at features of 0.
        strength: Precision of the prior.
        films: Number of films that it was learned from.
        picks: Number of parts that were kept in them.
    """

    weights: Numbers
    bias: float
    strength: float
    films: int
    picks: int

    @property
    def model(self) -> LogisticModel:
        """The model."""
        return LogisticModel.of(self.weights, self.bias)

    @property
    def facts(self) -> dict[str, Any]:
        """The method, its prior, and the weight of each feature."""
        return {
            "method": "logistic regression, shrunk toward the heuristic",
            "prior_strength": self.strength,
            "bias": self.bias,
            "weights": self._by_name,
        }

    @property
    def notes(self) -> tuple[str, ...]:
        """The same in sentences."""
        weights = sorted(self._by_name.items(), key=lambda item: -abs(item[1]))
        largest = abs(weights[0][1])
        told = ", ".join(f"{name} {weight / largest:+.2f}" for name, weight in weights[:6])
        return (
            f"logistic regression of {len(weights)} features, drawn to the weights of the heuristic"
            f" with a strength of {self.strength:g}",
            f"largest weights, as shares of the first: {told}",
        )

    def judge(self, film: LabelledFilm) -> Numbers:
        """Return the mean judgement of every window, as the trained highlighter makes it."""
        return film.judged(self.weights)

    @property
    def _by_name(self) -> dict[str, float]:
        return dict(zip((f.name for f in CANDIDATES), map(float, self.weights), strict=True))


def fit_logistic(films: Sequence[LabelledFilm]) -> LogisticFit:
    """Fit the weights of the features to what was kept and left.

    Args:
        films: Films of which each tells both, at least one.
    """
    films = sorted(films, key=lambda film: film.key)  # sums depend on their order, by a little
    strength = _choose(films)
    weights, bias = _fit(films, strength)
    return LogisticFit(weights, bias, strength, len(films), sum(film.picks for film in films))


def _choose(films: Sequence[LabelledFilm]) -> float:
    """Return the strength under which films that were left out are likeliest."""
    if len(films) < 2:
        return STRENGTHS[-1]  # nothing can be left out to learn better
    losses = dict.fromkeys(STRENGTHS, 0.0)
    for learned, left in divide(films, _FOLDS):
        for strength in STRENGTHS:
            weights, bias = _fit(learned, strength)
            losses[strength] += sum(_loss(film, weights, bias) for film in left)
    # Of equals the strongest: it departs least from the heuristic.
    return min(reversed(STRENGTHS), key=lambda strength: losses[strength])


def _loss(film: LabelledFilm, weights: Numbers, bias: float) -> float:
    """Return the mean negative log likelihood of a film, both labels weighing the same."""
    signs, shares = _targets(film)
    margins = signs * (film.features @ weights + bias)
    return float(shares @ np.logaddexp(0, -margins))


def _targets(film: LabelledFilm) -> tuple[Numbers, Numbers]:
    """Return (n,) 1 where a window was kept, else -1, and shares that sum to 1/2 per label."""
    shares = np.where(film.kept, 0.5 / film.kept.sum(), 0.5 / (~film.kept).sum())
    return np.where(film.kept, 1.0, -1.0), shares


def _fit(films: Sequence[LabelledFilm], strength: float) -> tuple[Numbers, float]:
    """Return the weights and the bias under a prior."""
    x = np.concatenate([film.features for film in films])
    targets = [_targets(film) for film in films]
    signs = np.concatenate([signs for signs, _ in targets])
    # Windows of one pick say the same, so that a film counts as often as it has picks.
    pairs = zip(films, targets, strict=True)
    shares = np.concatenate([film.picks * shares for film, (_, shares) in pairs])
    scale, _ = _minimise((x @ HEURISTIC)[:, None], signs, shares, np.zeros(1), 1.0)
    # The prior never turns the heuristic around, whatever was kept.
    return _minimise(x, signs, shares, max(float(scale[0]), _LEAST) * HEURISTIC, strength)


def _minimise(
    x: Numbers, signs: Numbers, shares: Numbers, centre: Numbers, strength: float
) -> tuple[Numbers, float]:
    """Return weights and bias of the least loss: logistic, and a squared distance from a centre."""

    def loss(parameters: Numbers) -> tuple[float, Numbers]:
        weights, bias = parameters[:-1], parameters[-1]
        margins = signs * (x @ weights + bias)
        away = weights - centre
        value = shares @ np.logaddexp(0, -margins) + strength / 2 * (away @ away)
        slopes = -signs * shares / (1 + np.exp(np.minimum(margins, 700)))
        return float(value), np.append(x.T @ slopes + strength * away, slopes.sum())

    found = minimize(loss, np.append(centre, 0.0), jac=True, method="L-BFGS-B")
    return np.asarray(found.x[:-1]), float(found.x[-1])
