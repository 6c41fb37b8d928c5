"""Finished subtitles as files: SubStation with a style, SubRip and WebVTT without one."""

from __future__ import annotations

import html
import math
import re
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from shotlog.delivery.subtitles.breaks import find_places, linking_words
from shotlog.delivery.subtitles.cues import Cue, moments
from shotlog.delivery.subtitles.direction import RIGHT_TO_LEFT_MARK, direct, is_right_to_left
from shotlog.delivery.subtitles.style import SubtitleStyle

if TYPE_CHECKING:
    import pysubs2

_MILLISECONDS: Final = 1000
_CENTISECONDS: Final = 100
_BREAK: Final = r"\N"
_UNBROKEN: Final = 1 << 30
_COMMAND: Final = re.compile(r"\\(?=[Nnh{}])")
"""A backslash that would begin a command of SubStation, which pysubs2 reads in every form."""
_GUARDED: Final = "\\\\\N{WORD JOINER}"
"""The backslash with an invisible character after it, so that it stays one."""
_ANY_DIRECTION: Final = -1
"""Encoding of a style by which libass finds the direction of every line for itself:
https://github.com/libass/libass/wiki/ASS-File-Format-Guide."""

SUFFIXES: Final = (".ass", ".srt", ".vtt")
"""Suffixes of the files that can be written."""


def render(
    cues: Sequence[Cue], suffix: str, style: SubtitleStyle, size: tuple[int, int], characters: int
) -> bytes:
    """Return a file of finished cues, in UTF-8.

    Times are rounded down to the precision of the form, so that a player shows exactly the frames
    that are meant.

    Args:
        cues: The cues.
        suffix: One of :data:`SUFFIXES`.
        style: The style; SubRip and WebVTT hold none.
        size: Width and height of the picture.
        characters: Columns of a line of the profile.
    """
    import pysubs2

    file = pysubs2.SSAFile()
    text_of = _TEXTS[suffix]
    step = 10 if suffix == ".ass" else 1
    for cue in cues:
        start, end = (moment * _MILLISECONDS // step * step for moment in (cue.start, cue.end))
        file.append(pysubs2.SSAEvent(start, end, text_of(cue, style)))
    if suffix == ".ass":
        _dress(file, cues, style, size, characters)
        return file.to_string("ass", header_notice="Made by Shotlog").encode()
    return file.to_string(suffix[1:], keep_ssa_tags=True).encode()


def _dress(
    file: pysubs2.SSAFile,
    cues: Sequence[Cue],
    style: SubtitleStyle,
    size: tuple[int, int],
    characters: int,
) -> None:
    """Give a file its style and the size of the picture."""
    look = style.fitted(size, characters)
    if any(is_right_to_left(cue.text) for cue in cues):
        look.encoding = _ANY_DIRECTION
    file.styles = {"Default": look}
    file.info.update(
        ScriptType="v4.00+",
        WrapStyle="0",
        ScaledBorderAndShadow="yes",
        PlayResX=str(size[0]),
        PlayResY=str(size[1]),
    )


def _substation(cue: Cue, style: SubtitleStyle) -> str:
    if not style.karaoke:
        return _BREAK.join(map(_escaped, _lines(cue)))
    starts = iter(_lines(cue))
    parts: list[str] = []
    for length, begins, word in word_times(cue):
        shown = next(starts) if begins else ""
        lead = shown[: len(shown) - len(shown.lstrip(RIGHT_TO_LEFT_MARK))]
        line_end = _BREAK if begins and parts else ""
        parts.append(f"{line_end}{{\\k{length}}}{lead}{_escaped(word)}")
    return "".join(parts)


def _subrip(cue: Cue, _: SubtitleStyle) -> str:
    return _BREAK.join(map(_guarded, _lines(cue)))


def _webvtt(cue: Cue, _: SubtitleStyle) -> str:
    return _BREAK.join(html.escape(_guarded(line), quote=False) for line in _lines(cue))


_TEXTS: Final[Mapping[str, Callable[[Cue, SubtitleStyle], str]]] = MappingProxyType(
    {".ass": _substation, ".srt": _subrip, ".vtt": _webvtt}
)


def word_times(cue: Cue) -> list[tuple[int, bool, str]]:
    """Return the words of a cue: length, True where a line begins, text with the space after it.

    Lengths are whole centiseconds, as SubStation holds them, and together those of the cue, so no
    error adds up. Where the first word is spoken after the cue begins, an empty one comes first.
    """
    text = cue.text
    offsets = [0, *(place.offset for place in find_places(text, linking_words(""), _UNBROKEN))]
    zero = _centiseconds(cue.start)
    starts = [_centiseconds(moment) - zero for moment in moments(cue, offsets)]
    ends = [*starts[1:], _centiseconds(cue.end) - zero]
    found = [(starts[0], True, "")] if starts[0] else []
    for offset, after, start, end in zip(
        offsets, [*offsets[1:], len(text)], starts, ends, strict=True
    ):
        begins = text[offset - 1] == "\n" if offset else not found
        found.append((end - start, begins, text[offset:after].removesuffix("\n")))
    return found


def _lines(cue: Cue) -> tuple[str, ...]:
    return direct(cue.text.split("\n"))


def _escaped(text: str) -> str:
    """Return text that SubStation does not take for a tag."""
    return _COMMAND.sub(_GUARDED, text).replace("{", r"\{").replace("}", r"\}")


def _guarded(text: str) -> str:
    """Return text that players which know tags of SubStation in SubRip do not take for one."""
    return _COMMAND.sub(_GUARDED, text.replace("{\\", "{\N{WORD JOINER}\\"))


def _centiseconds(moment: Fraction) -> int:
    return math.floor(moment * _CENTISECONDS)
