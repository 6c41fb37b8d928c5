"""Markers in the form of a list: one a frame, with a short text and a colour."""

from __future__ import annotations

import math
import re
from collections.abc import Container, Iterator, Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType

from shotlog.markers import PALETTE, MarkerOptions, TextLimits, clean
from shotlog.schema import Edit, Marker
from shotlog_otio.edl.text import EdlText
from shotlog_otio.markers import FoundMarker, PlacedText

DIALECT = "avid"
"""The dialect whose colours users choose for markers in lists: they are Media Composer's."""

LIMITS = TextLimits(name=53)
"""A comment of CMX 3600 has 80 columns, of which ``* LOC: 01:00:00:00 MAGENTA  `` takes 27."""

_COLOURS: Mapping[str, str] = MappingProxyType(
    {"Purple": "MAGENTA", "Orange": "YELLOW", "Pink": "MAGENTA"}
)
"""Colours that lists do not have, and what stands for them: ``LOC`` comments have Media Composer's
eight."""

_BLANKS = re.compile(r"\s+")


class Placing:
    """The placing of markers in one list.

    Args:
        text: The list.
        found: The markers in it.
        edit: The timeline that was read from it.
    """

    def __init__(self, text: EdlText, found: Sequence[FoundMarker], edit: Edit) -> None:
        self._text = text
        self._rate = edit.rate
        self._frames = math.ceil(edit.duration * edit.rate)
        self._foreign: dict[int, list[FoundMarker]] = {}
        for marker in found:
            if marker.tag is None:
                self._foreign.setdefault(round(marker.start * edit.rate), []).append(marker)
        self._moved = self._cut = self._there = 0

    def place(
        self, markers: Sequence[Marker], options: MarkerOptions
    ) -> tuple[list[PlacedText], tuple[str, ...]]:
        """Return the markers to write, and a sentence for each kind of change to them."""
        wanted = {marker.frame for marker in markers}
        met: set[int] = set()
        placed = []
        for marker in markers:
            item = self._placed(marker, options)
            if self._is_there(marker.frame, item):
                self._there += 1
                continue
            frame = marker.frame
            if frame in met:  # programs keep one marker a frame
                frame = self._free(frame, wanted | met)
                self._moved += frame != marker.frame
            met.add(frame)
            placed.append(item if frame == marker.frame else self._at(item, frame))
        placed.sort(key=lambda item: item.start)
        return placed, tuple(self._notes())

    def _placed(self, marker: Marker, options: MarkerOptions) -> PlacedText:
        colour = options.colour(DIALECT, marker.family) or PALETTE[marker.family]
        full = _one_line(clean(marker.name, len(marker.name)))
        name = clean(full, LIMITS.name)
        self._cut += name != full
        note = "\n".join(line.rstrip() for line in clean(marker.note, LIMITS.note).split("\n"))
        return PlacedText(
            marker,
            (),
            Fraction(marker.frame) / self._rate,
            Fraction(max(marker.duration, 1)) / self._rate,
            self._rate,
            self._text.kept(name).strip(),
            self._text.kept(note),
            _COLOURS.get(colour.capitalize(), colour.upper()),
        )

    def _at(self, item: PlacedText, frame: int) -> PlacedText:
        start = Fraction(frame) / self._rate
        return PlacedText(
            item.marker, (), start, item.duration, self._rate, item.name, item.note, item.colour
        )

    def _is_there(self, frame: int, item: PlacedText) -> bool:
        """Return whether a marker came back through a program that dropped our comment.

        It keeps frame, colour and the beginning of the text. With another text it is one that the
        editor has renamed, and that is kept.
        """
        for marker in self._foreign.get(frame, ()):
            if marker.colour.upper() == item.colour:
                return True
            same = _plain(marker.name)
            if same and _plain(item.name).startswith(same):
                return True
        return False

    def _free(self, frame: int, taken: Container[int]) -> int:
        """Return the next free frame, or, if there is none up to the end, the last before."""
        after = (n for n in range(frame + 1, self._frames) if n not in taken)
        before = (n for n in range(frame - 1, -1, -1) if n not in taken)
        return next(after, next(before, frame))

    def _notes(self) -> Iterator[str]:
        if self._moved:
            yield f"{_markers(self._moved, 'moved')} to the next frame: a frame holds one marker"
        if self._cut:
            yield (
                f"the text of {_markers(self._cut, 'cut')} to {LIMITS.name} characters, as a"
                " comment of an EDL has 80 columns"
            )
        if self._there:
            yield (
                f"{_markers(self._there, 'not written')}: one of the same frame and colour, or of"
                " the same text, stands in the list already"
            )


def _markers(count: int, done: str) -> str:
    return f"{count} marker{'s were' if count > 1 else ' was'} {done}"


def _one_line(text: str) -> str:
    return _BLANKS.sub(" ", text).strip()


def _plain(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())
