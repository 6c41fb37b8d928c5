"""From a model's scores to claims: pure functions, one for each task."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import groupby, pairwise

import numpy as np
import numpy.typing as npt
from scipy.ndimage import binary_propagation

from shotlog.schema import (
    MOVES,
    SIZES,
    UNDEFINED,
    Claim,
    Model,
    TimeRange,
    Vocabulary,
    reversed_move,
)

Scores = npt.NDArray[np.floating]

SCALE = "scale.expected"
"""Name of the expected scale among the scores of a size."""

AMOUNTS = ("camera", "object", "dynamics")
"""What the motion predictor scores, in the order of its outputs (``README.md`` of
``gen-ai-team/kandinsky-video-tools``); its checkpoint names none."""

MOST = 3.0
"""The upper end of the motion predictor's targets; the lower one is 0."""


_ALONG_TIME = np.array([[0, 1, 0], [0, 1, 0], [0, 1, 0]], dtype=bool)
"""Which neighbours a window has in (windows, labels): the one before, the one after."""


class Rules(Model):
    """When a score is enough to say something.

    None of these numbers was tuned here: that takes labelled film and the published weights.

    Attributes:
        sure: A size or a movement is named from this probability on: likelier than all the others
            together.
        on: A camera move holds where a window gives it so much, unless the model's card says
            otherwise; 0.5 is the cut-off that the authors of the camera-motion model publish.
        off: And goes on through neighbouring windows that give it at least so much. Lower than
            ``on``, so that a move does not fall to pieces where its score crosses ``on`` again and
            again; odds of about 1 : 2 are still for it rather than silent about it.
        still: Camera and object below it: nothing moves.
        calm: Dynamics below it: the light and the picture stay as they are.
        wild: Camera and dynamics above it: chaotic. These three are the figures that users of
            ``kandinsky-video-motion-predictor`` sort clips by.
    """

    sure: float = 0.5
    on: float = 0.5
    off: float = 0.35
    still: float = 0.5
    calm: float = 1.0
    wild: float = 2.5


RULES = Rules()


def size(labels: Sequence[str], scores: Scores, where: TimeRange, rules: Rules = RULES) -> Claim:
    """The size of a shot, with how wide it is on a scale without steps.

    The expected scale is ``sum(p_i * i)``, from 1 (ECS) to 5 (LS), as in the pipeline of the
    MovieShots models' author; the order is that of :data:`SIZES`, whatever the checkpoint's.

    Args:
        labels: Names of the scores, all of them in :data:`SIZES`.
        scores: (windows, labels) probabilities.
        where: What they speak of.
        rules: When it is enough.
    """
    claim = one_of(SIZES, labels, scores, where, rules)
    known = {name: p for name, p in _means(labels, scores).items() if name != UNDEFINED}
    weight = sum(known.values())
    steps = {name: step for step, name in enumerate(SIZES.names, start=1)}
    expected = sum(p * steps[name] for name, p in known.items()) / weight if weight else 0.0
    return claim.model_copy(
        update={
            "scores": {**claim.scores, SCALE: round(expected, 2)},
            "reasons": (*claim.reasons, f"{expected:.1f} on the scale from 1 (ECS) to 5 (LS)"),
        }
    )


def one_of(
    vocabulary: Vocabulary,
    labels: Sequence[str],
    scores: Scores,
    where: TimeRange,
    rules: Rules = RULES,
) -> Claim:
    """The one label that holds for a shot; ``undefined`` where none is likely enough.

    Args:
        vocabulary: For what is told to people.
        labels: Names of the scores.
        scores: (windows, labels) probabilities; windows count alike.
        where: What they speak of.
        rules: When it is enough.
    """
    means = _means(labels, scores)
    weighed = {name: p for name, p in means.items() if name != UNDEFINED}
    first, *others = sorted(weighed, key=lambda name: -weighed[name])
    label, confidence = first, weighed[first]
    reasons: tuple[str, ...] = ()
    if confidence < rules.sure:
        label, confidence = UNDEFINED, 1 - confidence
        between = [vocabulary.display(name) for name in (first, *others[:1])]
        reasons = (f"between {' and '.join(between)}",)
    return Claim(
        label=label,
        scores=_rounded(means),
        confidence=round(confidence, 4),
        range=where,
        reasons=reasons,
    )


def moves(
    labels: Sequence[str],
    scores: Scores,
    windows: Sequence[TimeRange],
    shot: TimeRange,
    rules: Rules = RULES,
) -> list[Claim]:
    """The camera's moves in a shot, span by span; together the spans cover the whole shot.

    In each window those labels hold that :func:`held` says, but one that merely goes on gives way
    to one that is certain and contradicts it: a camera that begins to pan stands no longer.
    Neighbouring windows with the same labels are one span. A span has one claim for each of its
    labels, all with the same range and scores (the means over its windows), or an ``undefined``
    one where no move holds.

    Args:
        labels: Names of the scores, all of them in :data:`MOVES`.
        scores: (windows, labels), each from 0 to 1 on its own.
        windows: What each window speaks for, in time order; they may overlap.
        shot: What is to be covered.
        rules: When it is enough.

    Raises:
        ValueError: there are not as many windows as rows of scores.
    """
    if len(windows) != len(scores):
        raise ValueError(f"{len(scores)} rows of scores for {len(windows)} windows")
    edges = _edges(windows, shot)
    certain = _named(labels, scores >= rules.on)
    combinations = [
        tuple(name for name in MOVES.names if name in holding and not _contradicted(name, sure))
        for holding, sure in zip(
            _named(labels, held(scores, rules.on, rules.off)), certain, strict=True
        )
    ]
    claims, first = [], 0
    for names, group in groupby(combinations):
        end = first + len(list(group))
        means = _means(labels, scores[first:end])
        where = TimeRange.between(edges[first], edges[end])
        claims += [_move(name, means, where) for name in names] or [_no_move(means, where, rules)]
        first = end
    return claims


def held(scores: Scores, on: float, off: float) -> npt.NDArray[np.bool_]:
    """Which labels hold in which windows: hysteresis with two thresholds, label by label.

    A label holds through a run of neighbouring windows that all give it ``off`` or more, if one of
    them gives it ``on`` or more. (As Canny's edges, IEEE PAMI 8(6), 1986, in one dimension.) So it
    matters not whether time runs forwards or backwards.

    Args:
        scores: (windows, labels).
        on: Where a label is certain.
        off: Where it may go on; an ``off`` above ``on`` counts as ``on``.

    Returns:
        (windows, labels).
    """
    likely = scores >= min(on, off)
    return np.asarray(binary_propagation(scores >= on, structure=_ALONG_TIME, mask=likely))


def motion(labels: Sequence[str], scores: Scores, where: TimeRange, rules: Rules = RULES) -> Claim:
    """How lively a shot is: static, chaotic, a slideshow, or simply moving.

    The confidence tells how far the scores are from where the label would change: 0.5 there, 1
    from half a point away. It is no probability, as the predictor gives none.

    Args:
        labels: Names of the scores, those of :data:`AMOUNTS` in any order.
        scores: (windows, labels); their means are clamped to 0 ... :data:`MOST`, as the predictor
            is unbounded.
        where: What they speak of.
        rules: Where the labels begin.
    """
    amounts = {name: min(max(a, 0.0), MOST) for name, a in _means(labels, scores).items()}
    camera, objects, dynamics = (amounts[name] for name in AMOUNTS)
    depths = {
        "static": min(rules.still - camera, rules.still - objects, rules.calm - dynamics),
        "chaotic": min(camera - rules.wild, dynamics - rules.wild),
        "slideshow": min(rules.still - objects, dynamics - rules.calm),
    }
    label, clear = "moving", MOST
    for name, depth in depths.items():
        clear = min(clear, abs(depth))
        if depth > 0:
            label = name
            break
    told = ", ".join(f"{name} {amounts[name]:.1f}" for name in AMOUNTS)
    return Claim(
        label=label,
        scores={f"motion.{name}": round(amounts[name], 2) for name in AMOUNTS},
        confidence=round(min(1.0, 0.5 + clear), 4),
        range=where,
        reasons=(f"{told}, each of {MOST:.0f}",),
    )


def _edges(windows: Sequence[TimeRange], shot: TimeRange) -> list[Fraction]:
    """Where the windows' spans meet: in the middle of what two of them share."""
    between = [(before.end + after.start) / 2 for before, after in pairwise(windows)]
    return [shot.start, *between, shot.end]


def _named(labels: Sequence[str], holds: npt.NDArray[np.bool_]) -> list[set[str]]:
    """The moves that hold in each window."""
    return [
        {name for name, yes in zip(labels, row, strict=True) if yes and name != UNDEFINED}
        for row in holds
    ]


def _contradicted(name: str, certain: set[str]) -> bool:
    """Whether a move that is not certain itself cannot be where the certain ones are.

    A camera does not stand while it moves in a direction, nor does it go two opposite ways. Where
    the model is certain of both, that is what it says.
    """
    if name in certain:
        return False
    directed = any(reversed_move(other) != other for other in certain)
    if name == "static":
        return directed
    opposite = reversed_move(name)
    return opposite != name and (opposite in certain or "static" in certain)


def _move(name: str, means: Mapping[str, float], where: TimeRange) -> Claim:
    return Claim(label=name, scores=_rounded(means), confidence=round(means[name], 4), range=where)


def _no_move(means: Mapping[str, float], where: TimeRange, rules: Rules) -> Claim:
    """An abstention, as sure as the model is of it or of nothing else."""
    best = max(p for name, p in means.items() if name != UNDEFINED)
    itself = means.get(UNDEFINED, 0.0)
    why = (
        "the model calls it undefined"
        if itself >= rules.on
        else f"no move is {rules.on:.0%} sure".replace("%", " %")
    )
    return Claim(
        label=UNDEFINED,
        scores=_rounded(means),
        confidence=round(max(itself, 1 - best), 4),
        range=where,
        reasons=(why,),
    )


def _means(labels: Sequence[str], scores: Scores) -> dict[str, float]:
    columns = scores.astype(np.float64).T
    return {name: float(column.mean()) for name, column in zip(labels, columns, strict=True)}


def _rounded(scores: Mapping[str, float]) -> dict[str, float]:
    return {name: round(score, 4) for name, score in scores.items()}
