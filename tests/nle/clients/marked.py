"""Projects of the applications, marked by Shotlog, and the markers that they should show."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

from shotlog_otio import WriteResult, read_edit, write_markers
from shotlog_otio.markers import Target
from tests.nle.clients import kdenlive_projects, projects
from tests.otio.marking import marker

NTSC = Fraction(24000, 1001)
RATES = (NTSC, Fraction(24), Fraction(25), Fraction(30000, 1001), Fraction(60000, 1001))

NAMES = ("CU 0.91", 'MS · pan & "q" <ü>; a=b, 1\\2', "WS")
"""Names of the markers, with what XML, JSON and GStreamer's structures write in other signs."""

PLACES = (1, 47, 95)
"""Frames of the markers: one, one within a second, and the last of the timeline."""

LENGTHS = (1, 5, 1)
"""Frames that each takes."""

_AFTER_NAME = re.compile(r": |\n")
"""Where the note begins in an application that has one text for both."""

NOTE = "Size: 87 %\nBy builtin.size 3"


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


class Marked(NamedTuple):
    """A project with markers of ours.

    Attributes:
        file: The project.
        expected: Frame and name of every marker.
    """

    file: Path
    expected: list[tuple[int, str]]


def marked(folder: Path, kind: str, rate: Fraction = NTSC, on: Target = "timeline") -> Marked:
    """Write a project of an application with markers, beside the film that it shows.

    Args:
        folder: The folder to write it into.
        kind: One of ``_KINDS``.
        rate: Frames per second of film and timeline.
        on: The objects to put the markers on; the one clip shows the film from its first frame.
    """
    make, suffix = _KINDS[kind]
    project = folder / f"cut{suffix}"
    project.write_text(make(projects.make_film(folder, rate), rate), encoding="utf-8")
    mark(project, on)
    return Marked(project, list(zip(PLACES, NAMES, strict=True)))


def mark(project: Path, on: Target = "timeline") -> WriteResult:
    """Write the markers into a project, as a run of Shotlog does."""
    edit = read_edit(project)
    (clip,) = edit.clips
    markers = [
        marker(
            number,
            frame=frame,
            duration=length,
            name=name,
            note=NOTE,
            rate=edit.rate,
            clip=clip.id,
            source_start=clip.source.start + frame / edit.rate,
            source_duration=length / edit.rate,
        )
        for number, (frame, length, name) in enumerate(zip(PLACES, LENGTHS, NAMES, strict=True))
    ]
    return write_markers(project, project, markers, edit, on=on)


def named(marks: Iterable[Mark]) -> list[tuple[int, str]]:
    """Return frame and name of markers, without the note that an application shows after it."""
    return [(mark.frame, _AFTER_NAME.split(mark.text)[0]) for mark in marks]


class _Kind(NamedTuple):
    """A kind of project: its text and the suffix of its file."""

    make: Callable[[Path, Fraction], str]
    suffix: str


_KINDS = {
    "shotcut": _Kind(projects.shotcut, ".mlt"),
    "kdenlive": _Kind(kdenlive_projects.whole_document, ".kdenlive"),
    "kdenlive-sequences": _Kind(kdenlive_projects.sequences, ".kdenlive"),
    "ges": _Kind(projects.ges, ".xges"),
    "openshot": _Kind(projects.openshot, ".osp"),
}
