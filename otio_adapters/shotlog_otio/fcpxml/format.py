"""The formats of Final Cut Pro: files and bundles."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from shotlog.schema import TimelineUnreadable, root_element
from shotlog_otio.documents import (
    check_folder_output,
    copy_folder,
    is_folder,
    open_timeline,
    save,
)
from shotlog_otio.formats import PatchedFormat, SourceFile
from shotlog_otio.lookup import is_file
from shotlog_otio.reading_options import DEFAULT_READING, ReadOptions

if TYPE_CHECKING:
    from shotlog_otio.fcpxml.source import FcpxmlFile

INFO = "Info.fcpxml"
"""The timeline's name in a bundle, .fcpxmld."""


class FcpxmlFormat(PatchedFormat):
    """A Final Cut Pro XML file."""

    name: ClassVar[str] = "fcpxml"
    suffixes: ClassVar[frozenset[str]] = frozenset({".fcpxml"})

    def sniff(self, path: Path, head: bytes) -> bool:
        """Return whether a file is XML whose root element is ``fcpxml``."""
        del path
        return root_element(head) == "fcpxml"

    def load(self, path: Path, options: ReadOptions = DEFAULT_READING) -> FcpxmlFile:
        """Read a file."""
        return _read(path, path, options)


class FcpxmldFormat(PatchedFormat):
    """A bundle of Final Cut Pro: a folder that holds a timeline and what its effects need."""

    name: ClassVar[str] = "fcpxmld"
    suffixes: ClassVar[frozenset[str]] = frozenset({".fcpxmld"})
    is_folder: ClassVar[bool] = True

    def sniff(self, path: Path, head: bytes) -> bool:
        """Return whether the path is a folder that holds a timeline."""
        del head
        return is_file(str(path / INFO))

    def load(self, path: Path, options: ReadOptions = DEFAULT_READING) -> SourceFile:
        """Read the timeline of a bundle."""
        file = path / INFO
        if not is_folder(path):  # missing, or a file of the suffix
            return _read(path, path, options)
        if not is_file(str(file)):
            raise TimelineUnreadable(
                str(path), f"it is a folder without {INFO}", "Export it again from Final Cut Pro."
            )
        return _read(path, file, options)

    def check_output(self, source: Path | None, output: Path) -> None:
        """Check, before the long work, that the marked bundle can be written."""
        is_bundle = output.is_dir() and self.sniff(output, b"")
        check_folder_output(source, output, INFO, ".fcpxmld", is_bundle=is_bundle)

    def _store(self, file: SourceFile, content: bytes, destination: Path) -> None:
        if destination.exists() and destination.samefile(file.path):
            if content != file.raw:
                save(destination / INFO, content)
        else:
            copy_folder(file.path, destination, content, INFO)


def _read(path: Path, file: Path, options: ReadOptions) -> FcpxmlFile:
    """Return the timeline in a file; ``path`` is that of its bundle, or the same."""
    # Imported here: a search for the format of a file loads every format.
    from shotlog_otio.fcpxml.source import FcpxmlFile

    with open_timeline(file, path) as (stream, _):
        raw = stream.read()
    return FcpxmlFile(path, file, raw, options)
