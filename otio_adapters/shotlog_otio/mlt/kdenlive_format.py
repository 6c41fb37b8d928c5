"""Projects of Kdenlive, .kdenlive."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from shotlog_otio.formats import PatchedFormat, SourceFile
from shotlog_otio.mlt.sniffing import is_kdenlive, is_mlt
from shotlog_otio.reading_options import DEFAULT_READING, ReadOptions


class KdenliveFormat(PatchedFormat):
    """Projects of Kdenlive 19.04 and later; guides and clip markers are lists of JSON in them."""

    name: ClassVar[str] = "kdenlive"
    suffixes: ClassVar[frozenset[str]] = frozenset({".kdenlive"})

    def sniff(self, path: Path, head: bytes) -> bool:
        """Return whether the file is MLT's XML with properties of Kdenlive."""
        return is_mlt(head) and is_kdenlive(path, head)

    def load(self, path: Path, options: ReadOptions = DEFAULT_READING) -> SourceFile:
        """Read a project."""
        # Imported here: a search for the format of a file loads every format.
        from shotlog_otio.mlt.kdenlive_file import KdenliveFile

        return KdenliveFile(path, options)
