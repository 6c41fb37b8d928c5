"""Highlights: the moments whose sound, motion, faces and cutting stand out in the timeline.

A heuristic, without a judgement of quality: it reports moments of much activity relative to the
rest of the same timeline, with reasons. The sound is that of the timeline's audio tracks; where it
has none, that of the visible clips.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from importlib.metadata import version
from typing import Final

import numpy as np

from shotlog.analyzers.faces import FaceMeasure
from shotlog.analyzers.highlight.edit_clock import STEP, EditClock
from shotlog.analyzers.highlight.features import FEATURES, Features, Numbers, compute_features
from shotlog.analyzers.highlight.moments import (
    HighlightMoment,
    SelectionLimits,
    noise_threshold,
    relative_heights,
    select_moments,
)
from shotlog.analyzers.highlight.salience import combine, smooth
from shotlog.analyzers.motion import MotionMeasure
from shotlog.analyzers.sound import LoudnessMeasure, SpeechMeasure
from shotlog.schema import Claim, Curve, EditAnalyzer, EditView, Family, Tier

_SHORTEST: Final = Fraction(4)
_LONGEST: Final = Fraction(15)
_MOST: Final = 5
_EVERY: Final = Fraction(12)
"""Seconds of the timeline per highlight: more of them would be a summary."""

_WORTH_SAYING: Final = 1.0
"""Least z-score of a further reason."""
_REASONS: Final = 4
"""Largest number of reasons."""
_WORST: Final = -2.0
"""Lower limit of a z-score: being calm in one respect does not rule out a moment."""
_CALM: Final = 4.0
"""Standard deviation of the excitement's smoothing, in steps (1 s)."""

_WEIGHTS: Final = np.array([feature.weight for feature in FEATURES])
_SOUND: Final = ("loudness", "voice")


class HighlightAnalyzer(EditAnalyzer):
    """Analyzer of moments that stand out in an edit, at most one for every 12 s and five in all.

    A claim's scores are ``score``, the percentage of the timeline that is less exciting than the
    moment's peak, and by feature the highest z-score in the moment. A feature that is unknown there
    is left out. The confidence is the height of the peak above the height that chance would reach
    somewhere in a timeline of this length.

    Args:
        most: Largest number of highlights.
        shortest: Length of the shortest, in seconds.
        longest: Length of the longest, in seconds.
    """

    name = "builtin.highlight"
    family = Family.HIGHLIGHT
    tier = Tier.BUILTIN
    version = "2"
    measures = (LoudnessMeasure(), SpeechMeasure(), MotionMeasure(), FaceMeasure())

    def __init__(
        self, most: int = _MOST, shortest: Fraction = _SHORTEST, longest: Fraction = _LONGEST
    ) -> None:
        self._most, self._shortest, self._longest = most, shortest, longest

    @property
    def claims_key(self) -> str:
        """The limits, and the version of the library that filters; its claims are kept."""
        return f"{self._most} {self._shortest} {self._longest} SciPy {version('scipy')}"

    def conclude(self, view: EditView) -> Sequence[Claim]:
        """Return the claims about the edit, best first; none where nothing stands out."""
        clock = EditClock.of(view)
        # None in timelines shorter than 12 s.
        count = min(self._most, int(view.edit.duration / _EVERY))
        if count == 0 or not (clock.owner >= 0).any():
            return []
        features = compute_features(clock)
        excitement = _excitement(features)
        limits = SelectionLimits(count, self._shortest, self._longest)
        moments = select_moments(
            excitement, features.speech, clock.cuts(), view.edit.duration, limits
        )
        height = relative_heights(excitement)
        known = np.sort(height[np.isfinite(height)])
        threshold = noise_threshold(len(known), self._shortest)
        return [
            Claim(
                label=f"HL {rank}",
                scores={
                    "score": round(100 * float(np.searchsorted(known, m.height)) / len(known), 1),
                    **_peak_scores(features, m),
                },
                confidence=round(1 - threshold / m.height, 3),
                range=m.range,
                reasons=_reasons(features, m),
            )
            for rank, m in enumerate(moments, start=1)
        ]

    def curve(self, view: EditView) -> Curve | None:
        """Return the excitement over its median, in spreads; its peaks are the candidates."""
        clock = EditClock.of(view)
        if not (clock.owner >= 0).any():
            return None
        height = relative_heights(_excitement(compute_features(clock)))
        known = np.isfinite(height)
        values = tuple(float(h) if k else None for h, k in zip(height, known, strict=True))
        return Curve(step=STEP, values=values)


def _excitement(features: Features) -> Numbers:
    """Return the excitement of each step; NaN where it is unknown."""
    return smooth(combine(np.maximum(features.z, _WORST), _WEIGHTS), _CALM)


def _peak_scores(features: Features, moment: HighlightMoment) -> dict[str, float]:
    """Return the highest z-score of every feature that is known in the moment."""
    part = features.z[moment.first : moment.last]
    return {
        feature.name: round(float(np.nanmax(part[:, i])), 2)
        for i, feature in enumerate(FEATURES)
        if np.isfinite(part[:, i]).any()
    }


def _reasons(features: Features, moment: HighlightMoment) -> tuple[str, ...]:
    """Return the strongest features in words, by weight, then what is unknown."""
    reached = _peak_scores(features, moment)
    part = features.values[moment.first : moment.last]
    ranked = sorted(
        (
            (feature.weight * reached[feature.name], feature, part[:, i])
            for i, feature in enumerate(FEATURES)
            if feature.name in reached
        ),
        key=lambda item: -item[0],
    )
    reasons = [
        feature.text.format(z=reached[feature.name], value=float(np.nanmax(values)))
        for rank, (_, feature, values) in enumerate(ranked[:_REASONS])
        if rank == 0 or reached[feature.name] >= _WORTH_SAYING
    ]
    if not any(name in reached for name in _SOUND):
        reasons.append("judged by picture alone: no sound is known here")
    if "motion" not in reached:
        reasons.append("judged without motion: no moving picture is known here")
    return tuple(reasons)
