"""Parts of items beyond their ranges: levels of sound, and parts that no render follows.

Times are seconds from the start of the item in its parent, on the parent's clock; so a reader need
not know on which part of the timeline the item is shown. :mod:`shotlog_otio.timeline.rendering`
brings them there.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, NamedTuple

from shotlog.schema import TimeRange

LOUDEST = 1000.0
"""The factor beyond which a level is an error in the file: 60 dB; Final Cut Pro ends at 12 dB."""


_FLOOR, _STEP = -96.0, 3.0


class LevelPoint(NamedTuple):
    """A key frame of a level.

    Attributes:
        at: Seconds from the start of the item in its parent.
        gain: The factor of the samples.
    """

    at: Fraction
    gain: float


Level = tuple[LevelPoint, ...]
"""A course of the gain in order of time, even between points; it stays before and after them."""


class UnfollowedPart(NamedTuple):
    """A part of an item that no render follows.

    Attributes:
        kind: As in :class:`shotlog.schema.LeftOut`.
        name: Its name in the editing program.
        range: Its range, from the start of the item in its parent; None for the whole item.
    """

    kind: str
    name: str
    range: TimeRange | None = None


class ItemFade(NamedTuple):
    """A fade of an item's picture.

    Attributes:
        range: The fade, from the start of the item in its parent.
        appears: True where the picture appears in it, False where it disappears.
        to: As in :class:`shotlog.schema.PictureFade`.
    """

    range: TimeRange
    appears: bool
    to: Literal["black", "transparent"]


@dataclass(frozen=True)
class ItemFacts:
    """Parts of one item beyond its range.

    Attributes:
        levels: Its levels, which multiply.
        unfollowed: Its parts that no render follows.
        muted: True where the picture's own sound is switched off.
        fades: Its fades of picture, which multiply.
    """

    levels: tuple[Level, ...] = ()
    unfollowed: tuple[UnfollowedPart, ...] = ()
    muted: bool = False
    fades: tuple[ItemFade, ...] = ()

    def on_clock(self, start: Fraction, pace: Fraction) -> ItemFacts:
        """Return the same facts on the clock around.

        Args:
            start: The start of the item there, from which its times are to count on.
            pace: Seconds of the item in a second there.
        """
        levels = (
            tuple(LevelPoint((start + p.at) / pace, p.gain) for p in level) for level in self.levels
        )

        def placed(span: TimeRange) -> TimeRange:
            return TimeRange(start=(start + span.start) / pace, duration=span.duration / pace)

        parts = (part._replace(range=part.range and placed(part.range)) for part in self.unfollowed)
        fades = (fade._replace(range=placed(fade.range)) for fade in self.fades)
        return ItemFacts(tuple(levels), tuple(parts), self.muted, tuple(fades))

    def and_also(self, other: ItemFacts) -> ItemFacts:
        """Return these facts and others of the same item."""
        return ItemFacts(
            self.levels + other.levels,
            self.unfollowed + other.unfollowed,
            self.muted or other.muted,
            self.fades + other.fades,
        )


FactsReader = Callable[[], ItemFacts]
"""Reads the facts of an item; it is called by renders alone, so that no analysis waits for it."""


def joined(*readers: FactsReader | None) -> FactsReader | None:
    """Return a reader of the facts of several readers; None where there is none."""
    known = [reader for reader in readers if reader is not None]
    if len(known) < 2:
        return known[0] if known else None

    def read() -> ItemFacts:
        found = ItemFacts()
        for reader in known:
            found = found.and_also(reader())
        return found

    return read


def gap_fade(edge: Fraction, before: Fraction, after: Fraction, *, appears: bool) -> FactsReader:
    """Return the reader of the fade of an item by a transition beside a gap.

    Args:
        edge: The edge of the item, from its start in its parent.
        before: Seconds of the transition before this edge.
        after: Seconds of it after the edge.
        appears: True at the start of the item, False at its end.
    """
    fade = ItemFade(TimeRange.between(edge - before, edge + after), appears, "transparent")
    return lambda: ItemFacts(fades=(fade,))


def steady(gain: float) -> tuple[Level, ...]:
    """Return a level that stays; none where it is 1."""
    return () if gain == 1 else ((LevelPoint(Fraction(0), gain),),)


def fades(length: Fraction, fade_in: Fraction, fade_out: Fraction) -> tuple[Level, ...]:
    """Return the levels of a fade from silence and of one to silence.

    Args:
        length: Length of the item in its parent, in seconds.
        fade_in: Length of the first fade; 0 for none.
        fade_out: Length of the second.
    """
    found: list[Level] = []
    if fade_in > 0:
        found.append((LevelPoint(Fraction(0), 0.0), LevelPoint(fade_in, 1.0)))
    if fade_out > 0:
        found.append((LevelPoint(length - fade_out, 1.0), LevelPoint(length, 0.0)))
    return tuple(found)


def level_of(points: Iterable[tuple[Fraction, float]]) -> tuple[Level, ...]:
    """Return a level through points, in order of time; none where it is 1 all along.

    The points may come in any order; of two at one moment both count, which is a jump.
    """
    ordered = tuple(LevelPoint(*p) for p in sorted(points, key=lambda point: point[0]))
    return () if all(point.gain == 1 for point in ordered) else (ordered,)


def gain_of_decibels(decibels: float) -> float:
    """Return the factor of a level in dB; that of -96 dB and less is silence, as editors mean it.

    Raises:
        ValueError: It is no level.
    """
    if math.isnan(decibels) or decibels > 60:
        raise ValueError(f"{decibels:g} dB is no level")
    return 0.0 if decibels <= _FLOOR else 10 ** (decibels / 20)


def points_of_decibels(
    points: Iterable[tuple[Fraction, float]],
) -> list[tuple[Fraction, float]]:
    """Return the factors of a level that runs evenly in dB between its key frames.

    Between two keys there are as many points that the factor, even between points, is within 3 % of
    the level: steps of 3 dB.

    Raises:
        ValueError: A level is none.
    """
    found: list[tuple[Fraction, float]] = []
    last: tuple[Fraction, float] | None = None
    for at, decibels in sorted(points, key=lambda point: point[0]):
        gain = gain_of_decibels(decibels)
        level = max(decibels, _FLOOR)
        if last is not None:
            steps = math.ceil(abs(level - last[1]) / _STEP)
            for n in range(1, steps):
                between = last[1] + (level - last[1]) * n / steps
                found.append((last[0] + (at - last[0]) * n / steps, gain_of_decibels(between)))
        found.append((at, gain))
        last = (at, level)
    return found


def checked_gain(gain: float) -> float:
    """Return a factor that is one.

    Raises:
        ValueError: It is none.
    """
    if not 0 <= gain <= LOUDEST:
        raise ValueError(f"{gain:g} is no factor of a level")
    return gain


_PLAIN = ("dissolve", "cross fade", "crossfade", "constant power", "constant gain")
"""Words in the names of transitions that a dissolve renders: those of Final Cut Pro, Premiere Pro,
DaVinci Resolve and Avid, for picture and sound."""


def is_dissolve(name: str) -> bool:
    """Return whether a transition is a dissolve by its name; a dip through a colour is none."""
    told = name.casefold()
    return not told.strip() or (any(word in told for word in _PLAIN) and "dip" not in told)
