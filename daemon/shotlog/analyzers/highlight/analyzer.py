"""Highlights: the moments where sound, motion, faces and cutting stand out of the timeline.

A heuristic that claims no taste. It says where much happens, against the rest of the same
timeline, and why; whether that is good, the editor knows. It hears the sound of the clips that
are seen, not the sound tracks of the timeline.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

import numpy as np

from shotlog.analyzers.faces import FaceMeasure
from shotlog.analyzers.highlight.edit_clock import STEP, EditClock
from shotlog.analyzers.highlight.features import FEATURES, Features, Numbers, features
from shotlog.analyzers.highlight.moments import Choice, Moment, bar, choose, heights
from shotlog.analyzers.highlight.salience import combined, smooth
from shotlog.analyzers.motion import MotionMeasure
from shotlog.analyzers.sound import LoudnessMeasure, SpeechMeasure
from shotlog.schema import Claim, Curve, EditAnalyzer, EditView, Family, Tier

_SHORTEST: Final = Fraction(4)
_LONGEST: Final = Fraction(15)
_MOST: Final = 5
_EVERY: Final = Fraction(12)
"""Seconds of the timeline for each highlight: more would be a summary."""

_WORTH_SAYING: Final = 1.0
_REASONS: Final = 4
_WORST: Final = -2.0
"""Spreads: being calm in one respect does not forbid a moment."""
_CALM: Final = 4.0
"""Steps (1 s): the standard deviation of the excitement's smoothing."""

_WEIGHTS: Final = np.array([feature.weight for feature in FEATURES])
_SOUND: Final = ("loudness", "speech")


class HighlightAnalyzer(EditAnalyzer):
    """The moments of an edit that stand out, at most one for every 12 s and five in all.

    A claim's scores are ``score``, the percentage of the timeline that is less exciting than the
    moment's peak, and by feature how many spreads it reaches in the moment. A feature that could
    not be known there is left out. The confidence says how far the peak stands above the height
    that chance would reach somewhere in a timeline of this length.

    Args:
        most: How many highlights at most.
        shortest: Length of the shortest, in seconds.
        longest: Length of the longest, in seconds.
    """

    name = "builtin.highlight"
    family = Family.HIGHLIGHT
    tier = Tier.BUILTIN
    version = "1"
    measures = (LoudnessMeasure(), SpeechMeasure(), MotionMeasure(), FaceMeasure())

    def __init__(
        self, most: int = _MOST, shortest: Fraction = _SHORTEST, longest: Fraction = _LONGEST
    ) -> None:
        self._most, self._shortest, self._longest = most, shortest, longest

    def conclude(self, view: EditView) -> Sequence[Claim]:
        """The claims about the edit, best first; none where nothing stands out."""
        clock = EditClock.of(view)
        count = min(self._most, int(view.edit.duration / _EVERY))
        if count == 0 or not (clock.owner >= 0).any():
            return []
        found = features(clock)
        excitement = _excitement(found)
        choice = Choice(count, self._shortest, self._longest)
        moments = choose(excitement, found.speech, clock.cuts(), view.edit.duration, choice)
        height = heights(excitement)
        known = np.sort(height[np.isfinite(height)])
        least = bar(len(known), self._shortest)
        return [
            Claim(
                label=f"HL {rank}",
                scores={
                    "score": round(100 * float(np.searchsorted(known, m.height)) / len(known), 1),
                    **_reached(found, m),
                },
                confidence=round(1 - least / m.height, 3),
                range=m.range,
                reasons=_reasons(found, m),
            )
            for rank, m in enumerate(moments, start=1)
        ]

    def curve(self, view: EditView) -> Curve | None:
        """The excitement over its median, in spreads; where it peaks there are highlights."""
        clock = EditClock.of(view)
        if not (clock.owner >= 0).any():
            return None
        height = heights(_excitement(features(clock)))
        known = np.isfinite(height)
        values = tuple(float(h) if k else None for h, k in zip(height, known, strict=True))
        return Curve(step=STEP, values=values)


def _excitement(found: Features) -> Numbers:
    """How much goes on at each step; NaN where that is unknown."""
    return smooth(combined(np.maximum(found.z, _WORST), _WEIGHTS), _CALM)


def _reached(found: Features, moment: Moment) -> dict[str, float]:
    """The highest z-score of every feature that is known in the moment."""
    part = found.z[moment.first : moment.last]
    return {
        feature.name: round(float(np.nanmax(part[:, i])), 2)
        for i, feature in enumerate(FEATURES)
        if np.isfinite(part[:, i]).any()
    }


def _reasons(found: Features, moment: Moment) -> tuple[str, ...]:
    """What stands out most, weighed, in words; then what could not be known."""
    reached = _reached(found, moment)
    part = found.values[moment.first : moment.last]
    telling = sorted(
        (
            (feature.weight * reached[feature.name], feature, part[:, i])
            for i, feature in enumerate(FEATURES)
            if feature.name in reached
        ),
        key=lambda item: -item[0],
    )
    said = [
        feature.words.format(z=reached[feature.name], value=float(np.nanmax(values)))
        for place, (_, feature, values) in enumerate(telling[:_REASONS])
        if place == 0 or reached[feature.name] >= _WORTH_SAYING
    ]
    if not any(name in reached for name in _SOUND):
        said.append("judged by picture alone: no sound is known here")
    if "motion" not in reached:
        said.append("judged without motion: no moving picture is known here")
    return tuple(said)
