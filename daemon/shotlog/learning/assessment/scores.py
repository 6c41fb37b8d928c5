"""The scores of a model for clips whose labels are known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from shotlog.models.analysis import DEFAULT_RULES
from shotlog.schema import Family, ScoresUnusable


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
        known: (n, k) True where it is known whether a label holds; None where all is known.
        threshold: Score from which a label holds, where each label holds or not.
        named: (n, k) True where the model names a label; None where that follows from the scores.

    Raises:
        ScoresUnusable: There is no clip, or a clip comes twice, or has a score that is no number.
    """

    family: Family
    labels: tuple[str, ...]
    clips: tuple[str, ...]
    films: tuple[str, ...]
    scores: npt.NDArray[np.float64]
    truth: npt.NDArray[np.bool_]
    exclusive: bool
    known: npt.NDArray[np.bool_] | None = None
    threshold: float = DEFAULT_RULES.on
    named: npt.NDArray[np.bool_] | None = None

    def __post_init__(self) -> None:
        if not self.clips:
            raise ScoresUnusable(self.family.value, "no clip has scores")
        clip, times = Counter(self.clips).most_common(1)[0]
        if times > 1:
            raise ScoresUnusable(clip, "two clips have this name")
        strange = np.flatnonzero(~np.isfinite(self.scores).all(axis=1))
        if len(strange):
            raise ScoresUnusable(self.clips[strange[0]], "a score of this clip is no number")
        if self.exclusive and not (self.truth.sum(axis=1) == 1).all():
            lost = self.clips[int(np.argmax(self.truth.sum(axis=1) != 1))]
            raise ScoresUnusable(lost, "it needs exactly one label of those that exclude another")

    def of(self, clips: Sequence[str]) -> ClipScores:
        """Return the scores of these clips, in this order."""
        number = {clip: row for row, clip in enumerate(self.clips)}
        rows = np.array([number[clip] for clip in clips], np.intp)
        return replace(
            self,
            clips=tuple(clips),
            films=tuple(self.films[row] for row in rows),
            scores=self.scores[rows],
            truth=self.truth[rows],
            known=None if self.known is None else self.known[rows],
            named=None if self.named is None else self.named[rows],
        )
