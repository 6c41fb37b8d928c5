"""Plain OpenTimelineIO files, .otio."""

from __future__ import annotations

import os
from pathlib import Path
from typing import ClassVar

from shotlog.schema import Edit, is_openshot
from shotlog_otio.documents import (
    BOM,
    Document,
    check_output_file,
    check_replaceable,
    is_folder,
    no_bundle,
    parse_document,
    read_text,
    save,
)
from shotlog_otio.formats.otio_text import OtioTextFormat
from shotlog_otio.reading_options import ReadOptions


class OtioFormat(OtioTextFormat):
    """A JSON file."""

    name: ClassVar[str] = "otio"
    suffixes: ClassVar[frozenset[str]] = frozenset({".otio"})
    description: ClassVar[str] = "a plain timeline (.otio)"

    def sniff(self, path: Path, head: bytes) -> bool:
        """Return whether the file begins as a JSON object that is no project of OpenShot."""
        begins = head.removeprefix(BOM).lstrip(b" \t\r\n").startswith(b"{")
        return begins and not is_openshot(head, path.name)

    def check_output(self, source: Path | None, output: Path) -> None:
        """Check, before the long work, that the marked timeline can be written."""
        if source is not None and os.path.realpath(output) == os.path.realpath(source):
            check_replaceable(output, output)
        else:
            check_output_file(output, ".otio")

    def _open(self, path: Path) -> Document:
        if is_folder(path):  # it is of no format, so find_format takes this one
            raise no_bundle(path)
        return parse_document(path, path, read_text(path, path))

    def _write(self, document: Document, data: bytes, destination: Path, *, in_place: bool) -> None:
        del document, in_place
        save(destination, data)

    def _copy(self, document: Document, destination: Path) -> None:
        save(destination, document.encode(document.text))

    def _unlinked_media(
        self, document: Document, edit: Edit, destination: Path, reading: ReadOptions
    ) -> tuple[str, ...]:
        beside = destination.absolute().parent == document.path.absolute().parent
        # Relative paths start at the folder of a link and at that of the file it leads to.
        if beside and not document.path.is_symlink():
            return ()
        present = {clip.id: clip.media for clip in self.read(destination, reading).clips}
        return tuple(
            dict.fromkeys(
                clip.media.path
                for clip in edit.clips
                if clip.media and (now := present.get(clip.id)) and now.path != clip.media.path
            )
        )
