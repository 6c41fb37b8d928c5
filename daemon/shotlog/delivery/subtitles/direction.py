"""Right-to-left text: its letters stay in the order in which they are read.

A player that shows a line decides by its first letter of a direction in which way the line runs
(Unicode Standard Annex 9, rules P2 and P3). Where that would be the wrong one, as in an Arabic line
that begins with a Latin name, an invisible right-to-left mark before the line decides.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Final

_RIGHT_TO_LEFT: Final = ("R", "AL")
RIGHT_TO_LEFT_MARK: Final = "\N{RIGHT-TO-LEFT MARK}"
"""An invisible letter that runs from right to left."""


def is_right_to_left(text: str) -> bool:
    """Return True if most letters of a text run from right to left."""
    classes = [_direction(letter) for letter in text]
    return classes.count("R") > classes.count("L")


def direct(lines: Sequence[str]) -> tuple[str, ...]:
    """Return the lines of one cue, with marks where they would run in the wrong direction."""
    if not is_right_to_left("".join(lines)):
        return tuple(lines)
    return tuple(line if _first(line) == "R" else RIGHT_TO_LEFT_MARK + line for line in lines)


def _first(line: str) -> str:
    return next((found for letter in line if (found := _direction(letter))), "")


def _direction(letter: str) -> str:
    """Return R or L for a letter of a direction, else an empty text."""
    told = unicodedata.bidirectional(letter)
    return "R" if told in _RIGHT_TO_LEFT else "L" if told == "L" else ""
