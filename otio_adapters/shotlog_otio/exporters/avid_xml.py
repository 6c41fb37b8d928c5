"""Avid Media Composer's list of markers as XML."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar
from xml.etree import ElementTree as ET

from shotlog.markers import colour_named
from shotlog.schema import Edit
from shotlog_otio.exporters.avid_txt import TRACK, USER
from shotlog_otio.exporters.contract import Exporter
from shotlog_otio.exporters.fitting import Crowd, ExportMarker
from shotlog_otio.exporters.texts import avid_comment, xml_text

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8" standalone="no" ?>\n'
    '<!DOCTYPE Avid:StreamItems SYSTEM "AvidSettingsFile.dtd">\n'
)
_NUMBER, _TEXT = ("1", "IntAttribute", "int32"), ("2", "StringAttribute", "string")


class AvidXmlExporter(Exporter):
    """The XML that the Markers window exports and imports.

    Positions are frames from the sequence's start. The form is that of Media Composer's own
    exports as other programs write it (ptulsconv, Frame.io); no Media Composer was here to try it.
    A date is a part of it, and is that of 1970, so that the same markers give the same file.
    """

    name: ClassVar[str] = "avid-xml"
    suffix: ClassVar[str] = ".xml"
    owns_suffix: ClassVar[bool] = False
    description: ClassVar[str] = "an XML of markers for Avid Media Composer"
    imported: ClassVar[str] = (
        "Avid Media Composer: load the sequence, Tools > Markers > Fast menu > Import Markers"
    )
    palette: ClassVar[str] = "avid-aaf"
    crowd: ClassVar[Crowd] = Crowd.MOVE

    def write(self, markers: Sequence[ExportMarker], edit: Edit) -> bytes:
        """Return the content of a file."""
        del edit  # positions are frames
        root = ET.Element("Avid:StreamItems", {"xmlns:Avid": "http://www.avid.com"})
        data = ET.SubElement(root, "Avid:XMLFileData")
        ET.SubElement(data, "AvProp", name="DomainMagic", type="string").text = "Domain"
        ET.SubElement(data, "AvProp", name="DomainKey", type="string").text = "58424a44"
        for marker in markers:
            data.append(_marker(marker))
        ET.indent(root)
        return f"{_HEAD}{ET.tostring(root, encoding='unicode')}\n".encode()


def _marker(marker: ExportMarker) -> ET.Element:
    attributes = (
        (_NUMBER, "_ATN_CRM_LONG_CREATE_DATE", "0"),
        (_TEXT, "_ATN_CRM_COLOR", colour_named("avid-aaf", marker.colour).name),
        (_TEXT, "_ATN_CRM_USER", USER),
        (_TEXT, "_ATN_CRM_COM", xml_text(avid_comment(marker))),
        (_TEXT, "_ATN_CRM_TC", str(marker.frame)),
        (_TEXT, "_ATN_CRM_TRK", TRACK),
        (_NUMBER, "_ATN_CRM_LENGTH", str(marker.duration)),
    )
    made = ET.Element("AvClass", id="ATTR")
    number = ET.SubElement(made, "AvProp", id="ATTR", name="__OMFI:ATTR:NumItems", type="int32")
    number.text = str(len(attributes))
    listed = ET.SubElement(made, "List", id="OMFI:ATTR:AttrRefs")
    for (kind, field, type_), name, value in attributes:
        item = ET.SubElement(listed, "ListElem")
        props = (("Kind", kind, "int32"), ("Name", name, "string"), (field, value, type_))
        for key, told, of in props:
            prop = ET.SubElement(item, "AvProp", id="ATTR", name=f"OMFI:ATTB:{key}", type=of)
            prop.text = told
    ET.SubElement(listed, "ListElem")  # an empty one ends the list
    return made
