"""Projects of OpenShot, .osp."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from shotlog.schema import is_openshot
from shotlog_otio.formats import PatchedFormat, SourceFile
from shotlog_otio.reading_options import DEFAULT_READING, ReadOptions


class OpenShotFormat(PatchedFormat):
    """Projects of OpenShot; markers are a list in them."""

    name: ClassVar[str] = "openshot"
    suffixes: ClassVar[frozenset[str]] = frozenset({".osp"})

    def sniff(self, path: Path, head: bytes) -> bool:
        """Return whether the file is JSON that OpenShot wrote."""
        return is_openshot(head, path.name)

    def load(self, path: Path, options: ReadOptions = DEFAULT_READING) -> SourceFile:
        """Read a project."""
        # Imported here: a search for the format of a file loads every format.
        from shotlog_otio.openshot.source import OpenShotFile

        return OpenShotFile(path, options)
