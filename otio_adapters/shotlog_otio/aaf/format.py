"""AAF files: the exchange format of Media Composer, which DaVinci Resolve and others write too."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from shotlog.schema import is_aaf
from shotlog_otio.formats import PatchedFormat, SourceFile
from shotlog_otio.reading_options import DEFAULT_READING, ReadOptions


class AafFormat(PatchedFormat):
    """The Advanced Authoring Format.

    It is a file system of objects, so the bytes around our markers move when it is written; the
    objects stay as they are.
    """

    name: ClassVar[str] = "aaf"
    suffixes: ClassVar[frozenset[str]] = frozenset({".aaf"})

    def sniff(self, path: Path, head: bytes) -> bool:
        """Return whether the file is a compound file of the class of an AAF."""
        del path
        return is_aaf(head)

    def load(self, path: Path, options: ReadOptions = DEFAULT_READING) -> SourceFile:
        """Read a file."""
        # Imported here: a search for the format of a file loads every format.
        from shotlog_otio.aaf.source import AafFile

        return AafFile(path, options)
