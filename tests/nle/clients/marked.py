"""Projects of the applications with markers, and the markers that they should show."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape

from tests.nle.clients import kdenlive_projects, projects

NTSC = Fraction(24000, 1001)
RATES = (NTSC, Fraction(24), Fraction(25), Fraction(30000, 1001), Fraction(60000, 1001))

TEXTS = ("CU 0.91", 'MS · pan & "q" <ü>; a=b, 1\\2', "WS")
"""Texts of the markers, with what XML, JSON and GStreamer's structures write in other signs."""

Frames = tuple[int, ...]
PLACES: Frames = (1, 47, 95)
"""Frames of the markers: one, one within a second, and the last of the timeline."""


class Mark(NamedTuple):
    """A marker as an application has it.

    Attributes:
        frame: Its frame, from the timeline's first.
        text: What it says.
        duration: Frames from its first to its last; 0 where it is on one frame alone.
        colour: Its colour in the application's own notation.
    """

    frame: int
    text: str
    duration: int = 0
    colour: str = ""


def marked(
    folder: Path, kind: str, rate: Fraction = NTSC, places: Frames = PLACES
) -> tuple[Path, list[Mark]]:
    """Write a project of an application with markers, beside the film that it shows.

    Args:
        folder: The folder to write it into.
        kind: ``shotcut``, ``kdenlive``, ``kdenlive-sequences``, ``ges`` or ``openshot``.
        rate: Frames per second of film and timeline.
        places: Frames of the markers, which say what ``TEXTS`` say in turn.

    Returns:
        The project, and its markers as the application should show them.
    """
    make, write, colours, suffix = _KINDS[kind]
    marks = [
        Mark(frame, TEXTS[number % len(TEXTS)], 0, colours[number % len(colours)])
        for number, frame in enumerate(places)
    ]
    text = make(projects.make_film(folder, rate), rate)
    project = folder / f"cut{suffix}"
    project.write_text(text.replace("MARKERS", write(marks, rate)), encoding="utf-8")
    return project, marks


def _shotcut(marks: list[Mark], rate: Fraction) -> str:
    def entry(number: int, mark: Mark) -> str:
        ends = {"start": mark.frame, "end": mark.frame + mark.duration}
        values = {"text": mark.text, **{k: _clock(n, rate) for k, n in ends.items()}}
        listed = {**values, "color": mark.colour}.items()
        content = "".join(f'<property name="{k}">{escape(v)}</property>' for k, v in listed)
        return f'<properties name="{number}">{content}</properties>'

    entries = "".join(entry(number, mark) for number, mark in enumerate(marks))
    return f'    <properties name="shotcut:markers">{entries}</properties>\n'


def _clock(frame: int, rate: Fraction) -> str:
    """Return MLT's clock time of a frame within the first minute."""
    return f"00:00:{float(frame / rate):06.3f}"


def _whole_document(marks: list[Mark], rate: Fraction) -> str:
    del rate  # guides are counted in frames
    return _guides(marks, "kdenlive:docproperties.guides")


def _sequence(marks: list[Mark], rate: Fraction) -> str:
    del rate
    return _guides(marks, "kdenlive:sequenceproperties.guides")


def _guides(marks: list[Mark], name: str) -> str:
    guides = [{"pos": m.frame, "comment": m.text, "type": int(m.colour)} for m in marks]
    text = escape(json.dumps(guides, ensure_ascii=False))
    return f'  <property name="{name}">{text}</property>\n'


def _ges(marks: list[Mark], rate: Fraction) -> str:
    def entry(mark: Mark) -> str:
        # Upwards: GStreamer takes a time for the frame that began before it.
        time = math.ceil(mark.frame * 10**9 / rate)
        values = f'comment=(string)"{_escaped(mark.text)}", marker-color=(uint){_number(mark)}'
        return f"marker-times, position=(guint64){time}; metadatas, {values}"

    content = "; ".join(entry(mark) for mark in marks)
    inner = content.replace("\\", "\\\\").replace('"', '\\"')
    return f', markers=(GESMarkerList)"{inner}"'.replace("&", "&amp;").replace('"', "&quot;")


def _escaped(text: str) -> str:
    """Return a text as a string of a GStreamer structure holds it: all but letters with strokes."""
    return "".join(_sign(byte) for byte in text.encode())


def _sign(byte: int) -> str:
    if byte < 0x80:
        return chr(byte) if chr(byte).isalnum() else f"\\{chr(byte)}"
    return f"\\{byte:03o}"


def _number(mark: Mark) -> int:
    return int(mark.colour.removeprefix("#"), 16)


def _openshot(marks: list[Mark], rate: Fraction) -> str:
    def entry(number: int, mark: Mark) -> dict[str, object]:
        place = {"id": f"M{number}", "position": float(mark.frame / rate)}
        return {**place, "icon": f"{mark.colour}.png", "vector": mark.colour}

    return json.dumps([entry(number, mark) for number, mark in enumerate(marks)])


class _Kind(NamedTuple):
    """How a kind of project is made, and marked by hand."""

    make: Callable[[Path, Fraction], str]
    write: Callable[[list[Mark], Fraction], str]
    colours: tuple[str, ...]
    suffix: str


_KINDS = {
    "shotcut": _Kind(projects.shotcut, _shotcut, ("#ff0000", "#00ff00", "#0000ff"), ".mlt"),
    "kdenlive": _Kind(
        kdenlive_projects.whole_document, _whole_document, ("0", "6", "8"), ".kdenlive"
    ),
    "kdenlive-sequences": _Kind(
        kdenlive_projects.sequences, _sequence, ("0", "6", "8"), ".kdenlive"
    ),
    "ges": _Kind(projects.ges, _ges, ("#ffff0000", "#ff00ff00", "#ff0000ff"), ".xges"),
    "openshot": _Kind(projects.openshot, _openshot, ("blue", "red", "green"), ".osp"),
}
