"""What the camera does in a shot, told from geometry alone."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from shotlog.analyzers.motion import MotionMeasure
from shotlog.analyzers.move.classifier import SEEN_AS, weights
from shotlog.analyzers.move.features import rows_of
from shotlog.analyzers.move.spans import runs, steadied, windows
from shotlog.analyzers.move.strength import NAMES as STRENGTHS
from shotlog.analyzers.move.strength import strength
from shotlog.schema import UNDEFINED, Claim, Family, Series, ShotAnalyzer, ShotView, Tier, TimeRange

Table = npt.NDArray[np.float64]

SURE = 0.4
"""A move is named where its windows give it, with those that look alike, at least so much."""

TRAVELS = {"arc": 0.85, "dolly": 0.85, "pedestal": 0.85, "truck": 0.8}
"""A travelling camera is named where it has at least this part of what its look-alikes have."""

RELUCTANCE = 6.0
"""What a change of move costs, in nats: about two windows that are sure of it."""

_BLIND = 0.3
"""A window is blind where more than this part of its pairs of pictures show nothing to track."""

_DOUBT_BLIND, _DOUBT_SEEING = 0.5, 0.02
"""How much not knowing weighs, against every move together, in a window that is blind or sees."""

SHORTEST = Fraction(1, 2)
"""Seconds of picture that it takes to tell a movement: three pairs of pictures."""

_TOO_SHORT = "too few pictures to see a movement"
_TOO_FLAT = "hardly anything in the picture can be tracked"


class _Window(NamedTuple):
    """What one window says.

    Attributes:
        cell: What it speaks for.
        scores: A probability for every label of the head; all the same where it is blind.
        support: Share of what can be tracked that moves as one; None where it is blind.
        strength: How much moves.
    """

    cell: TimeRange
    scores: Table
    support: float | None
    strength: Table


class MoveAnalyzer(ShotAnalyzer):
    """Names the camera's move from how the picture moves as a whole.

    Directions are the camera's: in ``pan_right`` the content moves left, in ``tilt_up`` down, in
    ``zoom_in`` it grows. In ``roll_left`` the camera turns anticlockwise as its operator sees it,
    so the content turns clockwise. ``arc_left`` circles its subject to the left. A camera that
    travels (dolly, truck, pedestal, arc) is told from one that turns or zooms by things at
    different depths moving at different speeds, and is named only where they clearly do. What
    geometry cannot know (``pov``, ``track``) is never said. The scores hold a probability for
    every label that was weighed, and ``motion.camera``, ``motion.object`` and
    ``motion.dynamics``: 0 (none) to 3.
    """

    name = "builtin.move"
    family = Family.MOVE
    tier = Tier.BUILTIN
    version = "1"
    measures = (MotionMeasure(),)

    def conclude(self, view: ShotView) -> Sequence[Claim]:
        """One claim per move, in time order; together they cover the whole shot."""
        series, shot = view.series[MotionMeasure.name], view.shot
        judged = [_judge(cell, series.within(seen)) for cell, seen in windows(shot.core)]
        course = steadied(np.array([_by_look(window) for window in judged]), RELUCTANCE)
        looks = [*_looks(), UNDEFINED]
        labels = [
            label
            for number, first, end in runs(course)
            for label in [_label(looks[number], judged[first:end])] * (end - first)
        ]
        found = runs(labels)
        changes = [judged[first].cell.start for _, first, _ in found[1:]]
        edges = [shot.source.start, *changes, shot.source.end]
        return [
            _claim(label, TimeRange.between(*edges[i : i + 2]), judged[first:end])
            for i, (label, first, end) in enumerate(found)
        ]


def _judge(cell: TimeRange, series: Series) -> _Window:
    """What the rows around a cell say."""
    rows = rows_of(series)
    pairs = int((series.last - series.first == 1).sum())
    if not rows.enough or len(rows.short) < (1 - _BLIND) * pairs:
        even = np.full(len(weights().labels), 1 / len(weights().labels))
        return _Window(cell, even, None, strength(series, rows))
    named = weights().probabilities(rows)
    scores = np.array([named[label] for label in weights().labels])
    return _Window(cell, scores, rows.middle("support"), strength(series, rows))


def _looks() -> list[str]:
    """What a move can look like, in a fixed order."""
    return sorted({SEEN_AS.get(label, label) for label in weights().labels})


def _gathered(scores: Table) -> Table:
    """Scores of labels gathered by what they look like, in the order of :func:`_looks`."""
    looks = _looks()
    total = np.zeros(len(looks))
    for label, score in zip(weights().labels, scores, strict=True):
        total[looks.index(SEEN_AS.get(label, label))] += score
    return total


def _by_look(window: _Window) -> Table:
    """Scores by look, with not knowing as one more."""
    doubt = _DOUBT_BLIND if window.support is None else _DOUBT_SEEING
    return np.append(_gathered(window.scores) * (1 - doubt), doubt)


def _mean(judged: Sequence[_Window]) -> Table:
    """Mean scores of the windows that see, or of all where none does."""
    seen = [window for window in judged if window.support is not None]
    return np.asarray(np.mean([window.scores for window in seen or judged], axis=0))


def _label(look: str, judged: Sequence[_Window]) -> str:
    """The look itself, or the travelling camera behind it where depth shows it clearly."""
    if look == UNDEFINED:
        return look
    scores = dict(zip(weights().labels, _mean(judged), strict=True))
    travels = [label for label, seen in SEEN_AS.items() if seen == look]
    sure = scores[look] + sum(scores[label] for label in travels)
    if sure < SURE:
        return UNDEFINED
    clear = [label for label in travels if scores[label] >= TRAVELS[_kind(label)] * sure]
    return clear[0] if clear else look


def _kind(label: str) -> str:
    return label.split("_")[0]


def _claim(label: str, span: TimeRange, judged: Sequence[_Window]) -> Claim:
    """What the windows of one run amount to."""
    mean = _mean(judged)
    scores = {name: float(score) for name, score in zip(weights().labels, mean, strict=True)}
    alike = [other for other, seen in SEEN_AS.items() if seen == label]
    confidence = sum(scores.get(name, 0.0) for name in (label, *alike))
    return Claim(
        label=label,
        scores=_figures(scores, judged),
        confidence=round(min(confidence, 1.0), 4),
        range=span,
        reasons=_reasons(label, span, judged),
    )


def _reasons(label: str, span: TimeRange, judged: Sequence[_Window]) -> tuple[str, ...]:
    supports = [window.support for window in judged if window.support is not None]
    if not supports:
        return (_TOO_SHORT if span.duration < SHORTEST else _TOO_FLAT,)
    agreed = f"{np.mean(supports):.0%} of what can be tracked moves as one"
    if label == UNDEFINED:
        return ("no single move stands out", agreed)
    if label in SEEN_AS:
        return (agreed, "things at different depths move at different speeds")
    return (agreed,)


def _figures(scores: dict[str, float], judged: Sequence[_Window]) -> dict[str, float]:
    """Scores by label and by strength, rounded for people."""
    amounts = np.mean([window.strength for window in judged], axis=0)
    named = zip(STRENGTHS, (float(amount) for amount in amounts), strict=True)
    return {label: round(score, 4) for label, score in scores.items()} | {
        name: round(amount, 2) for name, amount in named
    }
