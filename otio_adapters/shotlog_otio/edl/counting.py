"""The frame rate of a list, which tells none, and the drop-frame counting of its times."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from shotlog.schema import USUAL_RATES, exact_rate, knows_drop_frame
from shotlog_otio.edl.events import NO_REEL, EdlContent, Event, lasting
from shotlog_otio.edl.times import EdlClock, EdlTime

_WHOLE = tuple(rate for rate in USUAL_RATES if rate.denominator == 1)
_DROPPING = tuple(rate for rate in USUAL_RATES if knows_drop_frame(rate))
_FASTEST = max(_WHOLE)
_NAMED = 3
"""Sources that a warning names."""

_USUAL = 60
"""Rate above which others are not named: hardly any list counts so."""

_DIFFERS = 2
"""Frames by which the source range of a retimed event may differ from what its speed gives: it is
rounded, and the speed has one decimal."""


@dataclass(frozen=True)
class Counting:
    """The way in which a list counts frames.

    Attributes:
        clock: Its clock.
        first: The drop-frame counting of the record where no sign tells it.
        reels: The clocks of sources that count otherwise than the record, by :func:`source_key`.
        follows: True where the record changes its counting with the ``FCM`` lines as the sources
            do; else the first ``FCM`` holds for all of it, as it is one tape.
        warnings: Sentences on what was assumed.
    """

    clock: EdlClock
    first: bool
    reels: Mapping[tuple[str, str], EdlClock] = field(default_factory=dict)
    follows: bool = False
    warnings: tuple[str, ...] = ()

    def source_clock(self, event: Event) -> EdlClock:
        """Return the clock that counts the source of an event."""
        return self.reels.get(source_key(event), self.clock)

    def source(self, event: Event) -> tuple[int, int]:
        """Return the source in and out of an event in frames of its source.

        Raises:
            ValueError: There is no such time at this rate.
        """
        begin, end = event.edit.times[:2]
        drop, clock = bool(event.counting), self.source_clock(event)
        return (
            clock.frames(begin, _drops(begin, event, drop)),
            clock.frames(end, _drops(end, event, drop)),
        )

    def record(self, event: Event) -> tuple[int, int]:
        """Return the record in and out of an event in frames; errors are those of the source."""
        begin, end = event.edit.times[2:]
        drop = self.record_drops(event.counting)
        return (
            self.clock.frames(begin, _drops(begin, event, drop)),
            self.clock.frames(end, _drops(end, event, drop)),
        )

    def record_label(self, frame: int, event: Event) -> str:
        """Return the record time of a frame, written as an event writes its own."""
        return self.clock.label(frame, self.counts_drop_frame(event), event.edit.times[2])

    def counts_drop_frame(self, event: Event) -> bool:
        """Return whether the record of an event counts drop-frame."""
        return _drops(event.edit.times[2], event, self.record_drops(event.counting))

    def record_drops(self, counting: bool | None) -> bool:
        """Return whether the record counts drop-frame where an ``FCM`` holds and no sign tells."""
        return bool(counting) if self.follows else self.first


def source_key(event: Event) -> tuple[str, str]:
    """Return what tells the source of an event from others: its reel, or its name without one."""
    reel = event.edit.reel.upper()
    return reel, (event.file or event.name) if reel in NO_REEL else ""


def _drops(time: EdlTime, event: Event, otherwise: bool) -> bool:
    if time.drop is not None:
        return time.drop
    # A line that has the signs of drop-frame means what it writes without them.
    signed = any(other.drop for other in event.edit.times)
    return False if signed else otherwise


def counting_of(content: EdlContent, rate: Fraction | None) -> Counting:
    """Return how a list counts.

    Of the rates at which every frame number of the record exists, that is taken at which the fewest
    events differ in length between source and record: an event without a speed is as long in both.
    Where several are left, the speeds of M2 lines decide, then the slowest is taken. A source whose
    frame numbers do not exist at the rate counts at one of its own.

    Args:
        content: The list.
        rate: The rate that the user gives; None for none.
    """
    events = list(lasting(content.events))
    first = next((event.counting for event in events), None)
    signed = any(time.drop for event in events for time in event.edit.times)
    declared = signed or any(event.counting for event in events)
    told = rate or (_told(content.rate) if content.rate else None)
    if told is not None:
        return _with_sources(_with_record(EdlClock(told), first, events, ()), events)
    rates = _candidates(events, declared=declared, signed=signed)
    scored = [(_score(_with_record(EdlClock(r), first, events, ()), events), n, r)
              for n, r in enumerate(rates)]  # fmt: skip
    best, _, chosen = min(scored)
    equal = [r for score, _, r in scored if score == best and r != chosen]
    doubts = _doubts(chosen, equal, declared=declared)
    return _with_sources(_with_record(EdlClock(chosen), first, events, doubts), events)


def _told(rate: float) -> Fraction | None:
    exact = exact_rate(rate) if rate else None
    return exact if exact in USUAL_RATES else None


def _candidates(events: Sequence[Event], *, declared: bool, signed: bool) -> list[Fraction]:
    highest = max(
        (time.fields[3] for e in events for time in e.edit.times[2:] if time.fields), default=0
    )
    whole = [rate for rate in _WHOLE if rate > highest]
    dropping = [rate for rate in _DROPPING if math.ceil(rate) > highest]
    if signed and dropping:
        return dropping
    # Files claim drop-frame at 25 too; then their lengths tell.
    found = (*dropping, *whole) if declared else tuple(whole)
    return list(found) or [_FASTEST]


def _score(counting: Counting, events: Sequence[Event]) -> tuple[int, int, int]:
    """Return how badly events fit: those without a speed, their offset, and those with a speed."""
    offsets: Counter[int] = Counter()
    plain = retimed = 0
    for event in events:
        try:
            source, record = counting.source(event), counting.record(event)
        except ValueError:
            plain += 1
            continue
        given, shown = source[1] - source[0], record[1] - record[0]
        if shown <= 0 or event.frozen:
            continue
        if event.motion is None:
            plain += 1
            offsets[given - shown] += 1
        elif event.motion and given > 1:  # of a clip that runs backwards, one frame may be given
            ideal = shown * abs(event.motion) / counting.clock.base
            retimed += abs(ideal - given) > _DIFFERS
    # Lists of sound give one frame too many of every source.
    offset = max((0, 1, -1), key=lambda frames: offsets[frames])
    return plain - offsets[offset], abs(offset), retimed


def _with_record(
    clock: EdlClock, first: bool | None, events: Sequence[Event], warnings: tuple[str, ...]
) -> Counting:
    """Return the counting in which the record fits the sources best, where the ``FCM`` changes."""
    fixed = Counting(clock, bool(first), warnings=warnings)
    if len({event.counting for event in events}) <= 1 or not knows_drop_frame(clock.rate):
        return fixed
    following = Counting(clock, bool(first), follows=True, warnings=warnings)
    return min(fixed, following, key=lambda counting: _score(counting, events))


def _with_sources(counting: Counting, events: Sequence[Event]) -> Counting:
    """Return a counting with the clocks of sources that count more frames than the record does."""
    highest: dict[tuple[str, str], int] = {}
    for event in events:
        numbers = [time.fields[3] for time in event.edit.times[:2] if time.fields]
        key = source_key(event)
        highest[key] = max([highest.get(key, 0), *numbers])
    rate = counting.clock.rate
    ntsc = rate.denominator != 1
    reels = {}
    for key, number in highest.items():
        faster = [r for r in USUAL_RATES if r > number and (r.denominator != 1) == ntsc]
        if number >= counting.clock.base and faster:
            reels[key] = EdlClock(faster[0])
    if not reels:
        return counting
    named = ", ".join(f'"{reel or name}"' for reel, name in list(reels)[:_NAMED])
    more = f" and {len(reels) - _NAMED} more" if len(reels) > _NAMED else ""
    warning = (
        f"{named}{more}: its source timecodes have frame numbers that the record, at"
        f" {float(rate):.5g} frames per second, does not; they were counted at their own rate"
    )
    return replace(counting, reels=reels, warnings=(*counting.warnings, warning))


def _doubts(chosen: Fraction, equal: Sequence[Fraction], *, declared: bool) -> tuple[str, ...]:
    """Return a sentence on the rates that the list may be in as well."""
    dropping = declared and knows_drop_frame(chosen)
    equal = [rate for rate in equal if knows_drop_frame(rate) or not dropping]
    counted = [float(rate) for rate in equal if rate <= _USUAL]
    slower = chosen * 1000 / 1001
    if slower in USUAL_RATES:  # it counts the same timecodes
        counted.append(round(float(slower), 3))
    if not counted:
        return ()
    *others, last = (f"{rate:.5g}" for rate in counted)
    others_named = f"{', '.join(others)} or {last}" if others else last
    reason = "as source and record are equally long at it"
    if equal:
        reason = "the lowest that fits all its timecodes"
    if dropping:
        reason = "as it counts drop-frame"
    elif declared:
        reason += ", although it claims to count drop-frame"
    return (
        f"an EDL tells no frame rate; {float(chosen):.5g} was taken, {reason};"
        f" {others_named} would fit too, and --rate sets it",
    )
