"""The scores of a model for clips whose labels are known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from shotlog.schema import Family


@dataclass(frozen=True, eq=False)
class ClipScores:
    """Scores of clips, and the labels that hold.

    Attributes:
        family: The question.
        labels: (k,) names of the scores, in the model's order.
        clips: (n,) ids of the clips.
        films: (n,) their films, over which intervals are taken.
        scores: (n, k) probabilities: the means over the windows of each clip.
        truth: (n, k) True where a label holds; exactly one of each row where ``exclusive``.
        exclusive: True where exactly one label of a clip holds, and its scores add up to 1; False
            where each label holds or not.
    """

    family: Family
    labels: tuple[str, ...]
    clips: tuple[str, ...]
    films: tuple[str, ...]
    scores: npt.NDArray[np.float64]
    truth: npt.NDArray[np.bool_]
    exclusive: bool
