"""FCPXML with a project of markers, for Final Cut Pro."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from types import MappingProxyType
from typing import ClassVar
from xml.etree import ElementTree as ET

from shotlog.markers import colour_in, frames_of
from shotlog.schema import Edit
from shotlog_otio.exporters.contract import Exporter
from shotlog_otio.exporters.fitting import Crowd, ExportMarker
from shotlog_otio.exporters.texts import first_frame, is_drop_frame, title_of, xml_text

VERSION = "1.10"
"""Version of the DTD, which every Final Cut Pro since 10.6 reads."""

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE fcpxml>\n\n'
_FORMATS = MappingProxyType({
    Fraction(24000, 1001): "2398", Fraction(24): "24", Fraction(25): "25",
    Fraction(30000, 1001): "2997", Fraction(30): "30", Fraction(50): "50",
    Fraction(60000, 1001): "5994", Fraction(60): "60",
})  # fmt: skip
"""The ends of the names of Final Cut Pro's own formats of 1920 x 1080, progressive."""


class FcpxmlExporter(Exporter):
    """A project whose one gap clip holds the markers: standard, to-do, completed and chapter.

    FCPXML has kinds of markers and no colours; see the palette.
    """

    name: ClassVar[str] = "fcpxml"
    suffix: ClassVar[str] = ".fcpxml"
    description: ClassVar[str] = "an FCPXML with a project of markers for Final Cut Pro"
    imported: ClassVar[str] = (
        "Final Cut Pro: File > Import > XML; a new project holds a gap with the markers"
    )
    palette: ClassVar[str] = "finalcut"
    crowd: ClassVar[Crowd] = Crowd.MOVE

    def write(self, markers: Sequence[ExportMarker], edit: Edit) -> bytes:
        """Return the content of a file; times are whole frames of the timeline."""
        start = _time(first_frame(edit), edit.rate)
        length = _time(max([1, frames_of(edit), *(m.end for m in markers)]), edit.rate)
        root = ET.Element("fcpxml", version=VERSION)
        ET.SubElement(ET.SubElement(root, "resources"), "format", _format(edit.rate))
        event = ET.SubElement(ET.SubElement(root, "library"), "event", name="Shotlog")
        project = ET.SubElement(event, "project", name=xml_text(edit.name))
        form = "DF" if is_drop_frame(edit) else "NDF"
        facts = {"format": "r1", "duration": length, "tcStart": start, "tcFormat": form}
        spine = ET.SubElement(ET.SubElement(project, "sequence", facts), "spine")
        # The gap's own time counts from 0, in which its markers stand.
        gap = ET.SubElement(spine, "gap", name="Gap", offset=start, start="0s", duration=length)
        for marker in markers:
            gap.append(_marker(marker, edit.rate))
        ET.indent(root, "    ")
        return f"{_HEAD}{ET.tostring(root, encoding='unicode')}\n".encode()


def _format(rate: Fraction) -> dict[str, str]:
    known = _FORMATS.get(rate)
    named = {"name": f"FFVideoFormat1080p{known}"} if known else {}
    frame = f"{rate.denominator}/{rate.numerator}s"
    return {"id": "r1", **named, "frameDuration": frame, "width": "1920", "height": "1080"}


def _marker(marker: ExportMarker, rate: Fraction) -> ET.Element:
    facts = {
        "start": _time(marker.frame, rate),
        "duration": _time(marker.duration, rate),
        "value": xml_text(title_of(marker)),
    }
    note = {"note": xml_text(marker.note)} if marker.note else {}
    kind = colour_in("finalcut", marker.colour)
    if kind == "chapter":
        return ET.Element("chapter-marker", {**facts, **note, "posterOffset": "0s"})
    done = {"to-do": {"completed": "0"}, "completed": {"completed": "1"}}.get(str(kind), {})
    return ET.Element("marker", {**facts, **done, **note})


def _time(frames: int, rate: Fraction) -> str:
    """Return the time of a frame as FCPXML has it: a fraction of seconds, or whole ones."""
    seconds = frames / rate
    return f"{seconds}s"
