"""Projects of Shotcut and other programs of MLT, .mlt."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from shotlog_otio.formats import PatchedFormat
from shotlog_otio.mlt.sniffing import is_kdenlive, is_mlt
from shotlog_otio.reading_options import DEFAULT_READING, ReadOptions

if TYPE_CHECKING:
    from shotlog_otio.mlt.mlt_file import MltFile


class MltFormat(PatchedFormat):
    """Projects of MLT, as Shotcut saves them; its markers are properties of the timeline."""

    name: ClassVar[str] = "mlt"
    suffixes: ClassVar[frozenset[str]] = frozenset({".mlt"})

    def sniff(self, path: Path, head: bytes) -> bool:
        """Return whether the file is MLT's XML and no project of Kdenlive."""
        return is_mlt(head) and not is_kdenlive(path, head)

    def load(self, path: Path, options: ReadOptions = DEFAULT_READING) -> MltFile:
        """Read a project."""
        # Imported here: a search for the format of a file loads every format.
        from shotlog_otio.mlt.mlt_file import MltFile

        return MltFile(path, options)
