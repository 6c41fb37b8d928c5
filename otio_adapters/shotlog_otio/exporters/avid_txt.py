"""Avid Media Composer's list of markers as text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from shotlog.markers import colour_in
from shotlog.schema import Edit
from shotlog_otio.exporters.contract import Exporter
from shotlog_otio.exporters.fitting import Crowd, ExportMarker
from shotlog_otio.exporters.texts import avid_comment, timecode_at

USER = "Shotlog"
"""The user that the list of markers shows."""

TRACK = "V1"
"""The track that the markers stand on: a sequence itself holds none in Media Composer."""


class AvidTxtExporter(Exporter):
    """The text that the Markers window imports: a line for each marker, with tabs, no header.

    User, timecode of the sequence, track, colour, comment, length in frames. Media Composer keeps
    name and note in one comment.
    """

    name: ClassVar[str] = "avid-txt"
    suffix: ClassVar[str] = ".txt"
    description: ClassVar[str] = "a text of markers for Avid Media Composer"
    imported: ClassVar[str] = (
        "Avid Media Composer: load the sequence, Tools > Markers > Fast menu > Import Markers"
    )
    palette: ClassVar[str] = "avid"
    crowd: ClassVar[Crowd] = Crowd.MOVE

    def write(self, markers: Sequence[ExportMarker], edit: Edit) -> bytes:
        """Return the content of a file, in UTF-8."""
        return "".join(f"{_line(marker, edit)}\n" for marker in markers).encode("utf-8", "replace")


def _line(marker: ExportMarker, edit: Edit) -> str:
    colour = str(colour_in("avid", marker.colour))
    at, length = timecode_at(edit, marker.frame), str(marker.duration)
    return "\t".join((USER, at, TRACK, colour, avid_comment(marker), length))
