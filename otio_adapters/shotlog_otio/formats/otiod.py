"""OpenTimelineIO bundles that are folders, .otiod."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from shotlog.schema import BUNDLED
from shotlog_otio.documents import (
    Document,
    check_folder_output,
    copy_folder,
    is_folder,
    no_bundle,
    parse_document,
    read_text,
    save,
)
from shotlog_otio.formats.otio_text import OtioTextFormat
from shotlog_otio.lookup import is_file


class OtiodFormat(OtioTextFormat):
    """A folder that holds a timeline and its media."""

    name: ClassVar[str] = "otiod"
    suffixes: ClassVar[frozenset[str]] = frozenset({".otiod"})
    is_folder: ClassVar[bool] = True
    description: ClassVar[str] = "a bundle that is a folder (.otiod)"

    def sniff(self, path: Path, head: bytes) -> bool:
        """Return whether the path is a folder that holds a timeline."""
        del head
        return is_file(str(path / BUNDLED))

    def check_output(self, source: Path | None, output: Path) -> None:
        """Check, before the long work, that the marked bundle can be written."""
        named = output.suffix.lower() in self.suffixes
        is_bundle = output.is_dir() and (named or self.sniff(output, b""))
        check_folder_output(source, output, BUNDLED, ".otiod", is_bundle=is_bundle)

    def _open(self, path: Path) -> Document:
        file = path / BUNDLED
        if not is_folder(path):  # missing, or a file of the suffix without any content
            return parse_document(path, path, read_text(path, path))
        if not is_file(str(file)):
            raise no_bundle(path)
        return parse_document(path, file, read_text(file, path))

    def _write(self, document: Document, data: bytes, destination: Path, *, in_place: bool) -> None:
        if in_place:
            save(document.file, data)
        else:
            copy_folder(document.path, destination, data)

    def _copy(self, document: Document, destination: Path) -> None:
        copy_folder(document.path, destination, document.encode(document.text))
