"""Corrections of scores judged on projects that they were not fitted on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from shotlog.analyzers.clock import Numbers
from shotlog.learning.figures import Bootstrap, Estimate
from shotlog.learning.profiles.labelled import LabelledScores, Unit
from shotlog.learning.profiles.strengths import Fit, negative_logs
from shotlog.learning.splits import divide
from shotlog.schema import Model

_FOLDS: Final = 5
"""Parts into which projects are divided; each is judged by a fit of the others."""

_GIVEN: Final = 0.5
"""Probability from which a label is given, as by most analyzers: a profile that made all of them
doubtful would be none that an editor wants."""

_BINS: Final = 10
"""Bins of equal width of the calibration error."""


class ProfileFigures(Model):
    """Figures of scores on labelled shots, with intervals over groups of projects.

    Attributes:
        accuracy: Share of shots that are given the editor's label: the likeliest one, from a
            probability of 0.5 on. Where editors disagree, the share of them who named it.
        macro_f1: Mean F1 of the labels that editors named.
        nll: Mean negative log likelihood of the editor's labels, in nats.
        ece: Expected calibration error of the likeliest label, in ten bins (Guo, Pleiss, Sun and
            Weinberger, "On Calibration of Modern Neural Networks", ICML 2017, equation 5).
    """

    accuracy: Estimate
    macro_f1: Estimate
    nll: Estimate
    ece: Estimate


class Gain(Model):
    """A difference between two kinds of scores on the same shots; above 0 the second is better.

    Attributes:
        accuracy: Difference in accuracy, with its interval over groups of projects.
        accuracy_by_media: The same, with its interval over media files.
        nll: Decrease of the negative log likelihood, with its interval over groups of projects.
    """

    accuracy: Estimate
    accuracy_by_media: Estimate
    nll: Estimate

    @property
    def is_sure(self) -> bool:
        """True where accuracy is better in both intervals, and the likelihood on the whole.

        Two projects alone make an interval between two numbers, so media files count, too.
        """
        return min(self.accuracy.low, self.accuracy_by_media.low, self.nll.mean) > 0


class _Told(NamedTuple):
    """The answers that scores give to each shot, against those of editors.

    Attributes:
        right: (n,) share of editors who named the label that is given; 0 where none is.
        nll: (n,) negative log likelihoods.
        bins: (n, 10) confidence in the likeliest label, less the share of editors who named it, in
            the bin of the confidence.
        hits: (n, k) ``right``, at the label that is given.
        said: (n, k) 1 at the label that is given.
    """

    right: Numbers
    nll: Numbers
    bins: Numbers
    hits: Numbers
    said: Numbers


def left_out_scores(shots: LabelledScores, fit: Callable[[LabelledScores], Fit]) -> Numbers:
    """Return (n, k) scores of all shots, each by a fit of other groups of projects.

    Args:
        shots: Shots of two groups at least.
        fit: Fits a correction.
    """
    scores = np.empty_like(shots.scores)
    for learned, left in divide(shots.by_project, _FOLDS):
        numbers = sorted(shot for unit in left for shot in unit.shots)
        scores[numbers] = fit(shots.of(learned)).apply(shots.of(left))
    return scores


class Shares:
    """The shares of the editor's labels, for every shot alike, as a fit that needs no scores."""

    def __init__(self, shots: LabelledScores) -> None:
        # One more of each, so that a label that is new in another project is not impossible.
        self._shares = (shots.truth.sum(axis=0) + 1) / (len(shots) + shots.truth.shape[1])

    def apply(self, shots: LabelledScores) -> Numbers:
        """Return (n, k) the shares."""
        return np.tile(self._shares, (len(shots), 1))


def measure_figures(shots: LabelledScores, scores: Numbers) -> ProfileFigures:
    """Return the figures of (n, k) scores."""
    told, units = _tell(shots, scores), shots.by_project
    right, nll, bins, hits, said, named, count = (
        _sums(values, units)
        for values in (
            told.right, told.nll, told.bins, told.hits, told.said, shots.named, np.ones(len(shots))
        )
    )  # fmt: skip

    def macro_f1(chosen: npt.NDArray[np.intp]) -> float:
        known = named[chosen].sum(axis=0)
        both = (said[chosen].sum(axis=0) + known)[known > 0]
        return float((2 * hits[chosen].sum(axis=0)[known > 0] / both).mean())

    resampled = Bootstrap(len(units))
    return ProfileFigures(
        accuracy=resampled.figure(lambda c: float(right[c].sum() / count[c].sum())),
        macro_f1=resampled.figure(macro_f1),
        nll=resampled.figure(lambda c: float(nll[c].sum() / count[c].sum())),
        ece=resampled.figure(lambda c: float(np.abs(bins[c].sum(axis=0)).sum() / count[c].sum())),
    )


def measure_gain(shots: LabelledScores, before: Numbers, after: Numbers) -> Gain:
    """Return the gain of (n, k) scores over others of the same shots."""
    first, second = _tell(shots, before), _tell(shots, after)

    def gain(values: Numbers, units: tuple[Unit, ...]) -> Estimate:
        sums, count = _sums(values, units), _sums(np.ones(len(shots)), units)
        return Bootstrap(len(units)).figure(lambda c: float(sums[c].sum() / count[c].sum()))

    return Gain(
        accuracy=gain(second.right - first.right, shots.by_project),
        accuracy_by_media=gain(second.right - first.right, shots.by_media),
        nll=gain(first.nll - second.nll, shots.by_project),
    )


def _tell(shots: LabelledScores, scores: Numbers) -> _Told:
    rows, top = np.arange(len(shots)), scores.argmax(axis=1)
    agreed, confidence = shots.named[rows, top], scores[rows, top]
    said, bins = np.zeros_like(scores), np.zeros((len(shots), _BINS))
    said[rows, top] = confidence >= _GIVEN
    bins[rows, np.minimum((confidence * _BINS).astype(np.intp), _BINS - 1)] = confidence - agreed
    hits = said * agreed[:, None]
    return _Told(hits.sum(axis=1), negative_logs(scores, shots), bins, hits, said)


def _sums(values: Numbers, units: tuple[Unit, ...]) -> Numbers:
    """Return the sums of values of shots, (n, ...), by unit."""
    return np.array([values[list(unit.shots)].sum(axis=0) for unit in units])
