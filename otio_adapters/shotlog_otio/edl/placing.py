"""Markers in the form of a list: one a frame, with a short text and a colour."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from shotlog.markers import (
    MarkerOptions,
    TextLimits,
    clean,
    colour_in,
    frames_of,
    free_frames,
)
from shotlog.schema import Edit, Marker
from shotlog_otio.edl.text import EdlText
from shotlog_otio.markers import PlacedText

PALETTE = "avid"
"""The palette of ``LOC`` comments: Media Composer, which writes them, has eight colours there."""

LIMITS = TextLimits(name=53)
"""A comment of CMX 3600 has 80 columns, of which ``* LOC: 01:00:00:00 MAGENTA `` takes 27."""

_BLANKS = re.compile(r"\s+")


def place_in_list(
    markers: Sequence[Marker], text: EdlText, edit: Edit, options: MarkerOptions
) -> tuple[list[PlacedText], tuple[str, ...]]:
    """Return markers as a list holds them, and a sentence for each kind of change to them.

    Args:
        markers: The markers.
        text: The list.
        edit: The timeline that was read from it.
        options: Their colours.
    """
    # Programs keep one marker a frame, although a list may hold several.
    frames = free_frames([marker.frame for marker in markers], frames_of(edit))
    placed = [
        _placed(marker, frame, text, edit.rate, options)
        for marker, frame in zip(markers, frames, strict=True)
    ]
    moved = sum(marker.frame != frame for marker, frame in zip(markers, frames, strict=True))
    cut = sum(len(_one_line(marker.name)) > LIMITS.name for marker in markers)
    placed.sort(key=lambda item: item.start)
    return placed, tuple(_notes(moved, cut))


def _placed(
    marker: Marker, frame: int, text: EdlText, rate: Fraction, options: MarkerOptions
) -> PlacedText:
    colour = options.colour(PALETTE, marker.family) or marker.family
    note = clean(marker.note, LIMITS.note)
    return PlacedText(
        marker,
        owner=(),
        start=frame / rate,
        duration=max(marker.duration, 1) / rate,
        rate=rate,
        name=text.kept(clean(_one_line(marker.name), LIMITS.name)).strip(),
        note=text.kept("\n".join(line.rstrip() for line in note.split("\n"))),
        colour=str(colour_in(PALETTE, colour)).upper(),
    )


def _one_line(text: str) -> str:
    return _BLANKS.sub(" ", clean(text, len(text))).strip()


def _notes(moved: int, cut: int) -> Iterator[str]:
    if moved:
        yield f"{_markers(moved, 'moved')} to the next free frame: a frame holds one marker"
    if cut:
        yield (
            f"the text of {_markers(cut, 'cut')} to {LIMITS.name} characters, as a comment of an"
            " EDL has 80 columns"
        )


def _markers(count: int, done: str) -> str:
    return f"{count} marker{'s were' if count > 1 else ' was'} {done}"
