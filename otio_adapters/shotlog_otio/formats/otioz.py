"""OpenTimelineIO bundles that are zip files, .otioz."""

from __future__ import annotations

import os
import zipfile
import zlib
from pathlib import Path
from typing import ClassVar

from shotlog.schema import BUNDLED, TimelineUnreadable
from shotlog_otio.documents import (
    MAX_BYTES,
    Document,
    check_output_file,
    check_replaceable,
    copy_file,
    open_timeline,
    parse_document,
    replace_member,
)
from shotlog_otio.formats.otio_text import OtioTextFormat

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
"""A zip file's first bytes: a local header, or the end of an empty one (APPNOTE 4.3.7, 4.3.16)."""


class OtiozFormat(OtioTextFormat):
    """A zip file that holds a timeline, and often its media."""

    name: ClassVar[str] = "otioz"
    suffixes: ClassVar[frozenset[str]] = frozenset({".otioz"})
    description: ClassVar[str] = "a bundle (.otioz)"

    def sniff(self, path: Path, head: bytes) -> bool:
        """Return whether the file is a zip file."""
        del path
        return head.startswith(_ZIP)

    def check_output(self, source: Path | None, output: Path) -> None:
        """Check, before the long work, that the marked bundle can be written."""
        if source is not None and os.path.realpath(output) == os.path.realpath(source):
            check_replaceable(output, output)
        else:
            check_output_file(output, ".otioz")

    def _open(self, path: Path) -> Document:
        # Opened for its errors alone: zipfile would wait for the writer of a pipe.
        with open_timeline(path, path) as (_, size):
            if not size:
                raise TimelineUnreadable(str(path), "the file is empty")
            raw = _read_member(path)
        return parse_document(path, path, raw, BUNDLED)

    def _write(self, document: Document, data: bytes, destination: Path, *, in_place: bool) -> None:
        del in_place
        replace_member(document.path, destination, BUNDLED, data)

    def _copy(self, document: Document, destination: Path) -> None:
        copy_file(document.path, destination)


def _read_member(path: Path) -> bytes:
    try:
        with zipfile.ZipFile(path) as bundle:
            info = bundle.getinfo(BUNDLED)
            if info.file_size > MAX_BYTES:
                raise TimelineUnreadable(str(path), f"the {BUNDLED} in it is too large")
            return bundle.read(info)
    except KeyError as error:
        raise TimelineUnreadable(str(path), f"there is no {BUNDLED} in this bundle") from error
    except RuntimeError as error:  # zipfile's error for a member with a password
        raise TimelineUnreadable(str(path), "the bundle is locked by a password") from error
    except (zipfile.BadZipFile, NotImplementedError, EOFError, zlib.error) as error:
        raise TimelineUnreadable(str(path), f"the bundle is damaged ({error})") from error
