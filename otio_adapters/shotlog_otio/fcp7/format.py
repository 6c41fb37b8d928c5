"""Final Cut Pro 7 XML, .xml and .xmeml."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import ClassVar

from shotlog.schema import TimelineUnreadable, root_element
from shotlog_otio.documents import naming_other_formats, read_head, read_whole
from shotlog_otio.formats import PatchedFormat, SourceFile
from shotlog_otio.reading_options import DEFAULT_READING, ReadOptions

ROOT = "xmeml"


class Fcp7Format(PatchedFormat):
    """The format of Final Cut Pro 7, which Premiere Pro, Resolve, Hiero, Vegas and others write."""

    name: ClassVar[str] = "fcp7"
    suffixes: ClassVar[frozenset[str]] = frozenset({".xml", ".xmeml"})
    shared_suffixes: ClassVar[frozenset[str]] = frozenset({".xml"})

    def sniff(self, path: Path, head: bytes) -> bool:
        """Return whether the root of an XML is <xmeml>; other programs use .xml too."""
        del path
        return (root_element(head) or "").lower() == ROOT

    def load(self, path: Path, options: ReadOptions = DEFAULT_READING) -> SourceFile:
        """Read a file."""
        # Imported here: a search for the format of a file loads every format.
        from shotlog_otio.fcp7.source_file import Fcp7File
        from shotlog_otio.xml_text import MAX_BYTES, parse_xml

        ours = self.sniff(path, read_head(path))
        with nullcontext() if ours else naming_other_formats(path):
            raw = read_whole(path, MAX_BYTES)
            text = parse_xml(raw, path)
            if text.root.tag.lower() != ROOT:
                raise TimelineUnreadable(
                    str(path),
                    f"it is no Final Cut Pro 7 XML: its root is <{text.root.tag}>, not <{ROOT}>",
                )
        return Fcp7File(path, raw, text, options)
