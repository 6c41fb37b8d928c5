"""Passages that the scene finder finds in sources, and whether an editor took them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np
import numpy.typing as npt

from shotlog.analyzers.clock import Numbers
from shotlog.highlights import HighlightAnalyzer, Passages
from shotlog.learning.highlights.source_groups import SourceGroup
from shotlog.schema import Claim, Edit, EditAnalyzer, EditView, Family, TimeRange

_ALL: Final = 1_000_000
"""More passages than any film has."""
_TAKEN: Final = Fraction(1, 2)
"""Share of a passage from which it counts as taken; one of which less was kept has no label."""


@dataclass(frozen=True, eq=False)
class JudgedPassages:
    """The passages of a film that have a label.

    Attributes:
        name: Name of the film.
        key: Its identity in a split.
        genres: Its genres.
        scores: (n,) score of each passage, 0 to 100.
        confidences: (n,) its confidence without a calibration, 0 to 1.
        taken: (n,) True where an editor kept half of it or more, False where nothing of it.
    """

    name: str
    key: str
    genres: frozenset[str]
    scores: Numbers
    confidences: Numbers
    taken: npt.NDArray[np.bool_]


class PassageReader(EditAnalyzer):
    """Reads the passages of the edit that an engine analyses; it claims nothing.

    They are those that the finder would find one after the other if it never stopped, so that all
    of the film is judged, the parts that nobody would take as well.

    Args:
        asked: Finds the passages.
        group: The group that the edit was made of, by :func:`shotlog.learning.highlights.edit_of`.
        genres: Its genres.

    Attributes:
        found: The passages; None where nothing was measured.

    Raises:
        TypeError: The analyzer selects no passages.
    """

    family = Family.HIGHLIGHT

    def __init__(
        self, asked: HighlightAnalyzer, group: SourceGroup, genres: frozenset[str]
    ) -> None:
        if not isinstance(asked.selection, Passages):
            raise TypeError(f"{asked.name} selects no passages")
        self.name, self.tier, self.version = asked.name, asked.tier, asked.version
        self.measures, self.weights = asked.measures, asked.weights
        everything = {"top": _ALL, "calibration": None}
        self._passages = Passages(asked.selection.options.model_copy(update=everything))
        self._asked, self._group, self._genres = asked, group, genres
        self.found: JudgedPassages | None = None

    def conclude(self, view: EditView) -> Sequence[Claim]:
        """Read the passages; return no claim.

        Raises:
            TimelineTooShort: No passage can be found in so short a film.
        """
        judged = self._asked.judge(view)
        if judged is None:
            return []
        clock, judgement = judged
        kept = kept_ranges(self._group, view.edit)
        labelled = [
            (passage.scores["score"], passage.confidence, share > 0)
            for passage in self._passages.select(judgement, clock)
            if not 0 < (share := kept_share(passage.range, kept)) < _TAKEN
        ]
        scores, confidences, taken = (np.array([row[n] for row in labelled]) for n in range(3))
        self.found = JudgedPassages(
            self._group.name, self._group.key, self._genres, scores, confidences,
            taken.astype(np.bool_),
        )  # fmt: skip
        return []


def kept_ranges(group: SourceGroup, edit: Edit) -> list[TimeRange]:
    """Return the kept parts of a group's sources in the edit of them, one after the other."""
    return [
        part.shifted(clip.timeline.start)
        for source, clip in zip(group.sources, edit.clips, strict=True)
        for part in source.kept
    ]


def kept_share(item: TimeRange, kept: Sequence[TimeRange]) -> Fraction:
    """Return the share of a range that was kept, 0 to 1.

    Args:
        item: The range.
        kept: Disjoint parts that were kept.
    """
    inside = (shared.duration for part in kept if (shared := part.intersection(item)))
    return sum(inside, Fraction(0)) / item.duration
