"""The events of a list, each with what its comments say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from shotlog_otio.edl.comments import Locator, TagLine
from shotlog_otio.edl.statements import EventLine, EventTransition

NO_REEL = frozenset({"AX", ""})
"""Reels that say only that there is no tape."""


@dataclass(eq=False)
class Event:
    """An event line, with what follows it.

    Attributes:
        edit: What the line says.
        line: Number of the line.
        index: Number of the event line among those of the list.
        counting: The ``FCM`` that holds there: True for drop-frame; None where none was given.
        name: The clip's name; "" where no comment gives it.
        file: The source file; "" where no comment gives it.
        motion: Its speed in frames per second; None for the normal one.
        frozen: True where a comment says that it is a freeze frame.
        sound: Further tracks of sound.
        notes: The lines after it that are no comments and no statements.
    """

    edit: EventLine
    line: int
    index: int
    counting: bool | None
    name: str = ""
    file: str = ""
    motion: Fraction | None = None
    frozen: bool = False
    sound: tuple[int, ...] = ()
    notes: list[str] = field(default_factory=list)


@dataclass(eq=False)
class LocatorLine:
    """A marker of a list.

    Attributes:
        locator: What its line says.
        first: Number of its first line.
        last: Number of its last line.
        counting: The ``FCM`` that holds there.
        event: The event that it follows; None before the first.
        more: The lines of its text after the first.
        own: What the comment below it holds, where it is ours.
    """

    locator: Locator
    first: int
    last: int
    counting: bool | None
    event: Event | None
    more: list[str] = field(default_factory=list)
    own: TagLine | None = None


@dataclass
class EdlContent:
    """The statements of a list, line by line.

    Attributes:
        title: Its title.
        events: Its event lines, in its order.
        locators: Its markers, in its order.
        ends: By number of an event, the last line that belongs to it.
        rate: The frame rate that its header tells.
        reels: The real reels, by the shortened ones.
        is_list: True where a title or ``FCM`` says that it is a list.
        faults: Sentences on lines that were not understood.
    """

    title: str = ""
    events: list[Event] = field(default_factory=list)
    locators: list[LocatorLine] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    rate: float | None = None
    reels: dict[str, str] = field(default_factory=dict)
    is_list: bool = False
    faults: list[str] = field(default_factory=list)


def lasts(event: Event) -> bool:
    """Return whether an event line has a length."""
    record_in, record_out = event.edit.times[2:]
    return record_in.text != record_out.text


def sound_tracks(event: Event) -> tuple[int, ...]:
    """Return the tracks of sound of an event."""
    return tuple(dict.fromkeys((*event.edit.channels.sound, *event.sound)))


def is_shadow(events: Sequence[Event], number: int) -> bool:
    """Return whether an event line only tells what a transition begins with.

    Such a line is a cut of no length; the line after it holds the transition, and the same event
    number in all but faulty lists.
    """
    event = events[number]
    if lasts(event) or number + 1 >= len(events):
        return False
    following = events[number + 1].edit
    begins = following.times[2].text == event.edit.times[3].text
    return following.number == event.edit.number or (
        begins and following.transition in (EventTransition.DISSOLVE, EventTransition.WIPE)
    )


def lasting(events: Sequence[Event]) -> Iterator[Event]:
    """Yield the event lines that are clips."""
    for number, event in enumerate(events):
        if not is_shadow(events, number):
            yield event
