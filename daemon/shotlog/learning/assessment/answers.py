"""The answers of a model clip by clip, for the table of scores and the list of its worst errors."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO

import numpy as np
import numpy.typing as npt

from shotlog.learning.assessment.judged import JudgedClips
from shotlog.learning.assessment.scores import ClipScores


@dataclass(frozen=True)
class ClipAnswer:
    """The answer for a clip.

    Attributes:
        clip: Its id.
        film: Its film.
        true: Labels that hold.
        named: Labels that the model names.
        right: True where all that is known was answered rightly.
        error: Score of the surest wrong label less that of the least sure right one, -1 to 1; the
            worst errors have the highest.
        scores: Score of each label.
    """

    clip: str
    film: str
    true: tuple[str, ...]
    named: tuple[str, ...]
    right: bool
    error: float
    scores: tuple[float, ...]


def answers_of(scores: ClipScores) -> list[ClipAnswer]:
    """Return the answers, ordered by clip."""
    judged = JudgedClips(scores)
    return list(_answers(judged))


def _answers(judged: JudgedClips) -> Iterator[ClipAnswer]:
    scores, known = judged.scores, judged.known
    for row, clip in enumerate(scores.clips):
        wrong = scores.scores[row][known[row] & ~judged.truth[row]]
        right = scores.scores[row][judged.truth[row]]
        yield ClipAnswer(
            clip=clip,
            film=scores.films[row],
            true=_names(scores.labels, judged.truth[row]),
            named=_names(scores.labels, judged.named[row]),
            right=bool(judged.right[row]),
            error=float((wrong.max() if len(wrong) else 0) - (right.min() if len(right) else 0)),
            scores=tuple(float(score) for score in scores.scores[row]),
        )


def worst_of(answers: Sequence[ClipAnswer], count: int) -> list[ClipAnswer]:
    """Return the wrong answers, the worst first, at most ``count``."""
    wrong = [answer for answer in answers if not answer.right]
    return sorted(wrong, key=lambda answer: (-answer.error, answer.clip))[:count]


def scores_table(scores: ClipScores) -> str:
    """Return ``scores.csv``: clip, film, labels that hold, labels that are named, all scores."""
    text = StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["clip", "film", "true", "named", "right", *scores.labels])
    for answer in answers_of(scores):
        table.writerow(
            [
                answer.clip,
                answer.film,
                "+".join(answer.true),
                "+".join(answer.named),
                "yes" if answer.right else "no",
                *(f"{score:.6g}" for score in answer.scores),
            ]
        )
    return text.getvalue()


def _names(labels: Sequence[str], holds: npt.NDArray[np.bool_]) -> tuple[str, ...]:
    return tuple(label for label, yes in zip(labels, holds, strict=True) if yes)
