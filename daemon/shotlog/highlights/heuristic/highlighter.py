"""The heuristic: sound, motion, faces and cutting that stand out in the timeline.

It reports much activity relative to the rest of the same timeline, without a judgement of quality.
The sound is that of the timeline's audio tracks; where it has none, that of the visible clips.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

import numpy as np

from shotlog.analyzers.clock import EditClock, Numbers
from shotlog.analyzers.faces import FaceMeasure
from shotlog.analyzers.motion import MotionMeasure
from shotlog.analyzers.sound import LoudnessMeasure, SpeechMeasure
from shotlog.highlights.contract import Absence, Criterion, Embedder, Highlighter, Judgement
from shotlog.highlights.heuristic.features import FACELESS, FEATURES, compute_criteria
from shotlog.highlights.salience import calm, combine
from shotlog.schema import Measure

_WORST: Final = -2.0
"""Lower limit of a z-score: being calm in one respect does not rule out a moment."""

ABSENCES: Final = (
    Absence(("loudness", "voice"), "judged by picture alone: no sound is known here"),
    Absence(("motion",), "judged without motion: no moving picture is known here"),
)


class HeuristicHighlighter(Highlighter):
    """Judges by rules; it needs no weights."""

    name: ClassVar[str] = "heuristic"
    version: ClassVar[str] = "3"

    faces: bool = True
    """False leaves faces out."""

    def measures(self, embedders: Sequence[Embedder]) -> tuple[Measure, ...]:
        """Return the measures of sound, motion and faces."""
        faces = (FaceMeasure(),) if self.faces else ()
        return (LoudnessMeasure(), SpeechMeasure(), MotionMeasure(), *faces)

    def judge(self, clock: EditClock, embedders: Sequence[Embedder]) -> Judgement:
        """Return the judgement by the features of a timeline."""
        features = FEATURES if self.faces else FACELESS
        criteria = compute_criteria(clock, features)
        z = limited(criteria)
        viral = np.array([feature.viral for feature in features])
        compelling = np.array([feature.compelling for feature in features])
        return Judgement(weigh(z, viral), weigh(z, compelling), criteria, ABSENCES)

    def without_faces(self) -> HeuristicHighlighter:
        """Return the heuristic without the criteria of faces."""
        return self.model_copy(update={"faces": False})


def limited(criteria: Sequence[Criterion]) -> Numbers:
    """Return the (n, d) z-scores of criteria, none below the lower limit; NaN where unknown."""
    return np.maximum(np.column_stack([criterion.z for criterion in criteria]), _WORST)


def weigh(z: Numbers, weights: Numbers) -> Numbers:
    """Return (n,) the judgement of every step, in spreads of noise; NaN where all is unknown.

    Args:
        z: (n, d) z-scores, limited.
        weights: (d,) their weights.
    """
    return calm(combine(z, weights))
