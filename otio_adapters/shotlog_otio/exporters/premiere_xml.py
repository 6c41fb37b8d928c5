"""Final Cut Pro 7 XML with a sequence of markers, for Premiere Pro."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import ClassVar
from xml.etree import ElementTree as ET

from shotlog.markers import colour_in, colour_named, frames_of
from shotlog.schema import Edit
from shotlog_otio.exporters.contract import Exporter
from shotlog_otio.exporters.fitting import ExportMarker, Fitted
from shotlog_otio.exporters.texts import first_frame, is_drop_frame, timecode_at, xml_text

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE xmeml>\n'
_DEFAULT = "Green"
"""Premiere's own colour for markers: it writes no element for it."""


class PremiereXmlExporter(Exporter):
    """A sequence that holds markers alone, in frames from its start.

    DaVinci Resolve and Vegas read it too; Resolve shows every marker in blue (20.3).
    """

    name: ClassVar[str] = "premiere-xml"
    suffix: ClassVar[str] = ".xml"
    description: ClassVar[str] = "a Final Cut Pro 7 XML with a sequence of markers"
    imported: ClassVar[str] = "Premiere Pro: File > Import; a new sequence holds the markers"
    palette: ClassVar[str] = "premiere"

    def fit(self, markers: Sequence[ExportMarker], edit: Edit) -> Fitted:
        """Return the markers; a rate that the format does not know is told."""
        fitted = super().fit(markers, edit)
        base, ntsc = _timebase(edit.rate)
        if edit.rate == (Fraction(base * 1000, 1001) if ntsc else base):
            return fitted
        note = f"{edit.rate} frames per second written as {base}, as the format knows no fractions"
        return Fitted(fitted.markers, (*fitted.notes, note))

    def write(self, markers: Sequence[ExportMarker], edit: Edit) -> bytes:
        """Return the content of a file."""
        root = ET.Element("xmeml", version="4")
        sequence = ET.SubElement(root, "sequence", id="sequence-1")
        length = max([frames_of(edit), *(marker.end for marker in markers)])
        _add(sequence, name=xml_text(edit.name), duration=str(length))
        sequence.append(_rate(edit.rate))
        sequence.append(_timecode(edit))
        video = ET.SubElement(ET.SubElement(sequence, "media"), "video")
        pictures = ET.SubElement(ET.SubElement(video, "format"), "samplecharacteristics")
        pictures.append(_rate(edit.rate))
        _add(pictures, width="1920", height="1080")
        ET.SubElement(video, "track")
        for marker in markers:
            sequence.append(_marker(marker))
        ET.indent(root)
        return f"{_HEAD}{ET.tostring(root, encoding='unicode')}\n".encode()


def _marker(marker: ExportMarker) -> ET.Element:
    made = ET.Element("marker")
    end = marker.end if marker.duration > 1 else -1
    _add(made, comment=xml_text(marker.note), name=xml_text(marker.name))
    _add(made, **{"in": str(marker.frame), "out": str(end)})
    colour = colour_named("premiere", marker.colour)
    if colour.name != _DEFAULT:
        _add(made, pproColor=str(colour.value))
    # By OpenTimelineIO's name: the palette of the older program has names of its own.
    parts = colour_in("fcp7", colour.otio)
    assert isinstance(parts, tuple)  # noqa: S101
    red, green, blue = map(str, parts)
    _add(ET.SubElement(made, "color"), alpha="0", red=red, green=green, blue=blue)
    return made


def _timecode(edit: Edit) -> ET.Element:
    made = ET.Element("timecode")
    made.append(_rate(edit.rate))
    form = "DF" if is_drop_frame(edit) else "NDF"
    _add(made, string=timecode_at(edit, 0), frame=str(first_frame(edit)), displayformat=form)
    return made


def _rate(rate: Fraction) -> ET.Element:
    base, ntsc = _timebase(rate)
    made = ET.Element("rate")
    _add(made, timebase=str(base), ntsc="TRUE" if ntsc else "FALSE")
    return made


def _timebase(rate: Fraction) -> tuple[int, bool]:
    """Return the whole rate, and True where 1000/1001 of it is meant."""
    ntsc = rate.denominator == 1001
    return (math.ceil(rate) if ntsc else max(1, round(rate))), ntsc


def _add(parent: ET.Element, **texts: str) -> None:
    for tag, text in texts.items():
        ET.SubElement(parent, tag).text = text
