"""Transcripts as subtitle files hold them: SubRip (.srt) and WebVTT (.vtt)."""

from __future__ import annotations

import codecs
import re
from fractions import Fraction
from pathlib import Path
from typing import Final, NamedTuple

from shotlog.schema import HighlighterError, TimeRange, readable

_LARGEST: Final = 20_000_000
"""Bytes of the largest file that is read: an hour of subtitles has about 100,000."""
_MARKS: Final = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_BLANK: Final = re.compile(r"\n[ \t]*\n")
_HINT: Final = "Give a subtitle file in SubRip (.srt) or WebVTT (.vtt) form."


class Subtitle(NamedTuple):
    """A subtitle: its time from the start of the timeline, and its text without tags."""

    range: TimeRange
    text: str


def read_transcript(path: Path) -> tuple[Subtitle, ...]:
    """Return the subtitles of a file, by their start; those without text or length are left out.

    Text that is not UTF-8 and tells no encoding is decoded by the likeliest one.

    Raises:
        HighlighterError: It cannot be read, or holds no subtitle.
    """
    subject = readable(path.name) or "transcript"
    try:
        if path.stat().st_size > _LARGEST:
            raise HighlighterError(subject, "this file is too large for subtitles", _HINT)
        raw = path.read_bytes()
    except OSError as error:
        message = f"the transcript cannot be read ({error.strerror})"
        raise HighlighterError(subject, message, "Check its path and your rights.") from error
    lines = _parse(_decode(raw), subject)
    if not lines:
        raise HighlighterError(subject, "there is no subtitle in this file", _HINT)
    return lines


def _decode(raw: bytes) -> str:
    if raw.startswith(_MARKS):
        return raw.decode("utf-8-sig" if raw.startswith(codecs.BOM_UTF8) else "utf-16", "replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        from charset_normalizer import from_bytes  # few transcripts need it

        guess = from_bytes(raw).best()
        return str(guess) if guess is not None else raw.decode("latin-1")


def _cues(text: str) -> str:
    """Return WebVTT without comments, styles, regions and the names of cues.

    The package takes them for text of the cue before (https://www.w3.org/TR/webvtt1/#file-structure).
    """
    blocks = [block.splitlines() for block in _BLANK.split(text)]
    timed = [
        "\n".join(block[number:])
        for block in blocks
        for number in range(min(2, len(block)))
        if "-->" in block[number]
    ]
    return "\n\n".join(["WEBVTT", *timed])


def _parse(text: str, subject: str) -> tuple[Subtitle, ...]:
    import pysubs2  # few runs have a transcript

    text = "\n".join(text.splitlines())
    try:
        subtitles = pysubs2.SSAFile.from_string(_cues(text) if text.startswith("WEBVTT") else text)
    # The package raises errors of its own, and others on damaged numbers.
    except Exception as error:
        raise HighlighterError(subject, f"these are no subtitles ({error})", _HINT) from error
    found = [
        Subtitle(TimeRange.between(Fraction(event.start, 1000), Fraction(event.end, 1000)), words)
        for event in subtitles
        if not event.is_comment
        and 0 <= event.start < event.end
        and (words := " ".join(event.plaintext.split()))
    ]
    return tuple(sorted(found, key=lambda line: (line.range.start, line.range.end)))
