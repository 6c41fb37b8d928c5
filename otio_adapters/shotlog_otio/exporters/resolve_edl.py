"""DaVinci Resolve's marker EDL."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import ClassVar

from shotlog.markers import colour_in
from shotlog.schema import Edit
from shotlog_otio.exporters.contract import Exporter
from shotlog_otio.exporters.fitting import Crowd, ExportMarker, Fitted, count
from shotlog_otio.exporters.texts import is_drop_frame, one_line, timecode_at

_LIKE_OTHER_LINES = re.compile(r"[0-9*>]|TITLE:|FCM:|M2 ", re.IGNORECASE)
"""Beginnings of the other lines of an EDL: an event, a comment, a header, a speed. Of an event it
is reported that Resolve then loses the marker."""

_BEYOND = re.compile(r"[\U00010000-\U0010ffff]")
_SIGN = "□"
"""Put for emoji and other characters beyond the Basic Multilingual Plane: other tools report that
Resolve garbles them."""


class ResolveEdlExporter(Exporter):
    """The EDL that Timelines > Import > Timeline Markers from EDL reads, in every edition.

    Each marker is an event of one frame, and a line with its note, colour, name and length. A note
    has one line here: its lines are joined by ``/``.
    """

    name: ClassVar[str] = "resolve-edl"
    suffix: ClassVar[str] = ".edl"
    description: ClassVar[str] = "a marker EDL of DaVinci Resolve"
    imported: ClassVar[str] = (
        "DaVinci Resolve: right-click the timeline in the Media Pool > Timelines > Import >"
        " Timeline Markers from EDL"
    )
    palette: ClassVar[str] = "resolve"
    beside_timelines: ClassVar[bool] = True
    most: ClassVar[int | None] = 999  # CMX 3600, which Resolve reads, has three digits for events
    crowd: ClassVar[Crowd] = Crowd.MOVE

    def fit(self, markers: Sequence[ExportMarker], edit: Edit) -> Fitted:
        """Return the markers, with a sign for every character that Resolve would garble."""
        fitted = super().fit(markers, edit)
        shown = [
            replace(m, name=_BEYOND.sub(_SIGN, m.name), note=_BEYOND.sub(_SIGN, m.note))
            for m in fitted.markers
        ]
        garbled = sum(one != other for one, other in zip(shown, fitted.markers, strict=True))
        if not garbled:
            return fitted
        note = f"{_SIGN} put for characters of {count(garbled, 'marker')} that Resolve garbles"
        return Fitted(shown, (*fitted.notes, note))

    def write(self, markers: Sequence[ExportMarker], edit: Edit) -> bytes:
        """Return the content of a file, with the timecodes of the timeline."""
        title = _field(edit.name) or "( no title )"
        counted = "DROP" if is_drop_frame(edit) else "NON-DROP"
        lines = [f"TITLE: {title}", f"FCM: {counted} FRAME", "", *_events(markers, edit)]
        return "".join(f"{line}\n" for line in lines).encode("utf-8", "replace")


def _events(markers: Sequence[ExportMarker], edit: Edit) -> Iterator[str]:
    for number, marker in enumerate(markers, start=1):
        start, end = (timecode_at(edit, n) for n in (marker.frame, marker.frame + 1))
        yield f"{number:03d}  001      V     C        {start} {end} {start} {end}  "
        yield (
            f"{_note(marker.note)} |C:ResolveColor{colour_in('resolve', marker.colour)}"
            f" |M:{_field(marker.name)} |D:{marker.duration}"
        )
        yield ""


def _note(text: str) -> str:
    line = _field(text)
    return f"- {line}" if _LIKE_OTHER_LINES.match(line) else line


def _field(text: str) -> str:
    """Return a text on one line, without the sign that ends a field."""
    return one_line(text).replace("|", "¦")
