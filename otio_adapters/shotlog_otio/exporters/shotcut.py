"""A project for Shotcut whose timeline holds markers alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar
from xml.etree import ElementTree as ET

from shotlog.markers import colour_in, frames_of
from shotlog.schema import Edit
from shotlog_otio.exporters.contract import Exporter
from shotlog_otio.exporters.fitting import ExportMarker
from shotlog_otio.exporters.texts import name_and_note, xml_text
from shotlog_otio.mlt import clock_of

_HEAD = '<?xml version="1.0" standalone="no"?>\n'


class ShotcutExporter(Exporter):
    """An MLT file with ``shotcut:markers``, on a transparent clip of the timeline's length.

    Times are MLT's own clock times, which it takes back to the same frame at every rate below 500;
    they are no exact times after the first minute. A marker has one text.
    """

    name: ClassVar[str] = "shotcut"
    suffix: ClassVar[str] = ".mlt"
    description: ClassVar[str] = "a project of markers for Shotcut"
    imported: ClassVar[str] = "Shotcut: File > Open File; View > Markers lists them"
    palette: ClassVar[str] = "shotcut"

    def write(self, markers: Sequence[ExportMarker], edit: Edit) -> bytes:
        """Return the content of a file."""
        length = max([1, frames_of(edit), *(marker.end for marker in markers)])
        last = {"in": clock_of(0, edit.rate), "out": clock_of(length - 1, edit.rate)}
        facts = {"LC_NUMERIC": "C", "version": "7.0.0", "producer": "main"}
        root = ET.Element("mlt", {**facts, "title": "Shotcut"})
        ET.SubElement(root, "profile", _profile(edit))
        clip = ET.SubElement(root, "producer", {"id": "producer0", **last})
        _set(clip, length=clock_of(length, edit.rate), eof="pause", resource="#00000000")
        _set(clip, mlt_service="color", **{"shotcut:caption": xml_text(edit.name)})
        track = ET.SubElement(root, "playlist", id="playlist0")
        _set(track, **{"shotcut:video": "1", "shotcut:name": "V1"})
        ET.SubElement(track, "entry", {"producer": "producer0", **last})
        main = ET.SubElement(root, "tractor", {"id": "main", **last})
        _set(main, shotcut="1")
        listed = ET.SubElement(main, "properties", name="shotcut:markers")
        for number, marker in enumerate(markers):
            _add_marker(listed, number, marker, edit)
        ET.SubElement(main, "track", producer="playlist0")
        ET.indent(root)
        return f"{_HEAD}{ET.tostring(root, encoding='unicode')}\n".encode()


def _add_marker(parent: ET.Element, number: int, marker: ExportMarker, edit: Edit) -> None:
    end = marker.end if marker.duration > 1 else marker.frame
    entry = ET.SubElement(parent, "properties", name=str(number))
    _set(entry, text=xml_text(name_and_note(marker)), start=clock_of(marker.frame, edit.rate))
    _set(entry, end=clock_of(end, edit.rate), color=str(colour_in("shotcut", marker.colour)))


def _profile(edit: Edit) -> dict[str, str]:
    rate = edit.rate
    return {
        "description": "automatic", "width": "1920", "height": "1080", "progressive": "1",
        "sample_aspect_num": "1", "sample_aspect_den": "1", "display_aspect_num": "16",
        "display_aspect_den": "9", "frame_rate_num": str(rate.numerator),
        "frame_rate_den": str(rate.denominator), "colorspace": "709",
    }  # fmt: skip


def _set(parent: ET.Element, **properties: str) -> None:
    for name, value in properties.items():
        ET.SubElement(parent, "property", name=name).text = value
