"""From figures to changes of shot: what is believed, and what kind of change it is."""

from __future__ import annotations

from fractions import Fraction
from itertools import chain
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from shotlog.media.cuts.change import FLASH, Change
from shotlog.media.cuts.classifier import CutHeads, Head
from shotlog.media.cuts.gradual import LENGTHS, stretches
from shotlog.media.cuts.hard_cuts import hard_figures
from shotlog.schema import CutKind

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


def transitions(change: Change, moments: Moments, hold: int, heads: CutHeads) -> list[Transition]:
    """The changes of shot among consecutive frames, in order, disjoint.

    Args:
        change: The frames, repeats left out.
        moments: (n,) their starts, in ticks.
        hold: Ticks of a flat field between a fade out and a fade in that are still one change.
        heads: What decides.
    """
    if not len(change):
        return []
    claims = [*_hard(change, heads.hard), *_gradual(change, heads.gradual)]
    believed, taken = list[Transition](), np.zeros(len(change), dtype=bool)
    for item in sorted(claims, key=_likeliest_first):
        frames = slice(item.first, item.after + 1)
        if not taken[frames].any():
            taken[frames] = True
            believed.append(item)
    return _joined(change, sorted(believed), moments, hold)


def _likeliest_first(item: Transition) -> tuple[float, int, int]:
    return -item.confidence, item.first, item.after


def _hard(change: Change, head: Head) -> list[Transition]:
    """Believed pairs; of two side by side (a cut within a blended frame) the likelier."""
    said = head.probability(hard_figures(change))
    padded = np.pad(said, 1)
    peak = (said >= padded[:-2]) & (said > padded[2:])
    return [
        Transition(int(index), int(index), CutKind.CUT, float(said[index]))
        for index in np.flatnonzero(peak & (said >= head.threshold))
    ]


def _gradual(change: Change, head: Head) -> list[Transition]:
    """Believed stretches, most of them overlapping others."""
    found = []
    for candidates in chain.from_iterable(stretches(change, length) for length in LENGTHS):
        said = head.probability(candidates.figures)
        for index in np.flatnonzero(said >= head.threshold):
            before, after = int(candidates.start[index]), int(candidates.end[index])
            kind = _kind(change, before, after)
            found.append(Transition(before + 1, after, kind, float(said[index])))
    return found


def _kind(change: Change, before: int, after: int) -> CutKind:
    """By where the picture is flat: at an end, or only on the way.

    A stretch may end a little before its fade does, so the end is looked for outside as well.
    """
    aside = 1 + (after - before) // 4
    ends = slice(max(0, before - aside), before + 1), slice(after, after + aside + 1)
    if any((change.contrast[end] <= _FLAT_CONTRAST).any() for end in ends):
        return CutKind.FADE
    flat = (change.contrast[before:after] <= _FLAT_CONTRAST).any()
    return CutKind.DIP if flat else CutKind.DISSOLVE


def _joined(
    change: Change, items: list[Transition], moments: Moments, hold: int
) -> list[Transition]:
    """Makes one of changes with no shot between them."""
    joined = items[:1]
    for item in items[1:]:
        last = joined[-1]
        brief = moments[item.first] - moments[last.after] <= hold
        if _touch(last, item) or (brief and _is_flat(change, last, item)):
            kind = _kind(change, max(0, last.first - 1), item.after)
            sure = min(last.confidence, item.confidence)
            joined[-1] = Transition(last.first, item.after, kind, sure)
        else:
            joined.append(item)
    return joined


def _touch(last: Transition, item: Transition) -> bool:
    """Whether a gradual change lies closer to another than any shot is long."""
    both_hard = last.kind is item.kind is CutKind.CUT
    return not both_hard and item.first - last.after <= FLASH


def _is_flat(change: Change, last: Transition, item: Transition) -> bool:
    """Whether there is a flat field between two changes; between cuts, nothing else."""
    field, kinds = change.contrast[last.after : item.first], {last.kind, item.kind}
    if kinds == {CutKind.CUT}:
        return bool(field.max() <= _FLAT_CONTRAST)
    return kinds <= {CutKind.CUT, CutKind.FADE} and bool(field.min() <= _FLAT_CONTRAST)
