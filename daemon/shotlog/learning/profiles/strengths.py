"""The number of parameters that corrections support, and the strength of the prior on them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Protocol

import numpy as np

from shotlog.analyzers.clock import Numbers
from shotlog.learning.profiles.labelled import LabelledScores
from shotlog.learning.profiles.likelihood import LEAST
from shotlog.learning.splits import divide

SHOTS_PER_PARAMETER: Final = 10
"""Labelled shots for each parameter that is fitted: Peduzzi, Concato, Kemper, Holford and
Feinstein, "A simulation study of the number of events per variable in logistic regression
analysis" (Journal of Clinical Epidemiology 1996)."""

STRENGTHS: Final = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 1000.0)
"""Precisions of the Gaussian prior that are tried. At the last, hardly anything is changed."""

INVERSE_TEMPERATURES: Final = (0.05, 20.0)
"""Limits of 1 / temperature."""

_HOLDS: Final = 0.5
"""Score from which a label was said, where each holds or not."""

_FOLDS: Final = 5
"""Parts into which shots are divided to choose the strength."""


class Fit(Protocol):
    """A correction that was fitted to labelled scores."""

    def apply(self, shots: LabelledScores) -> Numbers:
        """Return (n, k) the corrected probabilities."""


def choose_free(
    scores: Numbers, truth: Numbers, each: int, further: int = 0, *, exclusive: bool = True
) -> tuple[int, ...]:
    """Return the numbers of the labels that get parameters: the most changed ones first.

    A label that no editor changed to or from gets none.

    Args:
        scores: (n, k) probabilities.
        truth: (n, k) shares of the editor's labels.
        each: Number of parameters of a label.
        further: Number of parameters that are no label's.
        exclusive: True where one label holds: the likeliest one was said. Else those were from 0.5.
    """
    count = max(0, len(scores) // SHOTS_PER_PARAMETER - further) // each
    said = (scores >= _HOLDS).astype(np.float64)
    if exclusive:
        said = np.eye(scores.shape[1])[scores.argmax(axis=1)]
    changed = np.abs(truth - said).sum(axis=0)
    ordered = np.argsort(-changed, kind="stable")
    return tuple(sorted(int(n) for n in ordered[:count] if changed[n] > 0))


def choose_strength(shots: LabelledScores, fit: Callable[[LabelledScores, float], Fit]) -> float:
    """Return the strength under which shots that were left out are likeliest.

    Projects are left out, or media files where there is one project alone.
    """
    units = shots.by_project if len(shots.by_project) > 1 else shots.by_media
    if len(units) < 2:
        return STRENGTHS[-1]  # nothing can be left out to learn better
    total = dict.fromkeys(STRENGTHS, 0.0)
    for learned, left in divide(units, _FOLDS):
        others, judged = shots.of(learned), shots.of(left)
        for strength in STRENGTHS:
            total[strength] += float(
                negative_logs(fit(others, strength).apply(judged), judged).sum()
            )
    # Of equals the strongest: it changes least.
    return min(reversed(STRENGTHS), key=lambda strength: total[strength])


def negative_logs(scores: Numbers, shots: LabelledScores) -> Numbers:
    """Return (n,) negative log likelihoods of the labels under (n, k) probabilities."""
    p = np.clip(scores, LEAST, 1 - LEAST)
    hit = shots.truth * np.log(p)
    if shots.exclusive:
        return np.asarray(-hit.sum(axis=1))
    return np.asarray(-(hit + (1 - shots.truth) * np.log1p(-p)).sum(axis=1))


def rounded(numbers: Sequence[float] | Numbers) -> tuple[float, ...]:
    """Return numbers with four digits, which another order of sums does not change."""
    return tuple(float(f"{number:.4g}") for number in numbers)
