"""An FCPXML file that was read: its timeline, and the markers that are put into it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from pathlib import Path

from shotlog.markers import MarkerOptions
from shotlog.schema import Marker
from shotlog_otio.fcpxml.items import StoryItem
from shotlog_otio.fcpxml.layers import Layers
from shotlog_otio.fcpxml.placing import Placing
from shotlog_otio.fcpxml.projects import choose_project, rate_of
from shotlog_otio.fcpxml.resources import Resources
from shotlog_otio.fcpxml.story import StoryReader
from shotlog_otio.fcpxml.surroundings import Surroundings, base_of
from shotlog_otio.fcpxml.times import time_in
from shotlog_otio.fcpxml.writing import apply_changes
from shotlog_otio.formats import SourceFile
from shotlog_otio.markers import FoundMarker, MarkerChanges, PlacedText, Target
from shotlog_otio.reading_options import ReadOptions
from shotlog_otio.references import MediaFinder
from shotlog_otio.timeline import Reading, TimelineTree, stack_of
from shotlog_otio.xml_text import Element, parse_xml

NEWEST = (1, 14)
"""The newest version of FCPXML whose DTD was looked at."""

_NONE = Fraction(0)


class FcpxmlFile(SourceFile):
    """An FCPXML file.

    Args:
        path: The file or bundle that was given.
        file: The file itself.
        raw: Its content.
        options: The project to read, and the places of media.

    Raises:
        TimelineUnreadable: It is no FCPXML, or a damaged one.
        TimelineAmbiguous: It holds several projects.
    """

    def __init__(self, path: Path, file: Path, raw: bytes, options: ReadOptions) -> None:
        self.path, self.file, self.raw = path, file, raw
        subject = str(path)
        self.text = parse_xml(raw, path)
        root = self.text.root
        self.version = _version(root)
        resources = Resources(root)
        self._project = choose_project(root, resources, options.sequence, subject)
        sequence = self._project.sequence
        self.rate = rate_of(sequence, resources)
        self._tells_rate = resources.rate(sequence.get("format")) is not None
        finder = MediaFinder.beside(file, options.relinks)
        spine = sequence.child("spine")
        elements = spine.children if spine is not None else []
        self._start = _time(sequence, "tcStart") or _NONE
        base = base_of([elements], self._start)
        around = Surroundings((), self.rate, primary=True)
        self._picture, self._sound = (
            StoryReader(resources, finder, subject, picture=picture).storyline(
                elements, around, base=base
            )
            for picture in (True, False)
        )
        self._layers = Layers(self._picture, picture=True)

    @property
    def sequence(self) -> Element:
        """The element of the timeline."""
        return self._project.sequence

    @cached_property
    def tree(self) -> TimelineTree:
        """The timeline in it."""
        sequence = self._project.sequence
        form = sequence.get("tcFormat")
        tracks = (*self._layers.tracks(), *Layers(self._sound, picture=False).tracks())
        return TimelineTree(
            name=self._project.name,
            rate=self.rate,
            root=stack_of(tracks, name=self._project.name, length=self._length()),
            start=self._start,
            drop_frame=None if form is None else form == "DF",
            warnings=self._warnings(),
            sequences=self._project.others,
        )

    def markers(self) -> list[FoundMarker]:
        """Return the markers in it, each once: a compound clip may be shown several times."""
        found = {marker.key: marker for marker in super().markers()}
        return list(found.values())

    def place(
        self, markers: Sequence[Marker], reading: Reading, on: Target, options: MarkerOptions
    ) -> tuple[list[PlacedText], tuple[str, ...]]:
        """Return markers in the form of FCPXML, each with the item that is to hold it."""
        placing = Placing(self.primary, self.connected, self._layers.items(), self.version)
        return placing.place(markers, reading, on, options)

    def apply(self, changes: MarkerChanges) -> bytes:
        """Return the content of the file with other markers."""
        items = {item.address: item for item in (*self.primary, *self.connected)}
        return apply_changes(self.text, changes, items, self.version)

    @cached_property
    def primary(self) -> list[StoryItem]:
        """The items of the storyline, in order."""
        return [placed.item for placed in self._picture if placed.primary and placed.item]

    @cached_property
    def connected(self) -> list[StoryItem]:
        """The connected items, the lowest lane first."""
        found = [p for p in self._picture if not p.primary and p.item is not None]
        return [p.item for p in sorted(found, key=lambda p: p.lane) if p.item is not None]

    def _length(self) -> Fraction:
        """Return the length of the project: as it tells, but not shorter than its storyline."""
        told = _time(self._project.sequence, "duration")
        items = [placed for placed in self._picture if placed.item is not None]
        ends = [placed.end for placed in items if placed.primary or told is None]
        return max([_NONE, told or _NONE, *ends])

    def _warnings(self) -> tuple[str, ...]:
        warnings = []
        if self.version > NEWEST:
            written = self.text.root.get("version")
            newest = ".".join(map(str, NEWEST))
            warnings.append(f"it is of FCPXML {written}; the newest known version is {newest}")
        if not self._tells_rate:
            warnings.append(f"its format tells no frame rate; {self.rate} was taken")
        return tuple(warnings)


def _version(root: Element) -> tuple[int, int]:
    """Return the version of a file; that which Final Cut Pro 10.4 wrote where it tells none."""
    found = re.match(r"\s*(\d{1,4})\.(\d{1,4})", root.get("version") or "")
    return (int(found[1]), int(found[2])) if found else (1, 8)


def _time(element: Element, name: str) -> Fraction | None:
    try:
        return time_in(element, name)
    except ValueError:
        return None
