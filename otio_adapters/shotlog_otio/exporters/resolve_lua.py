"""Markers as a Lua file that returns them, for the script ``shotlog.lua`` in DaVinci Resolve."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import ClassVar

from shotlog.markers import colour_in, custom_data, frames_of
from shotlog.schema import Edit
from shotlog_otio.exporters.contract import Exporter
from shotlog_otio.exporters.fitting import Crowd, ExportMarker, Fitted, count
from shotlog_otio.exporters.texts import first_frame

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
    imported: ClassVar[str] = (
        "DaVinci Resolve: paste shotlog.lua into Workspace > Console, beside which this file lies"
    )
    palette: ClassVar[str] = "resolve"
    beside_timelines: ClassVar[bool] = True
    crowd: ClassVar[Crowd] = Crowd.MOVE

    def fit(self, markers: Sequence[ExportMarker], edit: Edit) -> Fitted:
        """Return the markers of ours, of which alone the script can tell later that it set them."""
        ours = [marker for marker in markers if marker.id]
        fitted = super().fit(ours, edit)
        if others := len(markers) - len(ours):
            note = f"{count(others, 'marker')} left out: the script sets those of Shotlog alone"
            return Fitted(fitted.markers, (note, *fitted.notes))
        return fitted

    def write(self, markers: Sequence[ExportMarker], edit: Edit) -> bytes:
        """Return the content of a file."""
        return "".join(f"{line}\n" for line in _lines(markers, edit)).encode("ascii")


def _lines(placed: Sequence[ExportMarker], edit: Edit) -> Iterator[str]:
    yield "-- Markers of one timeline, read by shotlog.lua. Written by Shotlog; do not edit."
    yield "return {"
    yield f"  layout = {LAYOUT},"
    yield f"  timeline = {_quoted(edit.name)},"
    yield f"  identity = {_quoted(_identity(edit))},"
    yield f"  rate = {{{edit.rate.numerator}, {edit.rate.denominator}}},"
    yield f"  start = {first_frame(edit)},"
    yield f"  length = {frames_of(edit)},"
    yield "  markers = {"
    for first in range(0, len(placed), _BLOCK):
        yield "    (function() return {"
        yield from map(_entry, placed[first : first + _BLOCK])
        yield "    } end)(),"
    yield "  },"
    yield "}"


def _entry(marker: ExportMarker) -> str:
    colour = str(colour_in("resolve", marker.colour))
    texts = (colour, marker.name, marker.note, _own(marker, colour))
    fields = (
        f"{key} = {_quoted(text)}"
        for key, text in zip(("colour", "name", "note", "custom_data"), texts, strict=True)
    )
    return f"      {{frame = {marker.frame}, duration = {marker.duration}, {', '.join(fields)}}},"


def _own(marker: ExportMarker, colour: str) -> str:
    """Return the custom data by which the script knows a marker of ours."""
    at = marker.frame if marker.wanted is None else marker.wanted
    return custom_data(
        marker.id, marker.family, at,
        colour=colour, duration=marker.duration, name=marker.name, note=marker.note,
    )  # fmt: skip


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
