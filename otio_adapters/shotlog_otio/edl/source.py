"""Lists that were read: their timeline, and their content with other markers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from shotlog.markers import MarkerOptions
from shotlog.schema import Marker, TimelineEmpty
from shotlog_otio.edl.comments import marker_lines
from shotlog_otio.edl.listing import read_content
from shotlog_otio.edl.locators import Places
from shotlog_otio.edl.marker_list import is_marker_list
from shotlog_otio.edl.placing import place_in_list
from shotlog_otio.edl.text import EdlText
from shotlog_otio.edl.tree import MARKER_LIST, EdlTree
from shotlog_otio.formats import SourceFile
from shotlog_otio.markers import MarkerChanges, PlacedText, Target
from shotlog_otio.reading_options import ReadOptions
from shotlog_otio.timeline import Reading, TimelineTree


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

    def check_picture(self) -> None:
        """Check that it is no list of markers.

        Raises:
            TimelineEmpty: It is one.
        """
        if is_marker_list(self.content.events):
            raise TimelineEmpty(str(self.path), *MARKER_LIST)

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
