"""The reading of a list, line by line."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from shotlog_otio.edl.comments import (
    NO_FILE,
    is_comment,
    is_freeze,
    parse_locator,
    parse_naming,
    parse_note,
    parse_rate,
    parse_reel,
    parse_tag,
)
from shotlog_otio.edl.events import EdlContent, Event, LocatorLine, lasts
from shotlog_otio.edl.statements import (
    EventLine,
    EventTransition,
    Motion,
    is_apart,
    is_statement,
    parse_audio,
    parse_counting,
    parse_event,
    parse_motion,
    parse_title,
)
from shotlog_otio.edl.text import EdlText

_REACH = 50
"""Events that an M2 line may stand after the one that it speaks of."""

_COLUMN = 6
"""Characters of a reel beyond which its end may have been cut off: columns have 7, 8 or 32."""


def read_content(text: EdlText) -> EdlContent:
    """Return what the lines of a list say."""
    reader = _Reader()
    for number, line in enumerate(text.lines):
        reader.take(number, line.text)
    return reader.content


class _Reader:
    """Reader of lines, one after the other."""

    def __init__(self) -> None:
        self.content = EdlContent()
        self._counting: bool | None = None
        self._group: list[Event] = []  # the lines of one event number
        self._role = ""
        self._locator: LocatorLine | None = None  # the marker that a line may go on
        self._near = False  # True after a line that belongs to the event

    def take(self, number: int, text: str) -> None:
        """Take the next line."""
        if not text.strip():
            self._locator, self._near = None, False
        elif (edit := parse_event(text)) is not None:
            self._event(edit, number)
        elif is_comment(text):
            self._comment(number, text)
        else:
            self._other(number, text)

    def _event(self, edit: EventLine, number: int) -> None:
        if not self._group or self._group[-1].edit.number != edit.number:
            self._group = []
        event = Event(edit, number, len(self.content.events), self._counting)
        self._group.append(event)
        self.content.events.append(event)
        self.content.ends.append(number)
        self._role, self._locator, self._near = "", None, True

    def _belongs(self, number: int) -> None:
        if self.content.ends:
            self.content.ends[-1] = number
        self._near = True

    def _comment(self, number: int, text: str) -> None:
        self._belongs(number)
        before, self._locator = self._locator, None
        if (locator := parse_locator(text)) is not None:
            event = self._group[-1] if self._group else None
            self._locator = LocatorLine(locator, number, number, self._counting, event)
            self.content.locators.append(self._locator)
        elif before is not None and self._ours(before, number, text):
            self._locator = before
        elif self._group:
            self._about_clip(text)
        else:
            self._header(text)

    def _ours(self, marker: LocatorLine, number: int, text: str) -> bool:
        """Take a comment of ours on the marker before it; return whether it is one."""
        tag, note = parse_tag(text), parse_note(text)
        if tag is not None and marker.own is None and marker.last == number - 1:
            marker.own = tag
            marker.more = []
        elif note is not None and marker.own is not None:
            marker.more.append(note)
        else:
            return False
        marker.last = number
        return True

    def _header(self, text: str) -> None:
        if self.content.rate is None:
            self.content.rate = parse_rate(text)

    def _about_clip(self, text: str) -> None:
        if (reel := parse_reel(text)) is not None:
            self.content.reels[reel[0]] = reel[1]
        elif (naming := parse_naming(text)) is not None:
            self._role = naming.role or self._role
            for event in _named(self._group, self._role, file=naming.file):
                if naming.file and naming.value.upper() not in NO_FILE:
                    event.file = naming.value if naming.path else event.file or naming.value
                elif not naming.file:
                    event.name = naming.value
        elif is_freeze(text):
            self._group[-1].frozen = True

    def _other(self, number: int, text: str) -> None:
        marker, self._locator = self._locator, None
        self._fact(text)
        if is_apart(text):
            self._near = False
            return
        if not self._group:
            self._header(text)
            return
        if is_statement(text):
            self._belongs(number)
            self._statement(number, text)
        elif parse_naming(text) is not None:
            self._belongs(number)
            self._about_clip(text)
        elif marker is not None and marker.own is None:
            # A text of several lines: those after the first have no asterisk.
            marker.more.append(text.strip())
            marker.last = number
            self._locator = marker
            self._belongs(number)
        else:
            self._group[-1].notes.append(text)
            if self._near:  # after an empty line it may belong to anything
                self._belongs(number)

    def _fact(self, text: str) -> None:
        """Take what a line says of the list as a whole."""
        if (title := parse_title(text)) is not None:
            self.content.title = self.content.title or title
            self.content.is_list = True
        elif (counting := parse_counting(text)) is not None:
            self._counting = counting
            self.content.is_list = True
        elif (reel := parse_reel(text)) is not None:
            self.content.reels[reel[0]] = reel[1]

    def _statement(self, number: int, text: str) -> None:
        if (motion := parse_motion(text)) is not None:
            self._motion(number, motion)
        elif sound := parse_audio(text):
            self._group[-1].sound += sound
        elif "DELAY" in text.upper() and text.lstrip().upper().startswith("SPLIT"):
            self.content.faults.append(
                f"line {number + 1} delays the picture or the sound of event"
                f" {self._group[-1].edit.number}, which is not applied"
            )

    def _motion(self, number: int, motion: Motion) -> None:
        event = _spoken_of(self._group, self.content.events[-_REACH:], motion)
        if event is None:
            self.content.faults.append(
                f'line {number + 1} sets a speed for the reel "{motion.reel}", which no event'
                " before it has; it is passed over"
            )
            return
        event.motion = Fraction(motion.speed)


def _spoken_of(group: Sequence[Event], before: Sequence[Event], motion: Motion) -> Event | None:
    """Return the event that a speed is for: of its reel, best with its source in.

    Args:
        group: The lines of the last event.
        before: The lines of the list up to there.
        motion: The speed.
    """
    wanted = motion.reel.casefold()
    near = [event for event in group if _same_reel(event.edit.reel.casefold(), wanted)]
    far = [event for event in before if _same_reel(event.edit.reel.casefold(), wanted)]
    for found in (_starting(near, motion), _starting(far, motion), near, far):
        # A line of no length before a transition is no clip.
        lasting = [event for event in found if lasts(event)]
        if found:
            return (lasting or found)[-1]
    return None


def _starting(events: Sequence[Event], motion: Motion) -> list[Event]:
    at = motion.at
    return [event for event in events if at and event.edit.times[0].fields == at.fields]


def _same_reel(reel: str, wanted: str) -> bool:
    """Return whether two reels are one, of which a column may have cut off the end."""
    return reel == wanted or (bool(wanted) and bool(reel) and _begins(reel, wanted))


def _begins(reel: str, wanted: str) -> bool:
    shorter, longer = sorted((reel, wanted), key=len)
    return len(shorter) >= _COLUMN and longer.startswith(shorter)


def _named(group: Sequence[Event], role: str, *, file: bool) -> list[Event]:
    """Return the lines of an event that a name is for.

    ``FROM`` names the outgoing clip, which the first line of a transition holds, or the
    background of a key; ``TO`` names the incoming clip, ``KEY`` the foreground.
    """
    keys = [e for e in group if e.edit.transition in (EventTransition.KEY, EventTransition.KEY_OUT)]
    if role == "KEY" and keys:
        return keys[-1:]
    if role in ("TO", "KEY"):
        return [group[-1]]
    rest = [event for event in group if event not in keys] or list(group)
    blank = [event for event in rest if not (event.file if file else event.name)]
    if group[-1].edit.transition is EventTransition.CUT:  # picture and sound of one clip
        return [event for event in blank if event.edit.reel == group[-1].edit.reel]
    # The names of both clips may be given with the same word.
    return blank[:1]
