"""The clock of a timeline: its frame rate, its start timecode, and drop-frame or not."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from shotlog.schema import counts_drop_frame, knows_drop_frame
from shotlog_otio.dialects import DIALECTS
from shotlog_otio.exact import exact_seconds, rate_of
from shotlog_otio.timeline.nodes import Node

FALLBACK_RATE = Fraction(24)
"""Rate of a timeline that tells none; OpenTimelineIO's own examples are at 24."""

_DEEPEST = 6
"""Levels of a timeline's metadata that are searched; adapters write a sequence's facts higher."""

_FORMATS = ("displayformat", "tcformat", "timecodeformat", "fcm", "tcmode", "timecodemode")
"""Keys whose value names the counting: ``DF`` or ``NDF`` in FCP 7 XML (Premiere Pro writes it too)
and FCPXML, ``NON-DROP FRAME`` in EDLs; compared without case and punctuation."""

_YES = frozenset({"true", "yes", "on", "y", "t", "enabled", "1"})
_NO = frozenset({"false", "no", "off", "n", "f", "disabled", "0"})
"""Values of yes-or-no keys, without case and punctuation."""


@dataclass(frozen=True)
class TimelineClock:
    """The clock of a timeline.

    Attributes:
        start: Timecode of its first frame, in seconds.
        rate: Frames per second.
        drop_frame: True where its timecode is drop-frame.
        warnings: A sentence for each assumption.
    """

    start: Fraction
    rate: Fraction
    drop_frame: bool
    warnings: tuple[str, ...]


def read_clock(timeline: Any, top: Any, root: Node) -> TimelineClock:
    """Return the clock of a timeline.

    Args:
        timeline: The OpenTimelineIO object.
        top: Its outermost item.
        root: The tree of that item.
    """
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
    declared = _declared_drop_frame(timeline, top)
    drop_frame = counts_drop_frame(start, rate) if declared is None else declared
    return TimelineClock(start, rate, drop_frame and knows_drop_frame(rate), tuple(warnings))


def _declared_drop_frame(timeline: Any, top: Any) -> bool | None:
    """Return what the metadata of the timeline or of its stack declare, outer levels first."""
    # Those of clips and media are not searched: they are about their own timecode.
    level: list[Any] = [timeline.metadata, top.metadata]
    for _ in range(_DEEPEST):
        pairs = [pair for item in level if isinstance(item, Mapping) for pair in item.items()]
        for key, value in pairs:
            if (declared := _drop_frame(key, value)) is not None:
                return declared
        level = [value for _, value in pairs]
    return None


def _drop_frame(key: str, value: Any) -> bool | None:
    """Return what one entry declares; None for one that is about something else."""
    name = _letters(key)
    # A number may be written 1 or 1.0, and true is one for Python.
    text = _letters(f"{value:g}" if isinstance(value, (int, float)) else str(value))
    # Of every dialect: converters hand on the metadata of the NLE that wrote their input.
    for dialect in DIALECTS.installed:
        for suffix, formats in dialect.timecode_formats.items():
            if name.endswith(suffix):
                return formats.get(text, _parse_counting(text))
    if name.endswith(_FORMATS):
        return _parse_counting(text)
    if name in ("df", "ndf", "drop", "isdrop", "nondrop", "isnondrop") or "dropframe" in name:
        if text in _YES or text in _NO:
            return (text in _YES) != (name == "ndf" or "nondrop" in name)
        return _parse_counting(text)
    return None


def _parse_counting(text: str) -> bool | None:
    """Return what ``df``, ``dropframe``, ``ndf``, ``nondrop`` or ``nodrop`` declare."""
    if short := re.fullmatch(r"\d*(n?)df", text):  # 29.97 NDF
        return not short[1]
    return "non" not in text and "nodrop" not in text if "drop" in text else None


def _letters(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.casefold())


def _frame_rate(time: Any) -> Fraction | None:
    """Return the rate of a time; None for a time base that is no frame rate."""
    rate = rate_of(time)
    # 1 is OpenTimelineIO's default, and 1000 counts milliseconds.
    return rate if 1 < rate < 1000 else None


def _rates(node: Node) -> Iterator[Fraction]:
    """Yield the frame rates in which the clips and gaps of all picture tracks are counted."""
    for _, _, child in node.children:
        if child.picture:
            yield from _rates(child)
    if node.counted_at is not None and not node.children and not node.fault:
        rate = node.counted_at
        if 1 < rate < 1000:
            yield rate
