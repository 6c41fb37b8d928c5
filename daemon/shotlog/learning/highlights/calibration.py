"""Calibration: how probable it is that an editor takes a passage with a given score, by genre.

The probability of a score is the logistic function of its logit plus a bias, divided by a
temperature (:class:`~shotlog.schema.ScoreCalibration`). Both are those under which the labels are
likeliest: John C. Platt, "Probabilistic Outputs for Support Vector Machines and Comparisons to
Regularized Likelihood Methods" (1999), with his targets of (n + 1) / (n + 2) and 1 / (m + 2) for n
passages that were taken and m that were left, so that a few labels never make certainties.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

from shotlog.analyzers.clock import Numbers
from shotlog.learning.figures import Quality, measure_quality
from shotlog.learning.highlights.judged_passages import JudgedPassages
from shotlog.learning.splits import divide
from shotlog.schema import (
    FEWEST_CLIPS,
    CalibrationWorse,
    FittedGenre,
    LabelsMissing,
    Model,
    ScoreCalibration,
)

_FOLDS: Final = 5
"""Parts into which the films are divided; each part is judged by a fit of the others."""
_SLOPES: Final = (0.01, 100.0)
"""Limits of 1 / temperature. At the lower one all scores have the same probability, nearly."""

_Judge = Callable[[JudgedPassages], Numbers]


class GenreFigures(Model):
    """The figures of a genre, or of all genres together.

    Attributes:
        films: Number of its films.
        passages: Number of their passages that have a label.
        clips: Number of those that were taken.
        plain: Confidences without a calibration.
        share: The share that was taken of the other films, for every passage alike.
        all_genres: The calibration on the films of all genres.
        own: That on the films of the genre alone; None where it has none.
    """

    films: int
    passages: int
    clips: int
    plain: Quality
    share: Quality
    all_genres: Quality
    own: Quality | None = None


class CalibrationReport(Model):
    """The evaluation of calibrations: every film is judged by a fit of other films.

    Attributes:
        everything: The figures of all films.
        genres: Those of each genre.
    """

    everything: GenreFigures
    genres: dict[str, GenreFigures]


@dataclass(frozen=True)
class Calibrated:
    """Calibrations with their report.

    Attributes:
        all_genres: The calibration on the films of all genres.
        genres: That of each genre whose own is no worse than it, on films that it was not fitted
            on.
        report: The evaluation.
    """

    all_genres: FittedGenre
    genres: dict[str, FittedGenre]
    report: CalibrationReport

    def check(self) -> None:
        """Check that the calibration is of use.

        Raises:
            CalibrationWorse: On films that it was not fitted on, it is worse than none.
        """
        figures = self.report.everything
        if figures.all_genres.brier <= figures.plain.brier:
            return
        message = (
            f"on films that it has not seen, its probabilities have a Brier score of"
            f" {figures.all_genres.brier:.3f}, and plain confidences {figures.plain.brier:.3f}:"
            f" it would make them worse"
        )
        raise CalibrationWorse("the calibration", message)


def calibrate(films: Sequence[JudgedPassages]) -> Calibrated:
    """Fit a calibration to all films, and one to each genre with 50 clips in two films or more.

    Raises:
        LabelsMissing: Nothing was taken, or nothing left, or in one film alone.
    """
    films = sorted(films, key=lambda film: film.key)  # sums depend on their order, by a little
    _check(films)
    of_genres = by_genre(films)
    shares, fitted = _left_out(films, _constant), _left_out(films, _fitted)
    own = {name: _left_out(of, _fitted) for name, of in of_genres.items() if _has_own(of)}
    report = CalibrationReport(
        everything=_figures(films, shares, fitted),
        genres={
            name: _figures(of, shares, fitted, own.get(name)) for name, of in of_genres.items()
        },
    )
    genres = {
        name: fit_calibration(of_genres[name])
        for name, figures in report.genres.items()
        if figures.own is not None and figures.own.brier <= figures.all_genres.brier
    }
    return Calibrated(fit_calibration(films), genres, report)


def by_genre(films: Sequence[JudgedPassages]) -> dict[str, list[JudgedPassages]]:
    """Return the films of each genre, by its name."""
    names = sorted({name for film in films for name in film.genres})
    return {name: [film for film in films if name in film.genres] for name in names}


def fit_calibration(films: Sequence[JudgedPassages]) -> FittedGenre:
    """Return the calibration under which the labels of films are likeliest.

    Args:
        films: Films with a passage at least.
    """
    taken = np.concatenate([film.taken for film in films])
    logits = np.array([ScoreCalibration.logit(s) for film in films for s in film.scores])
    clips = int(taken.sum())
    targets = np.where(taken, (clips + 1) / (clips + 2), 1 / (len(taken) - clips + 2))

    def loss(parameters: Numbers) -> tuple[float, Numbers]:
        slope, offset = parameters
        margins = slope * logits + offset
        value = np.logaddexp(0, margins).sum() - targets @ margins
        away = expit(margins) - targets
        return float(value), np.array([away @ logits, away.sum()])

    found = minimize(
        loss, np.array([1.0, 0.0]), jac=True, method="L-BFGS-B", bounds=[_SLOPES, (None, None)]
    )
    slope, offset = map(float, found.x)
    return FittedGenre(bias=_rounded(offset / slope), temperature=_rounded(1 / slope), clips=clips)


def _rounded(number: float) -> float:
    return float(f"{number:.4g}")


def _check(films: Sequence[JudgedPassages]) -> None:
    taken = _clips_of(films)
    count = sum(len(film.taken) for film in films)
    hint = "Ask for passages as long as your picks are, with --min-duration and --max-duration."
    if not count:
        message = "no passage was found in them of which half or more was kept, or nothing"
        raise LabelsMissing("the films", message, hint)
    if taken in (0, count):
        found = "was kept by half or more" if not taken else "was left whole"
        message = f"of {count} passages that were found in the films, none {found}"
        raise LabelsMissing("the films", message, hint)
    if len(films) < 2:
        message = "there is one film alone, so a calibration could not be tried on another"
        raise LabelsMissing(films[0].name, message)


def _has_own(films: Sequence[JudgedPassages]) -> bool:
    """Return true where the films of a genre are enough for a calibration of their own."""
    return len(films) > 1 and _clips_of(films) >= FEWEST_CLIPS


def _clips_of(films: Sequence[JudgedPassages]) -> int:
    return sum(int(film.taken.sum()) for film in films)


def _figures(
    films: Sequence[JudgedPassages],
    shares: Mapping[str, Numbers],
    fitted: Mapping[str, Numbers],
    own: Mapping[str, Numbers] | None = None,
) -> GenreFigures:
    """Return the figures of films, by the probabilities that others told of each.

    Args:
        films: The films.
        shares: By the key of a film, the share that was taken of others.
        fitted: By the key, the probabilities of a fit of films of all genres.
        own: By the key, those of a fit of the genre alone; None where it has none.
    """
    return GenreFigures(
        films=len(films),
        passages=sum(len(film.taken) for film in films),
        clips=_clips_of(films),
        plain=_quality(films, {film.key: film.confidences for film in films}),
        share=_quality(films, shares),
        all_genres=_quality(films, fitted),
        own=None if own is None else _quality(films, own),
    )


def _left_out(
    films: Sequence[JudgedPassages], learn: Callable[[Sequence[JudgedPassages]], _Judge]
) -> dict[str, Numbers]:
    """Return the probabilities of the passages of each film, learned from others, by its key."""
    return {
        film.key: judge(film)
        for learned, left in divide(films, _FOLDS)
        for judge in [learn(learned)]
        for film in left
    }


def _fitted(films: Sequence[JudgedPassages]) -> _Judge:
    fit = fit_calibration(films)
    calibration = ScoreCalibration(source="", **fit.model_dump())
    return lambda film: np.array([calibration.probability(score) for score in film.scores])


def _constant(films: Sequence[JudgedPassages]) -> _Judge:
    taken = np.concatenate([film.taken for film in films])
    share = float(taken.mean()) if len(taken) else 0.5
    return lambda film: np.full(len(film.scores), share)


def _quality(films: Sequence[JudgedPassages], probabilities: Mapping[str, Numbers]) -> Quality:
    return measure_quality(
        np.concatenate([probabilities[film.key] for film in films]),
        np.concatenate([film.taken for film in films]),
    )
