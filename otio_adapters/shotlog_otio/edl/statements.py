"""The statements of a list, one a line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from shotlog_otio.edl.times import EdlTime

LONGEST_LINE = 4000
"""Characters beyond which a line is no statement."""

_CHANNELS = re.compile(r"(?:[VA]\d{0,2}|B|NONE|[/+,&-])+", re.IGNORECASE)
_CHANNEL = re.compile(r"(NONE)|(V|A|B)(\d*)", re.IGNORECASE)
_TRANSITION = re.compile(r"(C|D|W\d{0,3}|KB|KO|K)(\d{0,4})", re.IGNORECASE)
_COUNT = re.compile(r"\d{1,6}")
_NUMBER = re.compile(r"\d{1,8}[A-Za-z]?")
_SPEED = re.compile(r"[+-]?\d{1,5}(?:[.,]\d{1,6})?")
_FCM = re.compile(r"\s*FCM\s*:\s*(?P<mode>.*)", re.IGNORECASE)
_TITLE = re.compile(r"\s*TITLE\s*:\s*(?P<title>.*?)\s*", re.IGNORECASE)
_AUDIO = re.compile(r"\s*AUD((?:\s+\d{1,2})+)\s*", re.IGNORECASE)
_OTHER = re.compile(
    r"\s*(?:SPLIT\b|EFFECTS?\s+NAME\b|FINAL CUT PRO REEL\b|GPI\b|%|TRIGGER\b|SWM\b)", re.IGNORECASE
)
_APART = re.compile(r"\s*(?:>>>|REM\b|FCM\b|TITLE\b)", re.IGNORECASE)


class EventTransition(StrEnum):
    """Kinds of edits."""

    CUT = "C"
    DISSOLVE = "D"
    WIPE = "W"
    KEY_BACKGROUND = "KB"
    KEY = "K"
    KEY_OUT = "KO"


class Channels(NamedTuple):
    """The tracks of an edit.

    Attributes:
        picture: Numbers of its tracks of picture.
        sound: Numbers of its tracks of sound.
    """

    picture: tuple[int, ...]
    sound: tuple[int, ...]


@dataclass(frozen=True)
class EventLine:
    """An event line.

    Attributes:
        number: The event's number, as written.
        reel: The reel.
        channels: The tracks.
        transition: The kind of edit.
        length: Length of its transition in frames.
        times: Source in and out, record in and out.
    """

    number: str
    reel: str
    channels: Channels
    transition: EventTransition
    length: int
    times: tuple[EdlTime, EdlTime, EdlTime, EdlTime]


class Motion(NamedTuple):
    """An M2 line.

    Attributes:
        reel: The reel that it speaks of.
        speed: Frames per second, as written: negative backwards, 0 for a freeze frame.
        at: The source time that it starts at; None where it tells none.
    """

    reel: str
    speed: str
    at: EdlTime | None


def parse_event(text: str) -> EventLine | None:
    """Return the event that a line is; None for other lines."""
    words = text.split() if len(text) <= LONGEST_LINE else []
    if not words or not _NUMBER.fullmatch(words[0]):
        return None
    end, times = _times(words)
    if times is None:
        return None
    middle = words[1:end]
    at = len(middle) - 1
    length = 0
    if at > 0 and _COUNT.fullmatch(middle[at]) and not _TRANSITION.fullmatch(middle[at]):
        length, at = int(middle[at]), at - 1
    if at > 0 and middle[at].upper() in ("B", "O") and middle[at - 1].upper() == "K":
        middle[at - 1 : at + 1] = ["K" + middle[at]]
        at -= 1
    kind = _TRANSITION.fullmatch(middle[at]) if at >= 0 else None
    if kind is None:
        return None
    glued = not kind[1].upper().startswith("W") and kind[2]
    transition = EventTransition("W" if kind[1].upper().startswith("W") else kind[1].upper())
    channels, reel = _channels(middle[at - 1]) if at else None, middle[: max(at - 1, 0)]
    if channels is None:  # some editors of one track write none
        channels, reel = Channels((1,), ()), middle[:at]
    number = words[0]
    return EventLine(
        number, " ".join(reel), channels, transition, int(glued) if glued else length, times
    )


def _times(words: list[str]) -> tuple[int, tuple[EdlTime, EdlTime, EdlTime, EdlTime] | None]:
    """Return the number of the first of the four times of an event, and the times."""
    for end in range(len(words), max(len(words) - 3, 5), -1):
        found = [EdlTime.parse(word) for word in words[end - 4 : end]]
        a, b, c, d = found
        # Without any timecode it may be anything, but at the end of a line.
        sure = any(time and time.fields for time in found) or end == len(words)
        if a and b and c and d and sure:
            return end - 4, (a, b, c, d)
    return 0, None


def _channels(word: str) -> Channels | None:
    if not _CHANNELS.fullmatch(word):
        return None
    picture: list[int] = []
    sound: list[int] = []
    for none, letter, digits in _CHANNEL.findall(word):
        if none:
            continue
        number = int(digits) if digits else 0
        if letter.upper() in "VB":
            picture.append(number or 1)
        if letter.upper() in "AB":
            # AA are the first two; A2 is the second.
            sound.append(number or len(sound) + 1)
    return Channels(tuple(dict.fromkeys(picture)), tuple(dict.fromkeys(sound)))


def parse_motion(text: str) -> Motion | None:
    """Return the speed that a line sets; None for other lines."""
    words = text.split() if len(text) <= LONGEST_LINE else []
    if len(words) < 2 or words[0].upper() != "M2":
        return None
    last = EdlTime.parse(words[-1])
    # A number may be the time or the speed; the speed is never missing.
    timed = last is not None and (last.fields or (len(words) > 2 and _SPEED.fullmatch(words[-2])))
    at = len(words) - (2 if timed else 1)
    speed = words[at]
    if at > 1 and words[at - 1] in ("-", "+"):
        at -= 1
        speed = words[at] + speed
    if at < 1 or not _SPEED.fullmatch(speed):
        return None
    return Motion(" ".join(words[1:at]), speed.replace(",", "."), last if timed else None)


def parse_counting(text: str) -> bool | None:
    """Return True for ``FCM: DROP FRAME``, False for ``FCM: NON-DROP FRAME``, None for others."""
    found = _FCM.fullmatch(text[:LONGEST_LINE])
    if found is None or "DROP" not in found["mode"].upper():
        return None
    return "NO" not in found["mode"].upper()


def parse_title(text: str) -> str | None:
    """Return the title that a line gives; None for other lines."""
    found = _TITLE.fullmatch(text[:LONGEST_LINE])
    return found["title"] if found else None


def parse_audio(text: str) -> tuple[int, ...]:
    """Return the further tracks of sound of the event before: 3 and 4 for ``AUD  3    4``."""
    found = _AUDIO.fullmatch(text[:LONGEST_LINE])
    return tuple(map(int, found[1].split())) if found else ()


def is_statement(text: str) -> bool:
    """Return whether a line without an asterisk is a statement on the event before it."""
    text = text[:LONGEST_LINE]
    return bool(parse_motion(text) or parse_audio(text) or _OTHER.match(text))


def is_apart(text: str) -> bool:
    """Return whether a line belongs to no event: a header, or a table at the end."""
    return bool(_APART.match(text[:LONGEST_LINE]))
