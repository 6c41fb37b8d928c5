"""Edit decision lists: CMX 3600 and its relatives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import ClassVar

from shotlog.markers import MarkerOptions
from shotlog.schema import (
    Edit,
    Marker,
    TimelineEmpty,
    TimelineUnreadable,
    detect_by_content,
    detect_media_format,
    is_otio,
)
from shotlog_otio.documents import read_whole
from shotlog_otio.edl.comments import marker_lines
from shotlog_otio.edl.encodings import rough_text
from shotlog_otio.edl.listing import read_content
from shotlog_otio.edl.locators import Places
from shotlog_otio.edl.marker_list import is_marker_list
from shotlog_otio.edl.placing import place_in_list
from shotlog_otio.edl.statements import parse_event
from shotlog_otio.edl.text import EdlText
from shotlog_otio.edl.tree import MARKER_LIST, EdlTree
from shotlog_otio.formats import PatchedFormat, SourceFile, checked
from shotlog_otio.markers import MarkerChanges, PlacedText, Target
from shotlog_otio.reading_options import DEFAULT_READING, ReadOptions
from shotlog_otio.timeline import Reading, TimelineTree, reading_of

MAX_BYTES = 1 << 25
"""Size beyond which a file is not read; a list of 100,000 events has a third of it."""

_MAX_LINES = 500_000

_OTHER_TEXTS = ("<", "{", "Heading")
"""Beginnings of XML, JSON and Avid logs."""


class EdlFile(SourceFile):
    """A list that was read.

    Args:
        path: The file that was given.
        raw: Its content.
        options: The options of reading.

    Raises:
        TimelineUnreadable: It holds no event.
    """

    def __init__(self, path: Path, raw: bytes, options: ReadOptions) -> None:
        self.path = path
        self.raw = raw
        self._text = EdlText(raw)
        self.content = read_content(self._text)
        self._read = EdlTree(self.content, path, options)

    @property
    def tree(self) -> TimelineTree:
        """The timeline in it."""
        return self._read.tree

    def place(
        self, markers: Sequence[Marker], reading: Reading, on: Target, options: MarkerOptions
    ) -> tuple[list[PlacedText], tuple[str, ...]]:
        """Return the markers as ``LOC`` comments of the timeline.

        Such a comment holds record timecode, so there are none on the time of a clip.
        """
        del on
        return place_in_list(markers, self._text, reading.edit, options)

    def apply(self, changes: MarkerChanges) -> bytes:
        """Return the content of the file with other markers of ours.

        Each follows the event that shows its frame, after what belongs to that event.
        """
        gone = [*changes.removed, *(old for old, _, _ in changes.replaced)]
        removed = {
            number
            for marker in gone
            if isinstance(marker.key, tuple)
            for number in range(marker.key[0], marker.key[1] + 1)
        }
        new = [*changes.added, *((item, tag) for _, item, tag in changes.replaced)]
        places, ends = Places(self._read.placed), dict(self._ends())
        added: dict[int, list[str]] = {}
        for item, tag in sorted(new, key=lambda pair: pair[0].frames):
            frame = item.frames[0] + self._read.start
            event = places.under(frame).event
            at = self._read.counting.record_label(frame, event)
            lines = marker_lines(
                at, item.colour, item.name, item.note, tag=tag, frames=item.frames[1]
            )
            added.setdefault(ends[event.line], []).extend(lines)
        return self._text.patched(removed, added)

    def _ends(self) -> Iterator[tuple[int, int]]:
        """Yield the line of each event with the last line of all that has the event's number."""
        events, last = self.content.events, 0
        following = ""
        for event, end in zip(reversed(events), reversed(self.content.ends), strict=True):
            if event.edit.number != following:
                following, last = event.edit.number, end
            yield event.line, last


class EdlFormat(PatchedFormat):
    """A list of edits as text.

    Programs import markers from lists of markers alone, so under another name the markers are
    written as such; in the list itself they are ``LOC`` comments.
    """

    name: ClassVar[str] = "edl"
    suffixes: ClassVar[frozenset[str]] = frozenset({".edl"})
    exporter: ClassVar[str | None] = "resolve-edl"

    def sniff(self, path: Path, head: bytes) -> bool:
        """Return whether a line of the file is an event; its name counts if nothing else does."""
        lines = rough_text(head).splitlines()
        first = next((line for line in lines if line.strip()), "")
        if not first.lstrip().startswith(_OTHER_TEXTS) and any(map(_is_event, lines)):
            return True
        other = detect_by_content(head) or is_otio(head) or detect_media_format(head)
        return bool(head) and path.suffix.lower() in self.suffixes and not other

    def load(self, path: Path, options: ReadOptions = DEFAULT_READING) -> EdlFile:
        """Read a file.

        Raises:
            TimelineMissing: There is no such file.
            TimelineUnreadable: It holds no event of a list.
        """
        raw = read_whole(path, MAX_BYTES)
        if raw.count(b"\n") + raw.count(b"\r") > 2 * _MAX_LINES:
            raise TimelineUnreadable(str(path), "it has too many lines to be an edit")
        return EdlFile(path, raw, options)

    def read(self, path: Path, options: ReadOptions = DEFAULT_READING) -> Edit:
        """Read every video clip of a list.

        Raises:
            TimelineEmpty: It holds no picture; the message tells a list of markers.
        """
        file = self.load(path, options)
        if is_marker_list(file.content.events):
            raise TimelineEmpty(str(path), *MARKER_LIST)
        return checked(reading_of(file.tree), path)

    def open(self, path: Path, options: ReadOptions = DEFAULT_READING) -> Reading:
        """Read a list, with its sound and its markers.

        Of a list of markers, which holds no clip, the markers are returned.
        """
        return reading_of(self.load(path, options).tree)


def _is_event(text: str) -> bool:
    edit = parse_event(text)
    return edit is not None and any(time.fields for time in edit.times)
