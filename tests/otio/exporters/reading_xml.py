"""Strict readers of the exporters' XML, by lxml."""

from __future__ import annotations

import math
import os
import re
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

from shotlog.schema import Edit, nearest_frame
from tests.otio.exporters.reading import MarkerRead

DTD_FOLDER = os.environ.get("SHOTLOG_FCPXML_DTDS")
"""Folder of Apple's ``FCPXMLv1_10.dtd``, which Final Cut Pro has in itself and which we may not
copy; without it the structure alone is read."""


def parse(content: bytes) -> Any:
    """The root element; entities and the network are off."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.fromstring(content, parser)


@cache
def _dtd() -> Any:
    return DTD_FOLDER and etree.DTD(str(Path(DTD_FOLDER) / "FCPXMLv1_10.dtd"))


def read_fcpxml(content: bytes, edit: Edit) -> list[MarkerRead]:
    root = parse(content)
    if dtd := _dtd():
        assert dtd.validate(root), dtd.error_log
    assert (root.tag, root.get("version")) == ("fcpxml", "1.10")
    assert root.getroottree().docinfo.doctype == "<!DOCTYPE fcpxml>"
    (form,) = root.iterfind("resources/format")
    assert _seconds(form.get("frameDuration")) == 1 / edit.rate
    (sequence,) = root.iterfind("library/event/project/sequence")
    (gap,) = sequence.find("spine")
    start = Fraction(nearest_frame(edit.start, edit.rate)) / edit.rate
    assert _seconds(sequence.get("tcStart")) == _seconds(gap.get("offset")) == start
    assert sequence.get("format") == form.get("id")
    assert (gap.tag, gap.get("start")) == ("gap", "0s")
    read = []
    for item in gap:
        kinds = {None: "standard", "0": "to-do", "1": "completed"}
        kind = "chapter" if item.tag == "chapter-marker" else kinds[item.get("completed")]
        assert item.tag in {"marker", "chapter-marker"}
        frame, length = (_seconds(item.get(k)) * edit.rate for k in ("start", "duration"))
        assert frame.denominator == length.denominator == 1
        assert _seconds(item.get("start")) < _seconds(gap.get("duration"))
        read.append(
            MarkerRead(int(frame), int(length), kind, item.get("value"), item.get("note", ""))
        )
    return read


def _seconds(time: str) -> Fraction:
    assert re.fullmatch(r"-?\d+(/\d+)?s", time), time
    return Fraction(time.removesuffix("s"))


def read_xmeml(content: bytes, edit: Edit) -> list[MarkerRead]:
    root = parse(content)
    assert (root.tag, root.get("version")) == ("xmeml", "4")
    (sequence,) = root
    assert sequence.tag == "sequence"
    base, ntsc = (sequence.findtext(f"rate/{key}") for key in ("timebase", "ntsc"))
    assert Fraction(base) * (Fraction(1000, 1001) if ntsc == "TRUE" else 1) == edit.rate
    assert int(sequence.findtext("timecode/frame")) == nearest_frame(edit.start, edit.rate)
    assert sequence.find("media/video/format") is not None  # Resolve asks for it
    read = []
    for item in sequence.iterfind("marker"):
        first, last = (int(item.findtext(key)) for key in ("in", "out"))
        parts = tuple(int(item.findtext(f"color/{key}")) for key in ("red", "green", "blue"))
        colour = f"{item.findtext('pproColor')} {parts}"
        name, note = (item.findtext(key) or "" for key in ("name", "comment"))
        read.append(MarkerRead(first, 1 if last == -1 else last - first, colour, name, note))
    return read


def read_avid_xml(content: bytes, edit: Edit) -> list[MarkerRead]:
    del edit
    root = parse(content)
    assert root.tag == "{http://www.avid.com}StreamItems"
    assert root.getroottree().docinfo.system_url == "AvidSettingsFile.dtd"
    (data,) = root
    read = []
    for item in data.iterfind("AvClass"):
        elements = item.findall("List/ListElem")
        assert not len(elements[-1])
        assert int(item.findtext("AvProp")) == len(elements) - 1
        told = {}
        for element in elements[:-1]:
            kind, name, value = element
            assert kind.text == {"int32": "1", "string": "2"}[value.get("type")]
            told[name.text] = value.text or ""
        read.append(
            MarkerRead(
                int(told["_ATN_CRM_TC"]),
                int(told["_ATN_CRM_LENGTH"]),
                told["_ATN_CRM_COLOR"],
                told["_ATN_CRM_COM"],
                "",
            )
        )
    return read


def read_shotcut(content: bytes, edit: Edit) -> list[MarkerRead]:
    root = parse(content)
    profile = root.find("profile")
    rate = Fraction(int(profile.get("frame_rate_num")), int(profile.get("frame_rate_den")))
    assert rate == edit.rate
    main = root.find(f"tractor[@id='{root.get('producer')}']")
    assert main.findtext("property[@name='shotcut']") == "1"
    read = []
    for number, item in enumerate(main.iterfind("properties[@name='shotcut:markers']/properties")):
        assert item.get("name") == str(number)
        told = {p.get("name"): p.text or "" for p in item}
        first, last = (_frame(told[key], rate) for key in ("start", "end"))
        read.append(MarkerRead(first, max(1, last - first), told["color"], told["text"], ""))
    return read


def _frame(clock: str, rate: Fraction) -> int:
    """The frame of a clock time, as ``mlt_property`` counts it."""
    # MLT itself may count sixty seconds and more: 00:09:60.027 is frame 17982 at 29.97.
    found = re.fullmatch(r"(\d\d+):([0-5]\d):([0-6]\d\.\d{3})", clock)
    assert found, clock
    hours, minutes, seconds = found.groups()
    # MLT counts whole hours and minutes in whole frames, and rounds the seconds alone.
    whole = math.floor(int(hours) * 3600 * rate) + math.floor(int(minutes) * 60 * rate)
    return whole + round(Fraction(seconds) * rate)
