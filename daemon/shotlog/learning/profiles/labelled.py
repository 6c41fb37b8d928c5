"""Shots whose labels an editor has set, with the scores that one analyzer gave them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from shotlog.analyzers.clock import Numbers
from shotlog.schema import Family, TimeRange

Mask = npt.NDArray[np.bool_]


class CorrectedRange(NamedTuple):
    """A range of a media file.

    Attributes:
        content_id: Identity of its content.
        path: The file, as a timeline named it.
        source: The range, in media time.
    """

    content_id: str
    path: str
    source: TimeRange


@dataclass(frozen=True, eq=False)
class HeadWindows:
    """The evidence of a built-in head, measured again: windows of shots, one or more of each.

    Attributes:
        shots: (w,) number of the shot of each window.
        scores: (w, k) probabilities of the labels, without any profile.
        features: (w, d) features of the window.
        names: (d,) their names.
        looks: Names of what the head tells apart: sizes, or looks of moves.
        look_of: (k,) number of the look of each label; labels of one look share one correction.
    """

    shots: npt.NDArray[np.intp]
    scores: Numbers
    features: Numbers
    names: tuple[str, ...]
    looks: tuple[str, ...]
    look_of: npt.NDArray[np.intp]

    def part(self, chosen: Mask) -> HeadWindows:
        """Return the windows of chosen shots, which are numbered anew.

        Args:
            chosen: (n,) True for the shots.
        """
        mine = chosen[self.shots]
        return replace(
            self,
            shots=(np.cumsum(chosen) - 1)[self.shots[mine]],
            scores=self.scores[mine],
            features=self.features[mine],
        )

    def by_look(self, values: Numbers) -> Numbers:
        """Return values of labels, (n, k), summed by look."""
        total = np.zeros((len(values), len(self.looks)))
        np.add.at(total.T, self.look_of, values.T)
        return total


@dataclass(frozen=True)
class Unit:
    """Shots that are never both learned from and judged: a project, or a media file.

    Attributes:
        key: Its identity.
        shots: Numbers of its shots.
    """

    key: str
    shots: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class LabelledScores:
    """The labels of an editor on n shots, beside the k scores of one analyzer.

    Attributes:
        analyzer: Its key: name, version and weights.
        family: The question.
        labels: (k,) names of the scores.
        exclusive: True where one label holds; False where each holds or not.
        scores: (n, k) probabilities.
        named: (n, k) share of the corrections of the shot that name the label, 0 to 1.
        projects: (n,) key of the group of projects.
        spans: (n,) the range that was labelled.
        windows: The evidence of the built-in head, of the shots whose media are here; None for
            analyzers without such a head.
    """

    analyzer: str
    family: Family
    labels: tuple[str, ...]
    exclusive: bool
    scores: Numbers
    named: Numbers
    projects: tuple[str, ...]
    spans: tuple[CorrectedRange, ...]
    windows: HeadWindows | None = None

    def __len__(self) -> int:
        return len(self.projects)

    @property
    def truth(self) -> Numbers:
        """(n, k) shares of the labels, which add up to 1 where one label holds."""
        return self.named / self.named.sum(axis=1, keepdims=True) if self.exclusive else self.named

    @property
    def by_project(self) -> tuple[Unit, ...]:
        """The shots by group of projects."""
        return _units(self.projects)

    @property
    def by_media(self) -> tuple[Unit, ...]:
        """The shots by media file."""
        return _units([span.content_id for span in self.spans])

    def of(self, units: Sequence[Unit]) -> LabelledScores:
        """Return the shots of some units."""
        chosen = np.zeros(len(self), np.bool_)
        chosen[[shot for unit in units for shot in unit.shots]] = True
        return self.part(chosen)

    def part(self, chosen: Mask) -> LabelledScores:
        """Return chosen shots, (n,) of bool."""
        numbers = np.flatnonzero(chosen)
        return replace(
            self,
            scores=self.scores[chosen],
            named=self.named[chosen],
            projects=tuple(self.projects[n] for n in numbers),
            spans=tuple(self.spans[n] for n in numbers),
            windows=self.windows.part(chosen) if self.windows else None,
        )


def _units(keys: Sequence[str]) -> tuple[Unit, ...]:
    shots: dict[str, list[int]] = {}
    for number, key in enumerate(keys):
        shots.setdefault(key, []).append(number)
    return tuple(Unit(key, tuple(numbers)) for key, numbers in sorted(shots.items()))
