"""Cues of subtitle files, with the times of their words where the file tells them.

pysubs2 parses the forms. Two things are kept from it that it would misread: the comments, styles
and names of cues in WebVTT, which it takes for text, and times within the text, which it takes for
the times of a cue.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Final

from shotlog.media.subtitle_files.decoding import DecodedText, read_text
from shotlog.schema import SubtitlesUnreadable, readable

if TYPE_CHECKING:
    import pysubs2

_MILLISECONDS: Final = 1000
_CENTISECONDS: Final = 100
_LONGEST: Final = Fraction(100 * 3600)
"""Seconds that the forms can hold: 99:59:59,999."""

_BLANK: Final = re.compile(r"\n[ \t]*\n")
_NEGATIVE: Final = re.compile(r"(?m)(^|-->)([ \t]*)-(?:\d+:)?\d+:\d+[.,]\d+")
_INLINE: Final = re.compile(r"<(?:(\d+):)?(\d{2}):(\d{2})\.(\d{3})>")
"""A cue timestamp of WebVTT: https://www.w3.org/TR/webvtt1/#webvtt-cue-timestamp."""
_SUBSTATION_TAGS: Final = re.compile(r"(?<!\\)\{([^{}]*)\}")
"""Tags and comments of SubStation. libass takes a brace after a backslash for text."""
_TAGS: Final = re.compile(r"\{(\\[^{}]*)\}")
"""Tags of SubStation in the other forms, where braces alone are text."""
_BRACES: Final = re.compile(r"\\([{}])")
_KARAOKE: Final = re.compile(r"\\(?:k[fo]?|K)(\d+)")
"""``\\k``, ``\\kf``, ``\\ko`` and ``\\K`` of SubStation: centiseconds until the next one."""
_MARK: Final = re.compile(r"\\shotlog(\d+)")
_BREAKS: Final = re.compile(r"\\[Nn]")


@dataclass(frozen=True, slots=True)
class FileCue:
    """One cue as a file tells it; nothing is corrected.

    Attributes:
        start: Seconds from the start of the film.
        end: Seconds; may lie before the start.
        text: Its text without tags; lines are divided by line feeds.
        marks: Offsets in the text and the moments at which they are spoken, where the file tells.
        tagged: True if there were other tags, such as italics or a position.
    """

    start: Fraction
    end: Fraction
    text: str
    marks: tuple[tuple[int, Fraction], ...] = ()
    tagged: bool = False


@dataclass(frozen=True, slots=True)
class SubtitleFile:
    """The cues of a file.

    Attributes:
        cues: In the order of the file, without comments and drawings.
        decoded: The text they were parsed from, with its encoding.
        negative: Number of times before 0, which became 0.
        script: The script with its styles, if the file is SubStation; None for other forms.
    """

    cues: tuple[FileCue, ...]
    decoded: DecodedText
    negative: int = 0
    script: pysubs2.SSAFile | None = field(default=None, compare=False, repr=False)


def read_subtitles(path: Path, encoding: str = "") -> SubtitleFile:
    """Return the cues of a file in SubRip, WebVTT or SubStation form; its content tells which.

    Args:
        path: The file.
        encoding: Its encoding; empty to find it.

    Raises:
        SubtitlesUnreadable: It cannot be read, or is of no such form.
    """
    import pysubs2  # few runs have subtitles

    decoded = read_text(path, encoding)
    text, negative = _NEGATIVE.subn(r"\1\g<2>00:00:00.000", decoded.text)
    is_vtt = text.lstrip().startswith("WEBVTT")
    try:
        parsed = pysubs2.SSAFile.from_string(_cues(text) if is_vtt else text)
        substation = parsed.format in ("ass", "ssa")
        cues = tuple(cues_of(parsed, substation=substation, is_vtt=is_vtt))
    # The package raises errors of its own, and others on damaged numbers.
    except Exception as error:
        subject = readable(path.name) or "subtitles"
        raise SubtitlesUnreadable(subject, f"these are no subtitles ({error})") from error
    return SubtitleFile(cues, decoded, negative, parsed if substation else None)


def cues_of(
    parsed: pysubs2.SSAFile, *, substation: bool, is_vtt: bool = False
) -> Iterator[FileCue]:
    """Yield the cues of a parsed file, without comments and drawings.

    Args:
        parsed: The file.
        substation: True if it was written in SubStation, where text in braces is not shown.
        is_vtt: True if it was written in WebVTT, where ``&amp;`` is ``&``.
    """
    for event in parsed:
        start, end = Fraction(event.start, _MILLISECONDS), Fraction(event.end, _MILLISECONDS)
        if event.is_comment or event.is_drawing or max(start, end) >= _LONGEST:
            continue
        tags = _SUBSTATION_TAGS if substation else _TAGS
        text, marks, tagged = _untag(event.text, start, tags)
        if is_vtt:  # after the tags: "&lt;i&gt;" is text
            text, marks = _unescape(text, marks)
        yield FileCue(start, end, text, tuple(marks), tagged)


def _cues(text: str) -> str:
    """Return WebVTT without comments, styles, regions and names of cues, times in the text marked.

    For the parts of a file see https://www.w3.org/TR/webvtt1/#file-structure.
    """
    blocks = [block.splitlines() for block in _BLANK.split(text)]
    timed = [
        "\n".join([block[number], *(_INLINE.sub(_mark, line) for line in block[number + 1 :])])
        for block in blocks
        for number in range(min(2, len(block)))
        if "-->" in block[number]
    ]
    return "\n\n".join(["WEBVTT", *timed])


def _mark(found: re.Match[str]) -> str:
    hours, minutes, seconds, parts = (int(part or 0) for part in found.groups())
    return f"{{\\shotlog{((hours * 60 + minutes) * 60 + seconds) * _MILLISECONDS + parts}}}"


def _untag(
    text: str, start: Fraction, tags: re.Pattern[str]
) -> tuple[str, list[tuple[int, Fraction]], bool]:
    """Return a text without tags, the times that they tell, and True if there were others."""
    parts: list[str] = []
    marks: list[tuple[int, Fraction]] = []
    length, moment, tagged = 0, start, False
    for number, part in enumerate(tags.split(text)):
        if number % 2 == 0:
            plain = _BRACES.sub(r"\1", _BREAKS.sub("\n", part)).replace("\\h", "\N{NO-BREAK SPACE}")
            parts.append(plain)
            length += len(plain)
            continue
        told = _KARAOKE.findall(part)
        marks += [(length, Fraction(int(at), _MILLISECONDS)) for at in _MARK.findall(part)]
        if told:
            marks.append((length, moment))
            moment += Fraction(sum(map(int, told)), _CENTISECONDS)
        tagged = tagged or not (told or _MARK.search(part))
    return "".join(parts), marks, tagged


def _unescape(
    text: str, marks: list[tuple[int, Fraction]]
) -> tuple[str, list[tuple[int, Fraction]]]:
    """Return a text with ``&amp;`` as ``&``, and the marks at the same letters as before."""
    if "&" not in text:
        return text, marks
    return html.unescape(text), [(len(html.unescape(text[:at])), when) for at, when in marks]
