"""Selection of changes of shot by the classifiers, and their kinds."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from shotlog.media.cuts.change import FLASH, FrameChanges
from shotlog.media.cuts.classifier import CutClassifier, CutClassifiers
from shotlog.media.cuts.gradual import (
    LENGTHS,
    SHORT_LENGTHS,
    TransitionCandidates,
    find_candidates,
)
from shotlog.media.cuts.hard_cuts import compute_pair_figures
from shotlog.schema import CutKind

Moments = npt.NDArray[np.int64]

_FLAT_CONTRAST = 6.0
"""Standard deviation of luma, in grey levels, up to which a picture is one flat field."""

MAX_FLAT_FIELD = Fraction(1, 2)
"""Seconds of a flat field between a fade out and a fade in that belong to one change; a longer
field is a shot of its own."""


class Transition(NamedTuple):
    """A change of shot, by index of frames.

    Attributes:
        first: The first frame that belongs to neither shot alone; for a hard cut without a mixed
            frame, ``after``.
        after: The first frame of the new shot.
        kind: Kind of change.
        confidence: Probability by the classifier, 0 to 1.
    """

    first: int
    after: int
    kind: CutKind
    confidence: float


def find_transitions(
    change: FrameChanges, moments: Moments, max_flat: int, classifiers: CutClassifiers
) -> list[Transition]:
    """Find the changes of shot among consecutive frames.

    Args:
        change: The frames, without repeats.
        moments: (n,) their starts, in ticks.
        max_flat: Ticks of a flat field between a fade out and a fade in that belong to one change.
        classifiers: The classifiers of pairs, of ranges and of short ranges.

    Returns:
        Disjoint changes, in order.
    """
    if not len(change):
        return []
    gradual, short = _gradual_transitions(change, classifiers)
    candidates = [*_hard_cuts(change, classifiers.hard), *gradual]
    found = _likeliest(candidates, np.zeros(len(change), dtype=bool), 0)
    joined = _join_adjacent(change, found, moments, max_flat)
    # A short mix must not take the place of what is found without it, such as a flash over a cut.
    taken = np.zeros(len(change), dtype=bool)
    for item in joined:
        taken[max(0, item.first - FLASH) : item.after + 1 + FLASH] = True
    return sorted([*joined, *_likeliest(short, taken, FLASH)])


def _likeliest(
    candidates: list[Transition], taken: npt.NDArray[np.bool_], aside: int
) -> list[Transition]:
    """Return the likeliest of overlapping candidates, in order (non-maximum suppression).

    Args:
        candidates: The candidates.
        taken: (n,) frames that belong to a change already; those of the result are added.
        aside: Frames that are kept free on both sides of a change.
    """
    kept = list[Transition]()
    for item in sorted(candidates, key=_likeliest_first):
        if not taken[item.first : item.after + 1].any():
            taken[max(0, item.first - aside) : item.after + 1 + aside] = True
            kept.append(item)
    return sorted(kept)


def _likeliest_first(item: Transition) -> tuple[float, int, int]:
    # Position decides between equals, so that the order of the candidates does not.
    return -item.confidence, item.first, item.after


def _hard_cuts(change: FrameChanges, classifier: CutClassifier) -> list[Transition]:
    """Return the pairs that are hard cuts; of two adjacent pairs the likelier."""
    probability = classifier.probability(compute_pair_figures(change))
    # A cut within a blended frame makes two adjacent pairs likely.
    padded = np.pad(probability, 1)
    # ">=" on one side alone, so that one of two equal neighbours remains.
    peak = (probability >= padded[:-2]) & (probability > padded[2:])
    return [
        Transition(int(index), int(index), CutKind.CUT, float(probability[index]))
        for index in np.flatnonzero(peak & (probability >= classifier.threshold))
    ]


def _gradual_transitions(
    change: FrameChanges, classifiers: CutClassifiers
) -> tuple[list[Transition], list[Transition]]:
    """Return the ranges that are gradual changes, and those that are short mixes; most overlap."""
    gradual, short = list[Transition](), list[Transition]()
    for length in sorted({*LENGTHS, *SHORT_LENGTHS}):
        # Both classifiers take the same figures, which cost more than they do.
        for candidates in find_candidates(change, length):
            if length in LENGTHS:
                gradual += _accepted(change, candidates, classifiers.gradual)
            if length in SHORT_LENGTHS:
                short += _accepted(change, candidates, classifiers.short)
    return gradual, short


def _accepted(
    change: FrameChanges, candidates: TransitionCandidates, classifier: CutClassifier
) -> Iterator[Transition]:
    """Yield the candidates that a classifier takes for a change."""
    probability = classifier.probability(candidates.figures)
    for index in np.flatnonzero(probability >= classifier.threshold):
        before, after = int(candidates.start[index]), int(candidates.end[index])
        # With a single mixed frame it is a cut, as a conversion of the frame rate leaves it.
        kind = CutKind.CUT if after - before == 2 else _kind(change, before, after)
        yield Transition(before + 1, after, kind, float(probability[index]))


def _kind(change: FrameChanges, before: int, after: int) -> CutKind:
    """Return the kind of a gradual change, by where the picture is flat.

    A fade is flat at an end, a dip inside, a dissolve nowhere.
    """
    # A candidate may end a little before its fade does, so frames outside are examined too.
    aside = 1 + (after - before) // 4
    ends = slice(max(0, before - aside), before + 1), slice(after, after + aside + 1)
    if any((change.contrast[end] <= _FLAT_CONTRAST).any() for end in ends):
        return CutKind.FADE
    flat = (change.contrast[before:after] <= _FLAT_CONTRAST).any()
    return CutKind.DIP if flat else CutKind.DISSOLVE


def _join_adjacent(
    change: FrameChanges, items: list[Transition], moments: Moments, max_flat: int
) -> list[Transition]:
    """Merge changes with no shot between them."""
    joined = items[:1]
    for item in items[1:]:
        last = joined[-1]
        brief = moments[item.first] - moments[last.after] <= max_flat
        if _touch(last, item) or (brief and _is_flat(change, last, item)):
            kind = _kind(change, max(0, last.first - 1), item.after)
            confidence = min(last.confidence, item.confidence)
            joined[-1] = Transition(last.first, item.after, kind, confidence)
        else:
            joined.append(item)
    return joined


def _touch(last: Transition, item: Transition) -> bool:
    """Return true where a gradual change is closer to another than any shot is long."""
    both_hard = last.kind is item.kind is CutKind.CUT
    return not both_hard and item.first - last.after <= FLASH


def _is_flat(change: FrameChanges, last: Transition, item: Transition) -> bool:
    """Return true where a flat field lies between two changes."""
    field, kinds = change.contrast[last.after : item.first], {last.kind, item.kind}
    if kinds == {CutKind.CUT}:  # every frame between two cuts must be flat
        return bool(field.max() <= _FLAT_CONTRAST)
    return kinds <= {CutKind.CUT, CutKind.FADE} and bool(field.min() <= _FLAT_CONTRAST)
