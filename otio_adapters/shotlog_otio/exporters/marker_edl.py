"""DaVinci Resolve's marker EDL."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import ClassVar

from shotlog.markers import PlacedMarker
from shotlog.schema import (
    Edit,
    counts_drop_frame,
    knows_drop_frame,
    nearest_frame,
    timecode,
)
from shotlog_otio.exporters.contract import Exporter

_LINE_ENDS = re.compile(r"\s*[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]\s*")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_LIKE_OTHER_LINES = re.compile(r"[0-9*>]|TITLE:|FCM:|M2 ", re.IGNORECASE)
"""Beginnings of the other lines of an EDL: an event, a comment, a header, a speed. Of an event it
is reported that Resolve then loses the marker."""


class MarkerEdlExporter(Exporter):
    """The EDL that Timelines > Import > Timeline Markers from EDL reads, in every edition.

    Each marker is an event of one frame, and a line with its note, colour, name and length. A note
    has one line here: its lines are joined by ``/``.
    """

    name: ClassVar[str] = "marker-edl"
    suffix: ClassVar[str] = ".edl"
    description: ClassVar[str] = "a marker EDL of DaVinci Resolve"
    most: ClassVar[int | None] = 999  # CMX 3600, which Resolve reads, has three digits for events

    def export(self, markers: Sequence[PlacedMarker], edit: Edit) -> bytes:
        """Return the content of a file, with the timecodes of the timeline."""
        drop = edit.drop_frame
        if drop is None:
            drop = counts_drop_frame(edit.start, edit.rate)
        drop = drop and knows_drop_frame(edit.rate)
        title = _one_line(edit.name) or "( no title )"
        head = (f"TITLE: {title}", f"FCM: {'' if drop else 'NON-'}DROP FRAME", "")
        lines = [*head, *_events(markers, edit, drop)]
        return "".join(f"{line}\n" for line in lines).encode()


def _events(markers: Sequence[PlacedMarker], edit: Edit, drop: bool) -> Iterator[str]:
    first = nearest_frame(edit.start, edit.rate)
    for number, marker in enumerate(markers, start=1):
        frame = first + marker.frame
        start, end = (_timecode(n, edit.rate, drop) for n in (frame, frame + 1))
        yield f"{number:03d}  001      V     C        {start} {end} {start} {end}  "
        yield (
            f"{_note(marker.note)} |C:ResolveColor{marker.colour} |M:{_one_line(marker.name)}"
            f" |D:{marker.duration}"
        )
        yield ""


def _timecode(frame: int, rate: Fraction, drop: bool) -> str:
    nominal = math.ceil(rate)
    # Drop-frame skips labels in 54 minutes of an hour.
    day = nominal * 24 * 3600 - (nominal // 15 * 54 * 24 if drop else 0)
    # Modulo: a clock that starts before midnight has negative frames, and EDLs have no sign.
    return timecode(frame % day, rate, drop_frame=drop)


def _note(text: str) -> str:
    line = _one_line(text)
    return f"- {line}" if _LIKE_OTHER_LINES.match(line) else line


def _one_line(text: str) -> str:
    """Return a text on one line, without the sign that ends a field."""
    joined = _LINE_ENDS.sub(" / ", text.strip()).replace("|", "¦")
    return _CONTROLS.sub(" ", joined).strip()
