"""Edit decision lists: CMX 3600 and its relatives."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from shotlog.schema import (
    Edit,
    TimelineUnreadable,
    detect_by_content,
    detect_media_format,
    is_otio,
)
from shotlog_otio.documents import read_whole
from shotlog_otio.edl.encodings import rough_text
from shotlog_otio.edl.statements import parse_event
from shotlog_otio.formats import PatchedFormat, checked
from shotlog_otio.reading_options import DEFAULT_READING, ReadOptions
from shotlog_otio.timeline import Reading, reading_of

if TYPE_CHECKING:
    from shotlog_otio.edl.source import EdlFile

MAX_BYTES = 1 << 25
"""Size beyond which a file is not read; a list of 100,000 events has a third of it."""

_MAX_LINES = 500_000

_OTHER_TEXTS = ("<", "{", "Heading")
"""Beginnings of XML, JSON and Avid logs."""


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
        # Imported here: a search for the format of a file loads every format.
        from shotlog_otio.edl.source import EdlFile

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
        file.check_picture()
        return checked(reading_of(file.tree), path)

    def open(self, path: Path, options: ReadOptions = DEFAULT_READING) -> Reading:
        """Read a list, with its sound and its markers.

        Of a list of markers, which holds no clip, the markers are returned.
        """
        return reading_of(self.load(path, options).tree)


def _is_event(text: str) -> bool:
    edit = parse_event(text)
    return edit is not None and any(time.fields for time in edit.times)
