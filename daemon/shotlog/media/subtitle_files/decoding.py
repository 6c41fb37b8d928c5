"""The text of a file whose encoding is told, or found, and never kept from the user."""

from __future__ import annotations

import codecs
from pathlib import Path
from typing import Final, NamedTuple

from shotlog.schema import SubtitlesUnreadable, readable

LARGEST: Final = 20_000_000
"""Bytes of the largest file that is read: an hour of subtitles has about 100,000."""
_START: Final = 100
"""Bytes at the start of a file that tell UTF-16: a number and times, which are digits."""
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_COMMONEST: Final = "cp1252"
"""Of encodings that fit equally well, that of Windows in Western Europe and America; browsers too
take it where nothing is told: https://encoding.spec.whatwg.org/#names-and-labels."""


class DecodedText(NamedTuple):
    """The text of a file.

    Attributes:
        text: Its text, with a line feed as line end.
        encoding: Python's name of its encoding.
        guessed: True if the file does not tell the encoding, and it is not UTF-8.
    """

    text: str
    encoding: str
    guessed: bool


def read_text(path: Path, encoding: str = "") -> DecodedText:
    """Return the text of a file.

    Args:
        path: The file.
        encoding: Its encoding; empty to find it.

    Raises:
        SubtitlesUnreadable: It cannot be read, is too large, or has another encoding.
    """
    subject = readable(path.name) or "subtitles"
    try:
        if path.stat().st_size > LARGEST:
            raise SubtitlesUnreadable(subject, "this file is too large for subtitles")
        raw = path.read_bytes()
    except OSError as error:
        message = f"the file cannot be read ({error.strerror})"
        raise SubtitlesUnreadable(subject, message, "Check its path and your rights.") from error
    if not encoding:
        return decode_text(raw)
    try:
        return DecodedText(_lines(raw.decode(encoding)), encoding, guessed=False)
    except (LookupError, UnicodeError) as error:
        message = f"it is not written in the encoding '{encoding}'"
        hint = "Leave the encoding out to have it found, or name another: cp1252, utf-16, cp932."
        raise SubtitlesUnreadable(subject, message, hint) from error


def decode_text(raw: bytes) -> DecodedText:
    """Return the text of a file's bytes: by its byte order mark, as UTF-8, else by the likeliest.

    What no encoding holds becomes U+FFFD where a mark tells the encoding.
    """
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return DecodedText(_lines(raw.decode(encoding, "replace")), encoding, guessed=False)
    if 0 in raw[:_START]:  # no text in UTF-8, but every other byte of English in UTF-16
        encoding = "utf-16-le" if 0 in raw[1:_START:2] else "utf-16-be"
        return DecodedText(_lines(raw.decode(encoding, "replace")), encoding, guessed=True)
    try:
        return DecodedText(_lines(raw.decode("utf-8")), "utf-8", guessed=False)
    except UnicodeDecodeError:
        return _guess(raw)


def _guess(raw: bytes) -> DecodedText:
    from charset_normalizer import from_bytes  # few files need it

    matches = from_bytes(raw)
    best = matches.best()
    if best is None:
        return DecodedText(_lines(raw.decode("latin-1")), "latin-1", guessed=True)
    # A few lines fit the code pages of several languages equally well.
    equal = [m for m in matches if (m.chaos, m.coherence) == (best.chaos, best.coherence)]
    match = next((each for each in equal if each.encoding == _COMMONEST), best)
    return DecodedText(_lines(str(match)), match.encoding, guessed=True)


def _lines(text: str) -> str:
    return "\n".join(text.splitlines())
