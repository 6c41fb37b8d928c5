"""From figures to changes of shot: what is believed, and what kind of change it is."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from shotlog.media._change import Change
from shotlog.media._cut_head import heads
from shotlog.media._gradual import LENGTHS, stretches
from shotlog.media._hard_cuts import hard_figures
from shotlog.schema.ranges import CutKind

Moments = npt.NDArray[np.int64]

_FLAT_CONTRAST = 6.0
"""Standard deviation of luma, in grey levels, up to which a picture is one flat field."""

HOLD = Fraction(1, 2)
"""Seconds of a flat field between a fade out and a fade in that are still one change; a longer one
is a shot of its own."""


class Transition(NamedTuple):
    """A change of shot, by index of frames.

    Attributes:
        first: The first frame that belongs to neither shot alone; for a hard cut, ``after``.
        after: The first frame of the new shot.
        kind: How it changes.
        confidence: 0 to 1.
    """

    first: int
    after: int
    kind: CutKind
    confidence: float


def transitions(change: Change, moments: Moments, hold: int) -> list[Transition]:
    """The changes of shot among consecutive frames, in order, disjoint.

    Args:
        change: The frames, repeats left out.
        moments: (n,) their starts, in ticks.
        hold: Ticks of a flat field between a fade out and a fade in that are still one change.
    """
    if not len(change):
        return []
    hard = _hard(change)
    soft = _gradual(change, [item.after for item in hard])
    return sorted([*hard, *_through_flat(change, soft, moments, hold)])


def _hard(change: Change) -> list[Transition]:
    """Believed pairs; of two side by side (a cut within a blended frame) the likelier."""
    head = heads().hard
    said = head.probability(hard_figures(change))
    padded = np.pad(said, 1)
    peak = (said >= padded[:-2]) & (said > padded[2:])
    return [
        Transition(int(index), int(index), CutKind.CUT, round(float(said[index]), 4))
        for index in np.flatnonzero(peak & (said >= head.threshold))
    ]


def _gradual(change: Change, cuts: Sequence[int]) -> list[Transition]:
    """Believed stretches between cuts, the likeliest first, none overlapping a likelier one."""
    head = heads().gradual
    candidates = [stretches(change, length) for length in LENGTHS]
    start = np.concatenate([item.start for item in candidates])
    end = np.concatenate([item.end for item in candidates])
    said = head.probability(np.concatenate([item.figures for item in candidates]))
    whole = np.searchsorted(cuts, start, side="right") == np.searchsorted(cuts, end, side="right")
    believed = np.flatnonzero(whole & (said >= head.threshold))
    order = believed[np.lexsort((end[believed], start[believed], -said[believed]))]
    kept: list[Transition] = []
    for index in order:
        first, after = int(start[index]) + 1, int(end[index])
        if all(after < item.first or first > item.after for item in kept):
            kind = _kind(change, first - 1, after)
            kept.append(Transition(first, after, kind, round(float(said[index]), 4)))
    return sorted(kept)


def _kind(change: Change, before: int, after: int) -> CutKind:
    flat = min(change.contrast[before], change.contrast[after]) <= _FLAT_CONTRAST
    return CutKind.FADE if flat else CutKind.DISSOLVE


def _through_flat(
    change: Change, items: list[Transition], moments: Moments, hold: int
) -> list[Transition]:
    """Joins a change into a flat field and the one out of it, soon after, to a dip."""
    joined = items[:1]
    for item in items[1:]:
        last = joined[-1]
        field = change.contrast[last.after : item.first]
        brief = moments[item.first] - moments[last.after] <= hold
        if brief and bool((field <= _FLAT_CONTRAST).all()):
            sure = min(last.confidence, item.confidence)
            joined[-1] = Transition(last.first, item.after, CutKind.DIP, sure)
        else:
            joined.append(item)
    return joined
