"""Projects of GStreamer Editing Services, .xges, as Pitivi saves them."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from shotlog.schema import root_element
from shotlog_otio.formats import PatchedFormat, SourceFile
from shotlog_otio.reading_options import DEFAULT_READING, ReadOptions


class XgesFormat(PatchedFormat):
    """Projects of Pitivi and GES; markers are metadata of the timeline."""

    name: ClassVar[str] = "xges"
    suffixes: ClassVar[frozenset[str]] = frozenset({".xges"})

    def sniff(self, path: Path, head: bytes) -> bool:
        """Return whether the file begins as a project of GES."""
        del path
        return root_element(head) == "ges"

    def load(self, path: Path, options: ReadOptions = DEFAULT_READING) -> SourceFile:
        """Read a project."""
        # Imported here: a search for the format of a file loads every format.
        from shotlog_otio.xges.source import XgesFile

        return XgesFile(path, options)
