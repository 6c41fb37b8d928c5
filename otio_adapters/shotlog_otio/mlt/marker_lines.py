"""Texts of markers of programs that keep one line for each: name, note and our tag on it.

Kdenlive draws every line of a guide's text, over the ruler and the tracks below it, and Shotcut has
a field of one line, so the lines of a note are joined.
"""

from __future__ import annotations

import re

from shotlog.markers import NAME_LIMIT, NOTE_LIMIT, MarkerTag, clean, hash_in_text, split_tag

_LINE_ENDS = re.compile(r"\s*[\n\v\f\x1c-\x1e\x85\u2028\u2029]\s*")
_JOINT, _COLON = " / ", ": "


def split_line(line: str) -> tuple[str, str]:
    """Return the name and the note in a text on one line."""
    name, _, note = line.partition(_COLON)
    return name, note.replace(_JOINT, "\n")


def normal_parts(name: str, note: str) -> tuple[str, str]:
    """Return a name and a note as :func:`split_line` gives them back."""
    return split_line(join_line(clean(name, NAME_LIMIT), clean(note, NOTE_LIMIT)))


def join_line(name: str, note: str, tag: MarkerTag | None = None) -> str:
    """Return a text on one line."""
    parts = [_LINE_ENDS.sub(_JOINT, part.strip()) for part in (name, note)]
    line = _COLON.join(filter(None, parts))
    return line if tag is None else f"{line} {tag}"


def read_line(
    text: str, colour: str, frames: tuple[int, int]
) -> tuple[str, str, MarkerTag | None, bool]:
    """Return the name and the note of a marker, our tag, and whether an editor has changed it.

    Args:
        text: Its text.
        colour: Its colour as it counts in the hash.
        frames: Its start and its length, as they count in the hash.
    """
    line, tag = split_tag(text)
    if tag is None:
        # A text of an editor is left as it is; its further lines are its note.
        name, _, note = text.partition("\n") if "\n" in text else text.partition(_COLON)
        return name, note, None, False
    name, note = split_line(line)
    return name, note, tag, tag.hash != hash_in_text(name, note, colour, frames)
