"""The frame rate of a list, which tells none, and the drop-frame counting of its times."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from shotlog.schema import USUAL_RATES, exact_rate, knows_drop_frame
from shotlog_otio.edl.events import EdlContent, Event, lasting
from shotlog_otio.edl.times import EdlClock, EdlTime

_WHOLE = tuple(rate for rate in USUAL_RATES if rate.denominator == 1)
_DROPPING = tuple(rate for rate in USUAL_RATES if knows_drop_frame(rate))
_FASTEST = max(_WHOLE)
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
        follows: True where the record changes its counting with the ``FCM`` lines as the sources
            do; else the first ``FCM`` holds for all of it, as it is one tape.
        warnings: Sentences on what was assumed.
    """

    clock: EdlClock
    first: bool
    follows: bool = False
    warnings: tuple[str, ...] = ()

    def source(self, event: Event) -> tuple[int, int]:
        """Return the source in and out of an event in frames.

        Raises:
            ValueError: There is no such time at this rate.
        """
        begin, end = event.edit.times[:2]
        drop = bool(event.counting)
        return (
            self.clock.frames(begin, _drops(begin, event, drop)),
            self.clock.frames(end, _drops(end, event, drop)),
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
        like = event.edit.times[2]
        return self.clock.label(frame, _drops(like, event, self.record_drops(event.counting)), like)

    def record_drops(self, counting: bool | None) -> bool:
        """Return whether the record counts drop-frame where an ``FCM`` holds and no sign tells."""
        return bool(counting) if self.follows else self.first


def _drops(time: EdlTime, event: Event, otherwise: bool) -> bool:
    if time.drop is not None:
        return time.drop
    # A line that has the signs of drop-frame means what it writes without them.
    signed = any(other.drop for other in event.edit.times)
    return False if signed else otherwise


def counting_of(content: EdlContent, rate: Fraction | None) -> Counting:
    """Return how a list counts.

    Of the rates at which every frame number exists, that is taken at which the fewest events differ
    in length between source and record: an event without a speed is as long in both. Where several
    are left, the speeds of M2 lines decide, then the slowest is taken.

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
        return _with_record(EdlClock(told), first, events, ())
    rates = _candidates(events, declared=declared, signed=signed)
    scored = [(_score(_with_record(EdlClock(r), first, events, ()), events), n, r)
              for n, r in enumerate(rates)]  # fmt: skip
    best, _, chosen = min(scored)
    equal = [r for score, _, r in scored if score == best and r != chosen]
    return _with_record(EdlClock(chosen), first, events, _doubts(chosen, equal, declared=declared))


def _told(rate: float) -> Fraction | None:
    exact = exact_rate(rate) if rate else None
    return exact if exact in USUAL_RATES else None


def _candidates(events: Sequence[Event], *, declared: bool, signed: bool) -> list[Fraction]:
    highest = max(
        (time.fields[3] for e in events for time in e.edit.times if time.fields), default=0
    )
    whole = [rate for rate in _WHOLE if rate > highest]
    dropping = [rate for rate in _DROPPING if math.ceil(rate) > highest]
    if signed and dropping:
        return dropping
    # Files claim drop-frame at 25 too; then their lengths tell.
    found = (*dropping, *whole) if declared else tuple(whole)
    return list(found) or [_FASTEST]


def _score(counting: Counting, events: Sequence[Event]) -> tuple[int, int]:
    """Return how many events do not fit: those without a speed, and those with one."""
    plain = retimed = 0
    for event in events:
        try:
            source, record = counting.source(event), counting.record(event)
        except ValueError:
            continue
        given, shown = source[1] - source[0], record[1] - record[0]
        if shown <= 0 or event.frozen:
            continue
        if event.motion is None:
            plain += given != shown
        elif event.motion and given > 1:  # of a clip that runs backwards, one frame may be given
            ideal = shown * abs(event.motion) / counting.clock.base
            retimed += abs(ideal - given) > _DIFFERS
    return plain, retimed


def _with_record(
    clock: EdlClock, first: bool | None, events: Sequence[Event], warnings: tuple[str, ...]
) -> Counting:
    """Return the counting in which the record fits the sources best, where the ``FCM`` changes."""
    fixed = Counting(clock, bool(first), warnings=warnings)
    if len({event.counting for event in events}) <= 1 or not knows_drop_frame(clock.rate):
        return fixed
    following = Counting(clock, bool(first), follows=True, warnings=warnings)
    return min(fixed, following, key=lambda counting: _score(counting, events))


def _doubts(chosen: Fraction, equal: Sequence[Fraction], *, declared: bool) -> tuple[str, ...]:
    """Return a sentence on the rates that the list may be in as well."""
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
    if knows_drop_frame(chosen):
        reason = "as it counts drop-frame"
    elif declared:
        reason += ", although it claims to count drop-frame"
    return (
        f"an EDL tells no frame rate; {float(chosen):.5g} was taken, {reason};"
        f" {others_named} would fit too, and --rate sets it",
    )
