"""Markers as a Lua file that returns them, for the script ``shotlog.lua`` in DaVinci Resolve."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import ClassVar

from shotlog.markers import PlacedMarker
from shotlog.schema import Edit, nearest_frame
from shotlog_otio.exporters.contract import Exporter

LAYOUT = 1
"""Version of the file's fields, which ``shotlog.lua`` checks."""

_BLOCK = 1000
"""Markers in one function of the file: LuaJIT allows 65,536 constants in a function."""

_PLAIN = frozenset(range(0x20, 0x7F)) - frozenset(b'"\\')


class ResolveLuaExporter(Exporter):
    r"""A file in Lua 5.1 that returns a table of numbers and strings, and does nothing else.

    It is in ASCII: every other byte of a text, quotes and backslashes are written as ``\ddd``, so
    no text can end its string. ``markers`` is a list of lists, each made by a function of its own.
    """

    name: ClassVar[str] = "resolve-lua"
    suffix: ClassVar[str] = ".lua"
    description: ClassVar[str] = "markers for Shotlog's Lua script in DaVinci Resolve"

    def export(self, markers: Sequence[PlacedMarker], edit: Edit) -> bytes:
        """Return the content of a file."""
        return "".join(f"{line}\n" for line in _lines(markers, edit)).encode("ascii")


def _lines(placed: Sequence[PlacedMarker], edit: Edit) -> Iterator[str]:
    yield "-- Markers of one timeline, read by shotlog.lua. Written by Shotlog; do not edit."
    yield "return {"
    yield f"  layout = {LAYOUT},"
    yield f"  timeline = {_quoted(edit.name)},"
    yield f"  identity = {_quoted(_identity(edit))},"
    yield f"  rate = {{{edit.rate.numerator}, {edit.rate.denominator}}},"
    yield f"  start = {nearest_frame(edit.start, edit.rate)},"
    yield f"  length = {math.ceil(edit.duration * edit.rate)},"
    yield "  markers = {"
    for first in range(0, len(placed), _BLOCK):
        yield "    (function() return {"
        yield from map(_entry, placed[first : first + _BLOCK])
        yield "    } end)(),"
    yield "  },"
    yield "}"


def _entry(marker: PlacedMarker) -> str:
    texts = (
        f"{key} = {_quoted(getattr(marker, key))}"
        for key in ("colour", "name", "note", "custom_data")
    )
    return f"      {{frame = {marker.frame}, duration = {marker.duration}, {', '.join(texts)}}},"


def _identity(edit: Edit) -> str:
    """Return a hash of the clips and where they are, equal for the same cut of the same media."""
    clips = [
        (clip.name, clip.media and clip.media.path, str(clip.source), str(clip.timeline))
        for clip in edit.clips
    ]
    content = repr((str(edit.rate), str(edit.start), clips))
    return blake2b(content.encode(), digest_size=8).hexdigest()


def _quoted(text: str) -> str:
    # Three digits always: after fewer, a digit of the text would be taken for one of the number.
    data = text.encode("utf-8", "replace")
    return '"' + "".join(chr(b) if b in _PLAIN else f"\\{b:03d}" for b in data) + '"'
