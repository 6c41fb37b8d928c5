"""Labelled windows of films: features of every 2 s, and whether an editor kept them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import ceil
from typing import Final

import numpy as np
import numpy.typing as npt

from shotlog.analyzers.clock import STEP, EditClock, Numbers
from shotlog.highlights.heuristic import HeuristicHighlighter, compute_criteria, limited, weigh
from shotlog.highlights.trained import CANDIDATES, WINDOW, WindowBlocks
from shotlog.learning.highlights.source_groups import Source, SourceGroup
from shotlog.schema import Claim, EditAnalyzer, EditView, Family, Tier, TimeRange

_SECONDS: Final = WINDOW * STEP
"""Length of a window in seconds."""
_KEPT: Final = 0.5
"""Share of a window from which it counts as kept; one of which less was kept has no label."""


@dataclass(frozen=True, eq=False)
class LabelledFilm:
    """The windows of a film that have a label and evidence.

    Attributes:
        name: Its name.
        key: Its identity in a split.
        z: (m, d) z-scores of :data:`~shotlog.highlights.trained.CANDIDATES` at every step of all
            sources, limited; NaN where unknown.
        starts: (n,) first step of each window.
        kept: (n,) True where an editor kept it.
        place: (n,) place of its middle in its source, 0 to 1.
        picks: Number of parts that were kept.
        windows: (n, d) features of every window, by :class:`WindowBlocks`; NaN where unknown. None
            where no model was there to give them.
    """

    name: str
    key: str
    z: Numbers
    starts: npt.NDArray[np.intp]
    kept: npt.NDArray[np.bool_]
    place: Numbers
    picks: int
    windows: npt.NDArray[np.float32] | None = None

    @property
    def tells_both(self) -> bool:
        """True where windows were kept and others left, so that a ranking can be judged."""
        return bool(self.kept.any() and not self.kept.all())

    @cached_property
    def features(self) -> Numbers:
        """(n, d) the mean z-scores of every window; 0 where unknown."""
        return self.means(self.z)

    def means(self, series: Numbers) -> Numbers:
        """Return the mean of the known steps of every window, (m, ...) to (n, ...); 0 if none."""
        steps = series[self.starts[:, None] + np.arange(WINDOW)]
        known = np.isfinite(steps)
        total = np.where(known, steps, 0.0).sum(axis=1)
        return np.asarray(total / np.maximum(known.sum(axis=1), 1))

    def judged(self, weights: Numbers) -> Numbers:
        """Return (n,) the mean judgement of every window, as the trained highlighter makes it.

        Args:
            weights: (d,) weights of the features.
        """
        return self.means(weigh(self.z, weights))


class FilmReader(EditAnalyzer):
    """Reads the film of the edit that an engine analyses; it claims nothing.

    Args:
        group: The group that the edit was made of, by :func:`shotlog.learning.highlights.edit_of`.
        blocks: The features of a network; None where none is learned.

    Attributes:
        film: The film; None where nothing was measured.
    """

    family = Family.HIGHLIGHT
    name = "builtin.training"
    tier = Tier.BUILTIN
    version = "1"

    def __init__(self, group: SourceGroup, blocks: WindowBlocks | None = None) -> None:
        self._group, self._blocks = group, blocks
        further = blocks.measures() if blocks else ()
        measures = (*HeuristicHighlighter().measures(()), *further)
        self.measures = tuple({measure.key: measure for measure in measures}.values())
        self.film: LabelledFilm | None = None

    def conclude(self, view: EditView) -> Sequence[Claim]:
        """Read the film; return no claim."""
        clock = EditClock.of(view)
        if (clock.owner >= 0).any():
            spans = [clip.timeline for clip in view.edit.clips]
            self.film = read_film(self._group, clock, spans, self._blocks)
        return []


def read_film(
    group: SourceGroup,
    clock: EditClock,
    spans: Sequence[TimeRange],
    blocks: WindowBlocks | None = None,
) -> LabelledFilm:
    """Return the labelled windows of a group.

    Args:
        group: The group.
        clock: The clock of the edit of its sources.
        spans: The range of each source in that edit; each begins at a step.
        blocks: The features of a network; None where none is learned.
    """
    z = limited(compute_criteria(clock, CANDIDATES))
    starts: list[int] = []
    kept: list[bool] = []
    place: list[float] = []
    for source, span in zip(group.sources, spans, strict=True):
        first = int(span.start / STEP)
        for number, share in enumerate(_shares(source)):
            step = first + number * WINDOW
            if 0 < share < _KEPT or not np.isfinite(z[step : step + WINDOW]).any():
                continue
            starts.append(step)
            kept.append(share > 0)
            place.append(float((number + Fraction(1, 2)) * _SECONDS / source.duration))
    first_steps = np.array(starts, np.intp)
    return LabelledFilm(
        group.name,
        group.key,
        z,
        first_steps,
        np.array(kept, np.bool_),
        np.array(place),
        group.picks,
        blocks.reader(clock)(first_steps).astype(np.float32) if blocks else None,
    )


def _shares(source: Source) -> list[Fraction]:
    """Return the share of each whole window of a source that was kept."""
    shares = [Fraction(0)] * int(source.duration / _SECONDS)
    for part in source.kept:
        for number in range(int(part.start / _SECONDS), ceil(part.end / _SECONDS)):
            window = TimeRange(start=number * _SECONDS, duration=_SECONDS)
            if number < len(shares) and (inside := part.intersection(window)):
                shares[number] += inside.duration / _SECONDS
    return shares
