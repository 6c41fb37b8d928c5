"""Filters and transitions of MLT that renders must know: levels, fades, effects, wipes.

Positions of a filter on a clip count in frames of what the clip shows, as its in-point does, and
key frames from the in-point of the filter, which is 0 where none is written. The filter ``volume``
reads its ``level`` in dB, else its ``gain`` and ``end`` as factors (MLT 7, ``filter_volume.c``).
The filter ``brightness`` reads the factors ``level``, else ``start`` and ``end``, and ``alpha``
(``filter_brightness.c``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from fractions import Fraction
from functools import partial
from itertools import pairwise
from typing import Literal

from shotlog.schema import TimeRange
from shotlog_otio.mlt.project import MltProject
from shotlog_otio.mlt.times import frames_of
from shotlog_otio.timeline import (
    FactsReader,
    ItemFacts,
    ItemFade,
    Level,
    LevelPoint,
    UnfollowedPart,
    checked_gain,
    gain_of_decibels,
    points_of_decibels,
)
from shotlog_otio.xml_text import Element

_NUMBER = re.compile(
    r"\s*([+-]?\d{1,9}(?:\.\d{0,18})?(?:e[+-]?\d{1,3})?)\s*(dB)?\s*", re.IGNORECASE
)
_KEY = re.compile(r"\s*([\d:;.,]+?)\s*([|!~$a-zA-Z-]?)=(.*)")
_HELD = ("|", "!")
"""Signs of a key whose value is held up to the next one."""

_SILENT = frozenset({"audiolevel", "audiospectrum", "audiowaveform"})
"""Filters that measure for the editor's own windows."""

_BLENDS = frozenset({"mix", "frei0r.cairoblend", "qtblend", "movit.overlay", "composite"})
_WIPE = "luma"
_FADES = ([True], [False], [True, False])
"""Courses of a fade in, a fade out, and of both: whether each change rises."""

_TOLD = frozenset({"filter", "transition"})


class FactsFinder:
    """Finder of the facts of one project's clips, tracks and sequences.

    Args:
        project: The project.
    """

    def __init__(self, project: MltProject) -> None:
        self._project = project

    def of_item(
        self, holders: Sequence[Element], first: int, frames: int, *, muted: bool = False
    ) -> FactsReader | None:
        """Return the reader of the facts of an item; None where it has none.

        Args:
            holders: The elements whose filters it has: its entry, and what that shows.
            first: The frame of what it shows that is its first.
            frames: Its length in frames.
            muted: True where the sound of a picture is switched off.
        """
        found = (child.tag for holder in holders for child in holder.children)
        if not muted and not any(tag in _TOLD for tag in found):
            return None
        return partial(self._read, holders, first, frames, muted)

    def _read(self, holders: Sequence[Element], first: int, frames: int, muted: bool) -> ItemFacts:
        levels: list[Level] = []
        parts: list[UnfollowedPart] = []
        fades: list[ItemFade] = []
        for item in (child for holder in holders for child in holder.children):
            if item.tag not in _TOLD:
                continue
            facts = self._project.properties(item)
            service = facts.get("mlt_service", "")
            if facts.get("disable") == "1" or service in _SILENT:
                continue
            span = self._span(item, first, frames)
            if item.tag == "transition":
                parts += self._transition(facts, service, span)
            elif service == "volume":
                levels += self._levels(facts, span, first, frames)
            elif service == "brightness" and (own := self._fades(facts, span, first, frames)):
                fades += own
            elif not facts.get("internal_added"):
                parts.append(UnfollowedPart("effect", _name(facts, service), self._range(span)))
        return ItemFacts(tuple(levels), tuple(parts), muted, tuple(fades))

    def _span(self, item: Element, first: int, frames: int) -> tuple[int, int]:
        """Return the first frame of a filter and the one after its last, from those of its item."""
        start, end = 0, frames
        with suppress(ValueError):
            out = self._project.frames(item, "out")
            start = max(0, (self._project.frames(item, "in") or 0) - first)
            end = frames if not out else min(frames, out + 1 - first)
        return start, max(start, end)

    def _range(self, span: tuple[int, int]) -> TimeRange:
        return TimeRange.between(*(Fraction(n) / self._project.rate for n in span))

    def _transition(
        self, facts: Mapping[str, str], service: str, span: tuple[int, int]
    ) -> Iterator[UnfollowedPart]:
        if facts.get("always_active") == "1" or facts.get("internal_added"):
            return  # by these the editor puts each track over those below it
        if service == _WIPE and facts.get("resource"):
            yield UnfollowedPart("transition", _name(facts, "wipe"), self._range(span))
        elif facts.get("a_track", "0") != "0" or facts.get("b_track", "1") != "1":
            kind = "blend" if service in _BLENDS else "transition"
            yield UnfollowedPart(kind, _name(facts, service), self._range(span))

    def _levels(
        self, facts: Mapping[str, str], span: tuple[int, int], first: int, frames: int
    ) -> Iterator[Level]:
        rate = self._project.rate
        with suppress(ValueError):
            origin = (frames_of(facts["in"], rate) if facts.get("in") else 0) - first
            points = [
                LevelPoint((origin + at) / rate, gain) for at, gain in _gains(facts, rate, span)
            ]
            if all(point.gain == 1 for point in points):
                return
            start, end = (Fraction(n) / rate for n in span)
            inside = [point for point in points if start <= point.at <= end] or points[:1]
            before = [LevelPoint(start, 1.0), LevelPoint(start, inside[0].gain)] if span[0] else []
            after = [LevelPoint(end, inside[-1].gain), LevelPoint(end, 1.0)]
            yield (*before, *inside, *(after if span[1] < frames else ()))

    def _fades(
        self, facts: Mapping[str, str], span: tuple[int, int], first: int, frames: int
    ) -> list[ItemFade]:
        """Return the fades that a brightness filter makes; none where it does anything else."""
        rate = self._project.rate
        with suppress(ValueError):
            origin = (frames_of(facts["in"], rate) if facts.get("in") else 0) - first
            to: Literal["black", "transparent"] = "black"
            points = _brightness(facts, rate, span)
            if all(value == 1 for _, value in points):
                to, points = "transparent", _keys(facts.get("alpha") or "1", rate)
            elif any(value < 0 for _, value in _keys(facts.get("alpha") or "1", rate)):
                return []  # both fade, which is no fade to one of them
            values = [value for _, value in points]
            changes = [(a, b) for a, b in pairwise(points) if a[1] != b[1]]
            ends = (span[0] == 0 or values[0] == 1, span[1] == frames or values[-1] == 1)
            turns = [after[1] > before[1] for before, after in changes if after[0] > before[0]]
            jumps = len(turns) < len(changes)
            if {*values} != {0.0, 1.0} or not all(ends) or jumps or turns not in _FADES:
                return []
            # Values hold at the starts of frames, and renders show frames in their middle.
            middle = origin + Fraction(1, 2)
            return [
                ItemFade(
                    TimeRange.between((middle + a[0]) / rate, (middle + b[0]) / rate),
                    appears=b[1] > a[1],
                    to=to,
                )
                for a, b in changes
            ]
        return []


def _brightness(
    facts: Mapping[str, str], rate: Fraction, span: tuple[int, int]
) -> list[tuple[Fraction, float]]:
    """Return the factors of a brightness filter by frames from its in-point.

    Raises:
        ValueError: They are no numbers.
    """
    if facts.get("level"):
        return _keys(facts["level"], rate)
    start = abs(_number(facts.get("start") or "1"))
    if not facts.get("end"):
        return [(Fraction(0), start)]
    # At its last frame the filter has come to its end.
    last = Fraction(span[1] - span[0] - 1)
    return [(Fraction(0), start), (last, abs(_number(facts["end"])))]


def _name(facts: Mapping[str, str], service: str) -> str:
    told = (facts.get(key) for key in ("kdenlive_id", "shotcut:filter", "shotcut:transition"))
    return next(filter(None, told), service or "an effect without a name")


def _gains(
    facts: Mapping[str, str], rate: Fraction, span: tuple[int, int]
) -> list[tuple[Fraction, float]]:
    """Return the gains of a volume filter by frames from its in-point.

    Raises:
        ValueError: They are no levels.
    """
    told = facts.get("level")
    if told:
        return points_of_decibels(_keys(told, rate))
    gain = facts.get("gain") or "1"
    if "=" in gain:
        return [(at, checked_gain(value)) for at, value in _keys(gain, rate)]
    start = _factor(gain)
    if not facts.get("end"):
        return [(Fraction(0), start)]
    return [(Fraction(0), start), (Fraction(span[1] - span[0]), _factor(facts["end"]))]


def _factor(text: str) -> float:
    found = _NUMBER.fullmatch(text)
    if found is None:
        raise ValueError(f'"{text[:40]}" is no level')
    return gain_of_decibels(float(found[1])) if found[2] else checked_gain(abs(float(found[1])))


def _keys(text: str, rate: Fraction) -> list[tuple[Fraction, float]]:
    """Return the key frames of an animated number; of one number, it at frame 0."""
    if "=" not in text:
        return [(Fraction(0), _number(text))]
    keys: list[tuple[Fraction, float]] = []
    held: float | None = None
    for part in filter(str.strip, text.split(";")):
        found = _KEY.fullmatch(part)
        if found is None:
            raise ValueError(f'"{part[:40]}" is no key frame')
        at = Fraction(frames_of(found[1], rate))
        if held is not None:
            keys.append((at, held))
        value = _number(found[3])
        keys.append((at, value))
        held = value if found[2] in _HELD else None
    return keys


def _number(text: str) -> float:
    found = _NUMBER.fullmatch(text)
    if found is None:
        raise ValueError(f'"{text[:40]}" is no number')
    return float(found[1])
