"""The clock of a timeline: its frame rate, the timecode at which it starts, and how it counts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from shotlog.schema import counts_drop_frame, knows_drop_frame
from shotlog_otio.exact import exact_seconds, rate_of
from shotlog_otio.timeline.layout import Node, is_picture

FALLBACK_RATE = Fraction(24)
"""Taken where a timeline tells no frame rate; OpenTimelineIO's own examples are at 24."""

_DEEPEST = 6
"""Levels of a timeline's metadata that are searched; adapters put a sequence's facts higher."""

_FORMATS = ("displayformat", "tcformat", "timecodeformat", "fcm", "tcmode", "timecodemode")
"""Keys whose value names the counting: ``DF`` or ``NDF`` in FCP 7 XML (Premiere Pro writes it too)
and FCPXML, ``NON-DROP FRAME`` in EDLs; compared without case and punctuation."""

_PREMIERE_FORMATS = MappingProxyType({"102": True, "103": False, "106": True, "107": False})
"""Premiere Pro's ``MZ.Sequence.VideoTimeDisplayFormat``, at 29.97 and 59.94: ``TIMEDISPLAY_...``
in ``PPro_API_Constants.jsx`` of Adobe's CEP samples. The others count otherwise or not at all."""

_YES = frozenset({"true", "yes", "on", "y", "t", "enabled", "1"})
_NO = frozenset({"false", "no", "off", "n", "f", "disabled", "0"})
"""Texts that answer a question, without case and punctuation."""


@dataclass(frozen=True)
class Clock:
    """How a timeline counts.

    Attributes:
        start: Timecode of its first frame, in seconds.
        rate: Frames per second.
        drop_frame: Whether its timecode is drop-frame.
        warnings: What was assumed.
    """

    start: Fraction
    rate: Fraction
    drop_frame: bool
    warnings: tuple[str, ...]


def clock_of(timeline: Any, root: Node) -> Clock:
    """The clock of a timeline; ``root`` is its outermost item, laid out."""
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
    told = _told_drop_frame(timeline, root.item)
    drop_frame = counts_drop_frame(start, rate) if told is None else told
    return Clock(start, rate, drop_frame and knows_drop_frame(rate), tuple(warnings))


def _told_drop_frame(timeline: Any, top: Any) -> bool | None:
    """What the metadata of the timeline or of its stack say, those nearest to its surface first.

    Each adapter has its own words for it. What clips and media say is about them alone.
    """
    level: list[Any] = [timeline.metadata, top.metadata]
    for _ in range(_DEEPEST):
        pairs = [pair for item in level if isinstance(item, Mapping) for pair in item.items()]
        for key, value in pairs:
            if (told := _drop_frame(key, value)) is not None:
                return told
        level = [value for _, value in pairs]
    return None


def _drop_frame(key: str, value: Any) -> bool | None:
    """What one entry says of drop-frame; None for one that is about something else."""
    name = _letters(key)
    # A number may be written 1 or 1.0, and true is one for Python.
    said = _letters(f"{value:g}" if isinstance(value, (int, float)) else str(value))
    if name.endswith("videotimedisplayformat"):
        return _PREMIERE_FORMATS.get(said, _counting(said))
    if name.endswith(_FORMATS):
        return _counting(said)
    if name in ("df", "ndf", "drop", "isdrop", "nondrop", "isnondrop") or "dropframe" in name:
        if said in _YES or said in _NO:
            return (said in _YES) != (name == "ndf" or "nondrop" in name)
        return _counting(said)
    return None


def _counting(said: str) -> bool | None:
    """What a text names: ``DF``, ``drop frame``, ``NDF``, ``non-drop``, ``no drop``."""
    if short := re.fullmatch(r"\d*(n?)df", said):  # 29.97 NDF
        return not short[1]
    return "non" not in said and "nodrop" not in said if "drop" in said else None


def _letters(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.casefold())


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
