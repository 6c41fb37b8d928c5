"""The comments of a list that speak of its clips, and its markers."""

from __future__ import annotations

import re
from typing import NamedTuple

from shotlog.markers import MarkerTag, split_tag
from shotlog_otio.edl.statements import LONGEST_LINE
from shotlog_otio.edl.times import EdlTime

_COMMENT = re.compile(r"\s*\*[*\s]*")
_KEYED = re.compile(
    r"\s*\**[*\s]*(?P<role>FROM|TO|KEY)?\s*(?P<key>CLIP\s+NAME|CLIP|FILE|SOURCE\s+FILE)\s*:(?P<value>.*)",
    re.IGNORECASE,
)
_LOCATOR = re.compile(r"\s*\*[*\s]*LOC\s*:\s*(?P<rest>.*)", re.IGNORECASE)
_TAG = re.compile(r"\s*\*\s*SHOTLOG\s*:\s*(?P<frames>\d{1,9})\s+(?P<tag>\[shotlog .*\])\s*")
_NOTE = re.compile(r"\s*\*\s*SHOTLOG NOTE:(?: (?P<text>.*))?")
_REEL = re.compile(
    r"[*\s]*FINAL CUT PRO REEL\s*:\s*(?P<real>\S.*?)\s+REPLACED BY\s*:\s*(?P<short>\S+)\s*",
    re.IGNORECASE,
)
_RATE = re.compile(
    r"(?:FRAME\s*RATE|\bFPS|TIME\s*BASE)\s*[:=]?\s*(?P<a>\d{2,3}(?:[.,]\d{1,5})?)"
    r"|(?P<b>\d{2,3}(?:[.,]\d{1,5})?)\s*(?:FPS\b|FRAMES? PER SEC)",
    re.IGNORECASE,
)

COLOURS = frozenset({
    "RED", "GREEN", "BLUE", "CYAN", "MAGENTA", "YELLOW", "BLACK", "WHITE", "PINK", "FOREST",
    "DENIM", "VIOLET", "PURPLE", "ORANGE", "GREY", "GRAY", "GOLD", "BROWN",
})  # fmt: skip
"""Colours of Media Composer (16 since 2018), and of others that write such lines. A first word
that is none of them belongs to the text."""

NO_FILE = frozenset({"", "(NULL)", "NULL", "N/A", "NONE"})
"""Values that stand for no source file."""


class EventNaming(NamedTuple):
    """A comment that names a clip, or its file.

    Attributes:
        role: ``FROM``, ``TO`` or ``KEY``; "" for the event as a whole.
        file: True where it names a file.
        path: True where it names a file with its folder, so that no better name is known.
        value: The name.
    """

    role: str
    file: bool
    path: bool
    value: str


class Locator(NamedTuple):
    """A ``LOC`` comment.

    Attributes:
        at: The timecode of its frame in the record; None where there is none that can be read.
        colour: Its colour, as written; "" for none.
        text: Its text.
    """

    at: EdlTime | None
    colour: str
    text: str


class TagLine(NamedTuple):
    """The comment below a marker of ours.

    Attributes:
        tag: What we wrote.
        frames: Length of the marker; ``LOC`` comments have none.
    """

    tag: MarkerTag
    frames: int


def is_comment(text: str) -> bool:
    """Return whether a line begins with an asterisk."""
    return bool(_COMMENT.match(text[:LONGEST_LINE]))


def parse_naming(text: str) -> EventNaming | None:
    """Return the name that a comment gives; None for other lines."""
    found = _KEYED.fullmatch(text[:LONGEST_LINE])
    if found is None:
        return None
    key = " ".join(found["key"].upper().split())
    role = (found["role"] or "").upper()
    if not role and key in ("CLIP", "FILE"):
        return None
    return EventNaming(role, key != "CLIP NAME", key in ("CLIP", "FILE"), found["value"].strip())


def parse_locator(text: str) -> Locator | None:
    """Return the marker that a comment holds; None for other lines."""
    found = _LOCATOR.fullmatch(text[:LONGEST_LINE])
    if found is None:
        return None
    first, _, rest = found["rest"].strip().partition(" ")
    at = EdlTime.parse(first)
    colour, _, words = rest.strip().partition(" ")
    if colour.upper() in COLOURS:
        return Locator(at, colour, words.strip())
    return Locator(at, "", rest.strip())


def parse_tag(text: str) -> TagLine | None:
    """Return what the comment below a marker of ours holds; None for other lines."""
    found = _TAG.fullmatch(text[:LONGEST_LINE])
    if found is None:
        return None
    rest, tag = split_tag(found["tag"])
    return TagLine(tag, int(found["frames"])) if tag and not rest else None


def parse_note(text: str) -> str | None:
    """Return the line of a note of ours that a comment holds; None for other lines."""
    found = _NOTE.fullmatch(text)
    return (found["text"] or "") if found else None


def marker_lines(
    at: str, colour: str, name: str, note: str, *, tag: MarkerTag, frames: int
) -> list[str]:
    """Return the lines of a marker of ours.

    Args:
        at: Timecode of its frame in the record.
        colour: Its colour.
        name: Its text.
        note: Its note.
        tag: What is written with it.
        frames: Its length.
    """
    # Media Composer writes the colour in a column of eight.
    lines = [f"* LOC: {at} {colour:<7} {name}".rstrip(), f"* SHOTLOG: {frames} {tag}"]
    return lines + [f"* SHOTLOG NOTE: {line}" for line in (note.split("\n") if note else ())]


def parse_reel(text: str) -> tuple[str, str] | None:
    """Return a shortened reel and the real one, as Final Cut Pro writes; None for other lines."""
    found = _REEL.fullmatch(text[:LONGEST_LINE])
    return (found["short"], found["real"]) if found else None


def parse_rate(text: str) -> float | None:
    """Return the frame rate that a comment in a header tells."""
    found = _RATE.search(text[:LONGEST_LINE])
    return float((found["a"] or found["b"]).replace(",", ".")) if found else None


def is_freeze(text: str) -> bool:
    """Return whether a comment says that its clip is a freeze frame."""
    return is_comment(text) and "FREEZE FRAME" in text.upper()[:LONGEST_LINE]
