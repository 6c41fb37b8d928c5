"""The assessment of a model: its figures on clips whose labels are known."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt

from shotlog.analyzers.clock import Numbers
from shotlog.learning.assessment.judged import JudgedClips
from shotlog.learning.assessment.scores import ClipScores
from shotlog.learning.figures import (
    Estimate,
    Quality,
    ReliabilityBin,
    measure_quality,
    reliability,
)
from shotlog.models.analysis import DEFAULT_RULES
from shotlog.schema import UNDEFINED, Family, Model

_DRAWS: Final = 50
"""Random guesses whose figures are averaged."""
_SEED: Final = 0


class LabelFigures(Model):
    """The figures of one label.

    Attributes:
        label: Its name.
        clips: Number of clips for which it holds.
        known: Number of clips of which it is known whether it holds.
        named: Number of those for which the model named it.
        scored: False where the model gives it the score 0 for every clip: it does not know it.
        precision: Share of those named that are right; None where none was named.
        recall: Share of those that hold that were named; None where it holds for no clip.
        f1: Harmonic mean of both; None where it holds for no clip.
        average_precision: Mean precision at every clip for which it holds, when clips are ranked by
            its score; None where it holds for no clip.
    """

    label: str
    clips: int
    known: int
    named: int
    scored: bool
    precision: float | None
    recall: float | None
    f1: float | None
    average_precision: float | None


class Guess(Model):
    """The figures of a guess that looks at no picture, on the same clips.

    Attributes:
        accuracy: As for :class:`Assessment`.
        macro_f1: As for :class:`Assessment`.
        mean_ap: As for :class:`Assessment`.
    """

    accuracy: float
    macro_f1: float
    mean_ap: float


class Assessment(Model):
    """The figures of a model on clips whose labels are known.

    An answer is what :class:`~shotlog.learning.assessment.judged.JudgedClips` says.

    Attributes:
        family: The question.
        exclusive: True where exactly one label of a clip holds.
        clips: Number of clips.
        films: Number of films, over which intervals are taken.
        accuracy: Share of clips of which everything that is known was answered rightly.
        macro_f1: Mean F1 of the labels that hold for a clip.
        mean_ap: Mean average precision of the labels that hold for a clip.
        majority: The most frequent label, for every clip.
        random: The labels of another clip, drawn at random.
        labels: The figures of each label, in the model's order.
        columns: Names of the columns of ``confusion``: the labels, and ``undefined`` where the
            model named none.
        confusion: (labels, columns) number of clips for which the label of the row holds and the
            model named that of the column, where it is the same one or is known not to hold.
        abstained: Number of clips for which an analysis would say ``undefined``: no label is sure.
        accuracy_answered: Accuracy on the others; None where there are none.
        quality: Agreement of confidences with how often they were right: of the label that was
            named; where each label holds or not, of all labels.
        reliability: The bins behind the calibration error.
        notes: Sentences for people.
    """

    family: Family
    exclusive: bool
    clips: int
    films: int
    accuracy: Estimate
    macro_f1: Estimate
    mean_ap: Estimate
    majority: Guess
    random: Guess
    labels: tuple[LabelFigures, ...]
    columns: tuple[str, ...]
    confusion: tuple[tuple[int, ...], ...]
    abstained: int
    accuracy_answered: float | None
    quality: Quality
    reliability: tuple[ReliabilityBin, ...]
    notes: tuple[str, ...]


def assess(scores: ClipScores) -> Assessment:
    """Return the figures of scores; they do not depend on the order of the clips."""
    judged = JudgedClips(scores)
    scores = judged.scores
    unsure = find_unsure(judged)
    confidences, right = _confidences(judged)
    # "undefined" is an answer, and holds for no clip.
    labels = [k for k, label in enumerate(scores.labels) if label != UNDEFINED]
    return Assessment(
        family=scores.family,
        exclusive=scores.exclusive,
        clips=len(scores.clips),
        films=judged.films,
        accuracy=judged.estimate(judged.accuracy),
        macro_f1=judged.estimate(judged.macro_f1),
        mean_ap=judged.estimate(judged.mean_ap),
        majority=_guess(judged, _majority(judged)),
        random=_random(judged),
        labels=tuple(_label_figures(judged, labels)),
        columns=(*(scores.labels[k] for k in labels), UNDEFINED),
        confusion=_confusion(judged, labels),
        abstained=int(unsure.sum()),
        accuracy_answered=None if unsure.all() else float(judged.right[~unsure].mean()),
        quality=measure_quality(confidences, right),
        reliability=reliability(confidences, right),
        notes=tuple(_notes(judged)),
    )


def find_unsure(judged: JudgedClips) -> npt.NDArray[np.bool_]:
    """Return (n,) True where an analysis would call the clip ``undefined``."""
    unsure = ~judged.named.any(axis=1)
    if judged.scores.exclusive and judged.scores.named is None:
        unsure |= judged.scores.scores.max(axis=1) < DEFAULT_RULES.sure
    return np.asarray(unsure, np.bool_)


def _confusion(judged: JudgedClips, labels: list[int]) -> tuple[tuple[int, ...], ...]:
    truth, named = judged.truth[:, labels], judged.named[:, labels]
    # A second label that holds too is no confusion of the first.
    wrong = named & ~truth & judged.known[:, labels]
    unnamed = ~judged.named.any(axis=1)
    counts = truth.T.astype(np.intp) @ np.column_stack([wrong, unnamed]).astype(np.intp)
    hits = (truth & named).sum(axis=0)
    counts[np.arange(len(labels)), np.arange(len(labels))] = hits
    return tuple(tuple(int(n) for n in row) for row in counts)


def _confidences(judged: JudgedClips) -> tuple[Numbers, npt.NDArray[np.bool_]]:
    """Return confidences, and whether each was right."""
    scores = judged.scores
    # Scores of several windows may exceed 1 by their last digit.
    probabilities = scores.scores.clip(0, 1)
    if scores.exclusive:
        answered = judged.named.any(axis=1)
        return (probabilities * judged.named).sum(axis=1)[answered], judged.right[answered]
    asked = judged.known & (np.array(scores.labels) != UNDEFINED)
    return probabilities[asked], judged.truth[asked]


def _label_figures(judged: JudgedClips, labels: list[int]) -> list[LabelFigures]:
    hits, named, true = judged.counts(judged.all)
    precisions = judged.average_precisions(judged.all)
    return [
        LabelFigures(
            label=judged.scores.labels[k],
            clips=int(true[k]),
            known=int(judged.known[:, k].sum()),
            named=int(named[k]),
            scored=bool(judged.scores.scores[:, k].any()),
            precision=float(hits[k] / named[k]) if named[k] else None,
            recall=float(hits[k] / true[k]) if true[k] else None,
            f1=float(2 * hits[k] / (named[k] + true[k])) if true[k] else None,
            average_precision=float(precisions[k]) if true[k] else None,
        )
        for k in labels
    ]


def _majority(judged: JudgedClips) -> Numbers:
    """Return (n, k) the scores of a guess that names the most frequent label for every clip."""
    frequent = judged.truth.sum(axis=0).argmax()
    row = (np.arange(len(judged.scores.labels)) == frequent).astype(np.float64)
    return np.broadcast_to(row, judged.truth.shape)


def _random(judged: JudgedClips) -> Guess:
    rng = np.random.default_rng(_SEED)
    draws = [
        _guess(judged, rng.permutation(judged.truth).astype(np.float64)) for _ in range(_DRAWS)
    ]
    return Guess(
        accuracy=float(np.mean([draw.accuracy for draw in draws])),
        macro_f1=float(np.mean([draw.macro_f1 for draw in draws])),
        mean_ap=float(np.mean([draw.mean_ap for draw in draws])),
    )


def _guess(judged: JudgedClips, guessed: Numbers) -> Guess:
    guess = JudgedClips(replace(judged.scores, scores=guessed, named=None))
    return Guess(
        accuracy=guess.accuracy(guess.all),
        macro_f1=guess.macro_f1(guess.all),
        mean_ap=guess.mean_ap(guess.all),
    )


def _notes(judged: JudgedClips) -> list[str]:
    labels = judged.scores.labels
    true = judged.truth.sum(axis=0)
    absent = [name for name, n in zip(labels, true, strict=True) if not n and name != UNDEFINED]
    notes = []
    if absent:
        notes.append(f"no clip shows {', '.join(absent)}: they do not count in the means")
    unknown = true.astype(bool) & ~judged.scores.scores.any(axis=0)
    if unknown.any():
        names = ", ".join(name for name, lost in zip(labels, unknown, strict=True) if lost)
        notes.append(f"the model does not know {names}: there it is always wrong")
    if judged.films == 1:
        notes.append("all clips are of one film, so the intervals say nothing of other films")
    return notes
