"""The clock of a timeline: its frame rate, and the timecode at which it starts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from shotlog_otio.exact import exact_seconds, rate_of
from shotlog_otio.layout import Node, is_picture

FALLBACK_RATE = Fraction(24)
"""Taken where a timeline tells no frame rate; OpenTimelineIO's own examples are at 24."""


def clock_of(timeline: Any, root: Node) -> tuple[Fraction, Fraction, list[str]]:
    """Start and rate of the timeline's clock, and what was assumed about them."""
    warnings: list[str] = []
    given = getattr(timeline, "global_start_time", None)
    records = [child.record_start for _, _, child in root.children]
    start = next((record for record in records if record is not None), Fraction(0))
    rate = None
    if given is not None:
        try:
            start, rate = exact_seconds(given), _frame_rate(given)
        except ValueError as error:
            warnings.append(f"the global start time is passed over: {error}")
    votes = Counter(_rates(root))
    if rate is None and votes:
        rate = votes.most_common(1)[0][0]
    if rate is None:
        rate = FALLBACK_RATE
        warnings.append(f"the timeline tells no frame rate; {rate} was taken")
    return start, rate, warnings


def _frame_rate(time: Any) -> Fraction | None:
    """The rate of a time; None for a time base (1 is the default of files, 1000 counts ms)."""
    rate = rate_of(time)
    return rate if 1 < rate < 1000 else None


def _rates(node: Node) -> Iterator[Fraction]:
    """The frame rates in which the clips and gaps of all picture tracks are counted."""
    for _, _, child in node.children:
        if is_picture(child.item):
            yield from _rates(child)
    reference = getattr(node.item, "media_reference", None)
    range_ = node.item.source_range or getattr(reference, "available_range", None)
    if range_ is not None and not node.children and not node.fault:
        rate = _frame_rate(range_.duration)
        if rate is not None:
            yield rate
