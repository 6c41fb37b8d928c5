"""Analyzer of camera moves, by geometry alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from shotlog.analyzers.motion import MotionMeasure
from shotlog.analyzers.move.classifier import LOOKS_LIKE, load_classifier, weights_digest
from shotlog.analyzers.move.features import LOOK_FEATURES, MotionRows, select_rows
from shotlog.analyzers.move.spans import decode_labels, find_runs, split_windows
from shotlog.analyzers.move.strength import STRENGTHS, motion_strengths
from shotlog.schema import (
    UNDEFINED,
    Claim,
    CorrectableAnalyzer,
    Family,
    Series,
    ShotView,
    Tier,
    TimeRange,
)

Table = npt.NDArray[np.float64]

SURE = 0.4
"""Least summed probability of a move and its look-alikes for it to be named."""

TRAVELS = {"arc": 0.85, "dolly": 0.85, "pedestal": 0.85, "truck": 0.8}
"""Least share of a travelling move in the sum of its look-alikes, by kind, for it to be named."""

RELUCTANCE = 6.0
"""Cost of a change of move, in nats: about two confident windows."""

_BLIND = 0.3
"""A window is blind if more than this share of its pairs of pictures had too few tracks."""

_DOUBT_BLIND, _DOUBT_SEEING = 0.5, 0.02
"""Weight of ``undefined`` against all moves together, in a blind and in a seeing window."""

SHORTEST = Fraction(1, 2)
"""Seconds of picture needed to recognise a movement: three pairs of pictures."""

_TOO_SHORT = "too few pictures to see a movement"
_TOO_FLAT = "hardly anything in the picture can be tracked"


class _Window(NamedTuple):
    """Classification of one window.

    Attributes:
        cell: Range that it stands for.
        scores: Probability of every label; uniform where it is blind.
        support: Share of the tracks that agree with one motion; None where it is blind.
        strength: Amounts of motion.
    """

    cell: TimeRange
    scores: Table
    support: float | None
    strength: Table


class MoveAnalyzer(CorrectableAnalyzer):
    """Analyzer of camera moves, from the global motion of the picture.

    Directions are the camera's: in ``pan_right`` the content moves left, in ``tilt_up`` down, in
    ``zoom_in`` it grows. In ``roll_left`` the camera turns anticlockwise as its operator sees it,
    so the content turns clockwise. ``arc_left`` circles its subject to the left. A travelling
    camera (dolly, truck, pedestal, arc) differs from one that turns or zooms by parallax: things at
    different depths move at different speeds. It is named only where they clearly do. Moves beyond
    geometry (``pov``, ``track``) are never named. The scores hold a probability for every label,
    and ``motion.camera``, ``motion.object`` and ``motion.dynamics``: 0 (none) to 3.
    """

    name = "builtin.move"
    family = Family.MOVE
    tier = Tier.BUILTIN
    version = "2"
    measures = (MotionMeasure(),)
    profile_features = LOOK_FEATURES

    @property
    def claims_key(self) -> str:
        """The weights: its claims are kept, as they take 0.5 ms for each window."""
        return weights_digest()

    def conclude(self, view: ShotView) -> Sequence[Claim]:
        """Return one claim per move, in time order; together they cover the whole shot."""
        series, shot = view.series[MotionMeasure.name], view.shot
        classified = [
            self._classify(cell, series.within(span)) for cell, span in split_windows(shot.core)
        ]
        # Looks are decoded first: parallax is too noisy to place a change.
        course = decode_labels(np.array([_with_doubt(window) for window in classified]), RELUCTANCE)
        looks = [*_looks(), UNDEFINED]
        labels = [
            label
            for number, first, end in find_runs(course)
            for label in [_label(looks[number], classified[first:end])] * (end - first)
        ]
        found = find_runs(labels)
        changes = [classified[first].cell.start for _, first, _ in found[1:]]
        # Windows cover the core of the shot, claims all of it.
        edges = [shot.seen.start, *changes, shot.seen.end]
        return [
            _claim(label, TimeRange.between(*edges[i : i + 2]), classified[first:end])
            for i, (label, first, end) in enumerate(found)
        ]

    def _classify(self, cell: TimeRange, series: Series) -> _Window:
        """Classify the window around a cell from its rows."""
        rows = select_rows(series)
        if is_blind(series, rows):
            even = np.full(len(load_classifier().labels), 1 / len(load_classifier().labels))
            return _Window(cell, even, None, motion_strengths(series, rows))
        named = self._scores(rows)
        scores = np.array([named[label] for label in load_classifier().labels])
        return _Window(cell, scores, rows.middle("support"), motion_strengths(series, rows))

    def _scores(self, rows: MotionRows) -> Mapping[str, float]:
        """Return the probability of every label in a window, as the profile corrects it."""
        scores = load_classifier().probabilities(rows, self.head_correction)
        return scores if self.calibration is None else self.calibration.of_one(scores)


def is_blind(series: Series, rows: MotionRows) -> bool:
    """Return True where too little of a window can be tracked to classify it.

    Args:
        series: The window.
        rows: Its rows, by :func:`select_rows`.
    """
    pairs = int((series.last - series.first == 1).sum())
    return not rows.enough or len(rows.short) < (1 - _BLIND) * pairs


def _looks() -> list[str]:
    """Return the distinct looks of moves, in a fixed order."""
    return sorted({LOOKS_LIKE.get(label, label) for label in load_classifier().labels})


def _sum_by_look(scores: Table) -> Table:
    """Return the scores of labels summed by look, in the order of :func:`_looks`."""
    looks = _looks()
    total = np.zeros(len(looks))
    for label, score in zip(load_classifier().labels, scores, strict=True):
        total[looks.index(LOOKS_LIKE.get(label, label))] += score
    return total


def _with_doubt(window: _Window) -> Table:
    """Return the scores by look, with ``undefined`` as one more."""
    doubt = _DOUBT_BLIND if window.support is None else _DOUBT_SEEING
    return np.append(_sum_by_look(window.scores) * (1 - doubt), doubt)


def _mean(classified: Sequence[_Window]) -> Table:
    """Return the mean scores of the seeing windows, or of all where none sees."""
    seeing = [window for window in classified if window.support is not None]
    return np.asarray(np.mean([window.scores for window in seeing or classified], axis=0))


def _label(look: str, classified: Sequence[_Window]) -> str:
    """Return the look itself, or the travelling move behind it where parallax shows it clearly."""
    if look == UNDEFINED:
        return look
    scores = dict(zip(load_classifier().labels, _mean(classified), strict=True))
    travels = [label for label, other_look in LOOKS_LIKE.items() if other_look == look]
    sure = scores[look] + sum(scores[label] for label in travels)
    if sure < SURE:
        return UNDEFINED
    # Parallax must be clear, since a wrong dolly is worse than a zoom.
    clear = [label for label in travels if scores[label] >= TRAVELS[_kind_of(label)] * sure]
    return clear[0] if clear else look


def _kind_of(label: str) -> str:
    return label.split("_")[0]


def _claim(label: str, span: TimeRange, classified: Sequence[_Window]) -> Claim:
    """Return the claim of the windows of one run."""
    mean = _mean(classified)
    scores = {
        name: float(score) for name, score in zip(load_classifier().labels, mean, strict=True)
    }
    return Claim(
        label=label,
        scores=_round_scores(scores, classified),
        confidence=round(_confidence(label, scores), 4),
        range=span,
        reasons=_reasons(label, span, classified),
    )


def _confidence(label: str, scores: Mapping[str, float]) -> float:
    """Return the probability that a label is right; 0 for ``undefined``."""
    if label == UNDEFINED:
        return 0.0
    alike = [other for other, other_look in LOOKS_LIKE.items() if other_look == label]
    return load_classifier().calibration.apply(sum(scores[name] for name in (label, *alike)))


def _reasons(label: str, span: TimeRange, classified: Sequence[_Window]) -> tuple[str, ...]:
    supports = [window.support for window in classified if window.support is not None]
    if not supports:
        return (_TOO_SHORT if span.duration < SHORTEST else _TOO_FLAT,)
    agreed = f"{np.mean(supports):.0%} of what can be tracked moves as one"
    if label == UNDEFINED:
        return ("no single move stands out", agreed)
    if label in LOOKS_LIKE:
        return (agreed, "things at different depths move at different speeds")
    return (agreed,)


def _round_scores(scores: dict[str, float], classified: Sequence[_Window]) -> dict[str, float]:
    """Return the scores by label and by strength, rounded for people."""
    amounts = np.mean([window.strength for window in classified], axis=0)
    named = zip(STRENGTHS, (float(amount) for amount in amounts), strict=True)
    return {label: round(score, 4) for label, score in scores.items()} | {
        name: round(amount, 2) for name, amount in named
    }
