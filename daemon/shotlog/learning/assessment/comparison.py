"""The difference between two models, on the same clips."""

from __future__ import annotations

from shotlog.learning.assessment.judged import JudgedClips
from shotlog.learning.assessment.scores import ClipScores
from shotlog.learning.figures import Estimate
from shotlog.schema import Model, ScoresUnusable


class ModelComparison(Model):
    """The figures of one model less those of another, on the clips that both have scored.

    The samples of films behind an interval are the same for both, so a difference may be certain
    although the intervals of both overlap.

    Attributes:
        clips: Number of clips.
        films: Number of films.
        accuracy: Difference of the accuracy.
        macro_f1: Difference of the macro-F1.
        mean_ap: Difference of the mean average precision.
    """

    clips: int
    films: int
    accuracy: Estimate
    macro_f1: Estimate
    mean_ap: Estimate


def compare(one: ClipScores, other: ClipScores) -> ModelComparison:
    """Return the figures of ``one`` less those of ``other``.

    Raises:
        ScoresUnusable: They have no clip in common.
    """
    clips = sorted({*one.clips} & {*other.clips})
    if not clips:
        raise ScoresUnusable(one.family.value, "the two models have scored no clip in common")
    a, b = JudgedClips(one.of(clips)), JudgedClips(other.of(clips))
    return ModelComparison(
        clips=len(clips),
        films=a.films,
        accuracy=a.estimate(lambda drawn: a.accuracy(drawn) - b.accuracy(drawn)),
        macro_f1=a.estimate(lambda drawn: a.macro_f1(drawn) - b.macro_f1(drawn)),
        mean_ap=a.estimate(lambda drawn: a.mean_ap(drawn) - b.mean_ap(drawn)),
    )
