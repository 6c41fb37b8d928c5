"""Decisions: from a model's scores to claims, by pure functions, one for each task."""

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

EXPECTED_SCALE = "scale.expected"
"""Name of the expected scale among the scores of a size."""

MOTION_SCORES = ("camera", "object", "dynamics")
"""Scores of the motion predictor, in the order of its outputs (``README.md`` of
``gen-ai-team/kandinsky-video-tools``); its checkpoint does not name them."""

MOTION_MAX = 3.0
"""Upper end of the motion predictor's targets; the lower end is 0."""


_ALONG_TIME = np.array([[0, 1, 0], [0, 1, 0], [0, 1, 0]], dtype=bool)
"""Neighbourhood of a window in (windows, labels): the windows before and after, same label."""


class DecisionRules(Model):
    """Thresholds from which a score becomes a label.

    None of these numbers was tuned here: that takes labelled film and the published weights.

    Attributes:
        sure: Probability from which a size or a movement is named: more likely than all others
            together.
        on: Score from which a camera move starts in a window, unless the model's card says
            otherwise; 0.5 is the cut-off published by the authors of the camera-motion model.
        off: Score from which it continues through neighbouring windows. Lower than ``on``, so that
            a move is not split where its score oscillates about ``on``; odds of about 1 : 2 are
            still in its favour rather than against it.
        still: Camera and object scores below it mean no motion.
        calm: Dynamics below it mean that light and picture stay the same.
        wild: Camera and dynamics above it mean chaotic. The last three are the values by which
            users of ``kandinsky-video-motion-predictor`` sort clips.
    """

    sure: float = 0.5
    on: float = 0.5
    off: float = 0.35
    still: float = 0.5
    calm: float = 1.0
    wild: float = 2.5


DEFAULT_RULES = DecisionRules()


def decide_size(
    labels: Sequence[str], scores: Scores, where: TimeRange, rules: DecisionRules = DEFAULT_RULES
) -> Claim:
    """Return the size of a shot, with its position on a continuous scale.

    The expected scale is ``sum(p_i * i)``, from 1 (ECS) to 5 (LS), as in the pipeline of the
    MovieShots models' author; the order is that of :data:`SIZES`, whatever the checkpoint's.

    Args:
        labels: Names of the scores, all in :data:`SIZES`.
        scores: (windows, labels) probabilities.
        where: Range of the claim.
        rules: Thresholds.
    """
    claim = decide_label(SIZES, labels, scores, where, rules)
    known = {name: p for name, p in _means(labels, scores).items() if name != UNDEFINED}
    # "undefined" is not on the scale, so the rest is renormalised.
    weight = sum(known.values())
    steps = {name: step for step, name in enumerate(SIZES.names, start=1)}
    expected = sum(p * steps[name] for name, p in known.items()) / weight if weight else 0.0
    return claim.model_copy(
        update={
            "scores": {**claim.scores, EXPECTED_SCALE: round(expected, 2)},
            "reasons": (*claim.reasons, f"{expected:.1f} on the scale from 1 (ECS) to 5 (LS)"),
        }
    )


def decide_label(
    vocabulary: Vocabulary,
    labels: Sequence[str],
    scores: Scores,
    where: TimeRange,
    rules: DecisionRules = DEFAULT_RULES,
) -> Claim:
    """Return the one label that holds for a shot; ``undefined`` where none is likely enough.

    Args:
        vocabulary: Vocabulary, for the names in reasons.
        labels: Names of the scores.
        scores: (windows, labels) probabilities; all windows weigh the same.
        where: Range of the claim.
        rules: Thresholds.
    """
    means = _means(labels, scores)
    weighed = {name: p for name, p in means.items() if name != UNDEFINED}
    first, *others = sorted(weighed, key=lambda name: -weighed[name])
    label, confidence = first, weighed[first]
    reasons: tuple[str, ...] = ()
    if confidence < rules.sure:
        # The confidence of an abstention is that the named label is wrong.
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


def decide_moves(
    labels: Sequence[str],
    scores: Scores,
    windows: Sequence[TimeRange],
    shot: TimeRange,
    rules: DecisionRules = DEFAULT_RULES,
) -> list[Claim]:
    """Return the camera moves of a shot, span by span; together the spans cover the whole shot.

    In each window the labels of :func:`apply_hysteresis` hold. A label that merely continues is
    dropped where a certain one contradicts it: a camera that begins to pan is no longer static.
    Neighbouring windows with the same labels form one span. A span has one claim for each of its
    labels, all with the same range and scores (the means over its windows), or an ``undefined``
    claim where no move holds.

    Args:
        labels: Names of the scores, all in :data:`MOVES`.
        scores: (windows, labels), each independently 0 to 1.
        windows: Ranges of the windows, in time order; they may overlap.
        shot: Range to cover.
        rules: Thresholds.

    Raises:
        ValueError: The numbers of windows and of rows of scores differ.
    """
    if len(windows) != len(scores):
        raise ValueError(f"{len(scores)} rows of scores for {len(windows)} windows")
    edges = _edges(windows, shot)
    certain = _named(labels, scores >= rules.on)
    combinations = [
        tuple(name for name in MOVES.names if name in holding and not _contradicted(name, sure))
        for holding, sure in zip(
            _named(labels, apply_hysteresis(scores, rules.on, rules.off)), certain, strict=True
        )
    ]
    claims, first = [], 0
    for names, group in groupby(combinations):
        end = first + len(list(group))
        means = _means(labels, scores[first:end])
        where = TimeRange.between(edges[first], edges[end])
        # A camera may pan and tilt at once: one claim for each.
        claims += [_move(name, means, where) for name in names] or [_no_move(means, where, rules)]
        first = end
    return claims


def apply_hysteresis(scores: Scores, on: float, off: float) -> npt.NDArray[np.bool_]:
    """Return the labels that hold in each window, by hysteresis with two thresholds per label.

    A label holds through a run of neighbouring windows that all reach ``off``, if one of them
    reaches ``on``. (As Canny's edges, IEEE PAMI 8(6), 1986, in one dimension.) The result does not
    depend on the direction of time.

    Args:
        scores: (windows, labels).
        on: Threshold of certainty.
        off: Threshold of continuation; a value above ``on`` counts as ``on``.

    Returns:
        (windows, labels) of bool.
    """
    likely = scores >= min(on, off)
    return np.asarray(binary_propagation(scores >= on, structure=_ALONG_TIME, mask=likely))


def decide_motion(
    labels: Sequence[str], scores: Scores, where: TimeRange, rules: DecisionRules = DEFAULT_RULES
) -> Claim:
    """Return the liveliness of a shot: static, chaotic, slideshow or moving.

    The confidence is the distance of the scores to the nearest change of label: 0.5 at the border,
    1 from half a point away. It is not a probability, since the predictor gives none.

    Args:
        labels: Names of the scores, those of :data:`MOTION_SCORES` in any order.
        scores: (windows, labels); their means are clamped to 0 ... :data:`MOTION_MAX`, since the
            predictor is unbounded.
        where: Range of the claim.
        rules: Thresholds.
    """
    amounts = {name: min(max(a, 0.0), MOTION_MAX) for name, a in _means(labels, scores).items()}
    camera, objects, dynamics = (amounts[name] for name in MOTION_SCORES)
    # Depth of the scores inside the region of each label; negative outside.
    depths = {
        "static": min(rules.still - camera, rules.still - objects, rules.calm - dynamics),
        "chaotic": min(camera - rules.wild, dynamics - rules.wild),
        "slideshow": min(rules.still - objects, dynamics - rules.calm),
    }
    label, clear = "moving", MOTION_MAX
    for name, depth in depths.items():
        clear = min(clear, abs(depth))
        if depth > 0:
            label = name
            break
    summary = ", ".join(f"{name} {amounts[name]:.1f}" for name in MOTION_SCORES)
    return Claim(
        label=label,
        scores={f"motion.{name}": round(amounts[name], 2) for name in MOTION_SCORES},
        confidence=round(min(1.0, 0.5 + clear), 4),
        range=where,
        reasons=(f"{summary}, each of {MOTION_MAX:.0f}",),
    )


def _edges(windows: Sequence[TimeRange], shot: TimeRange) -> list[Fraction]:
    """Return the borders of the windows' spans: the middle of each overlap."""
    between = [(before.end + after.start) / 2 for before, after in pairwise(windows)]
    return [shot.start, *between, shot.end]


def _named(labels: Sequence[str], holds: npt.NDArray[np.bool_]) -> list[set[str]]:
    """Return the moves that hold in each window."""
    return [
        {name for name, yes in zip(labels, row, strict=True) if yes and name != UNDEFINED}
        for row in holds
    ]


def _contradicted(name: str, certain: set[str]) -> bool:
    """Return True if certain moves exclude this one, which is not certain itself.

    A camera is not static while it moves in a direction, nor does it move two opposite ways. Where
    the model is certain of both, both are reported.
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


def _no_move(means: Mapping[str, float], where: TimeRange, rules: DecisionRules) -> Claim:
    """Return an abstention; its confidence is the ``undefined`` score or the doubt in all moves."""
    best = max(p for name, p in means.items() if name != UNDEFINED)
    abstention = means.get(UNDEFINED, 0.0)
    why = (
        "the model calls it undefined"
        if abstention >= rules.on
        else f"no move is {rules.on:.0%} sure".replace("%", " %")
    )
    return Claim(
        label=UNDEFINED,
        scores=_rounded(means),
        confidence=round(max(abstention, 1 - best), 4),
        range=where,
        reasons=(why,),
    )


def _means(labels: Sequence[str], scores: Scores) -> dict[str, float]:
    columns = scores.astype(np.float64).T
    return {name: float(column.mean()) for name, column in zip(labels, columns, strict=True)}


def _rounded(scores: Mapping[str, float]) -> dict[str, float]:
    return {name: round(score, 4) for name, score in scores.items()}
