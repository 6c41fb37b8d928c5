"""An OpenTimelineIO document: the JSON text as it stands in a file, and its object tree.

Readers walk the OpenTimelineIO object; writers patch the text. Both start from one
:class:`Document`, so that a position in the object tree is a position in the JSON as well.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO

from shotlog.schema import (
    BUNDLED,
    HEAD_BYTES,
    TimelineMissing,
    TimelineUnreadable,
    detect_media_format,
    detect_timeline_format,
)
from shotlog_otio.documents.json_text import JsonText
from shotlog_otio.documents.objects import deserialize
from shotlog_otio.lookup import is_file

BOM = b"\xef\xbb\xbf"
MAX_BYTES = 1 << 30
"""Size of the JSON beyond which it is not read: no edit is that long, and media files are."""


@dataclass(frozen=True, eq=False)
class Document:
    """A timeline that was read.

    Attributes:
        path: The path that was given: a file, or the folder of an .otiod bundle.
        file: The file that holds the text: ``path`` itself, or the one in the folder.
        member: Name of the timeline inside the file, for an .otioz bundle; None for a plain file.
        text: The JSON text as it stands in the file, without a byte order mark.
        bom: True where a UTF-8 byte order mark stands before the text.
        data: The JSON, parsed; without the repairs that :attr:`root` needed.
        layout: The positions of the values in the text.
    """

    path: Path
    file: Path
    member: str | None
    text: str
    bom: bool
    data: dict[str, Any]
    layout: JsonText

    @property
    def root(self) -> Any:
        """The OpenTimelineIO object that the text describes, made when it is first asked for.

        Raises:
            TimelineUnreadable: Too much of the text is damaged.
            TimelineTooNew: It holds a schema that this OpenTimelineIO does not know yet.
        """
        return self._object[0]

    @property
    def warnings(self) -> tuple[str, ...]:
        """A sentence for each damaged part that :attr:`root` lacks; errors are the same."""
        return self._object[1]

    def check(self) -> None:
        """Check that the text describes an OpenTimelineIO object; for errors see :attr:`root`."""
        _ = self._object

    @cached_property
    def _object(self) -> tuple[Any, tuple[str, ...]]:
        return deserialize(self.data, self.text, self.path)

    def encode(self, text: str) -> bytes:
        """Return the bytes of a text in this document's encoding."""
        data = text.encode()
        return BOM + data if self.bom else data


def parse_document(path: Path, file: Path, raw: bytes, member: str | None = None) -> Document:
    """Return the document that some bytes hold.

    Args:
        path: The path that was given, for errors.
        file: The file that holds the bytes.
        raw: The JSON text, in UTF-8.
        member: Name of the timeline inside the file, where that is an archive.

    Raises:
        TimelineUnreadable: The bytes are no JSON, or no OpenTimelineIO.
    """
    bom = raw.startswith(BOM)
    try:
        text = raw[len(BOM) * bom :].decode("utf-8")
    except UnicodeDecodeError as error:
        raise TimelineUnreadable(
            str(path), f"it is not UTF-8 text (byte {error.start + len(BOM) * bom} is not)"
        ) from error
    layout = JsonText(text)
    return Document(path, file, member, text, bom, _parse(layout, path), layout)


def read_head(path: Path) -> bytes:
    """Return the first :data:`HEAD_BYTES` of a file; nothing where no file can be read."""
    with suppress(OSError):
        if is_file(str(path)):
            with path.open("rb") as file:
                return file.read(HEAD_BYTES)
    return b""


def is_folder(path: Path) -> bool:
    """Return whether a path is a folder; False where the system cannot tell."""
    try:
        return stat.S_ISDIR(path.stat().st_mode)
    # ValueError: a null character in the path.
    except (OSError, ValueError):
        return False


def no_bundle(path: Path) -> TimelineUnreadable:
    """Return the error for a folder that holds no timeline."""
    return TimelineUnreadable(
        str(path), f"this is a folder without a {BUNDLED} in it, and no timeline"
    )


@contextmanager
def open_timeline(file: Path, path: Path) -> Iterator[tuple[BinaryIO, int]]:
    """Open an ordinary file, and yield its stream and its size in bytes.

    Args:
        file: The file.
        path: The path that was given, for errors.

    Raises:
        TimelineMissing: There is no such file.
        TimelineUnreadable: It is no ordinary file, or cannot be read.
    """
    try:
        status = file.stat()
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        raise TimelineMissing(str(path)) from error
    except OSError as error:
        raise _unreadable(path, error) from error
    # To open a pipe would wait for a writer.
    if not stat.S_ISREG(status.st_mode):
        raise TimelineUnreadable(str(path), "this is no ordinary file")
    try:
        with file.open("rb") as stream:
            yield stream, status.st_size
    except OSError as error:
        raise _unreadable(path, error) from error


def read_text(file: Path, path: Path) -> bytes:
    """Return the bytes of a file that may hold OpenTimelineIO.

    Args:
        file: The file.
        path: The path that was given, for errors.

    Raises:
        TimelineMissing: There is no such file.
        TimelineUnreadable: It cannot be read, or its head is not that of OpenTimelineIO.
    """
    with open_timeline(file, path) as (stream, size):
        head = stream.read(64)  # enough for a byte order mark and blanks
        _check_head(head, size, path)
        return head + stream.read()


def read_whole(path: Path, most: int) -> bytes:
    """Return the bytes of a file.

    Args:
        path: The file.
        most: Size beyond which it is not read.

    Raises:
        TimelineMissing: There is no such file.
        TimelineUnreadable: It cannot be read, is empty, or is too large.
    """
    with open_timeline(path, path) as (stream, size):
        if not size:
            raise TimelineUnreadable(str(path), "the file is empty")
        if size > most:
            raise TimelineUnreadable(str(path), "it is too large to be an edit")
        return stream.read(size)


@contextmanager
def naming_other_formats(path: Path) -> Iterator[None]:
    """Replace the error of an unreadable timeline where its content is of a known other format.

    Raises:
        TimelineUnreadable: The error of the block, or one that names the other format.
    """
    try:
        yield
    except TimelineUnreadable as error:
        head = read_head(path)
        other = detect_timeline_format(head, path.name)
        if other and other.is_read:
            # The reader of that format did not know its content.
            message = f"by its name this is {other.name}, but its content is not"
            raise TimelineUnreadable(str(path), message) from error
        if other:
            raise TimelineUnreadable(str(path), other.message, other.remedy) from error
        if media := detect_media_format(head):
            message = f"by its content this is no timeline, but a media file ({media})"
            hint = "Rename it after what it is and give it again, or export the timeline as .otio."
            if path.suffix and path.suffix.lower() in media:  # its name already says so
                hint = "Make a timeline of it and give that: shotlog analyze FILM -o film.otio"
            raise TimelineUnreadable(str(path), message, hint) from error
        raise


def _unreadable(path: Path, error: OSError) -> TimelineUnreadable:
    reason = (error.strerror or os.strerror(error.errno or 0)).lower()
    return TimelineUnreadable(str(path), f"it cannot be read: {reason}", "Check its permissions.")


def _check_head(head: bytes, size: int, path: Path) -> None:
    # Before all of it is read: a film that was given by mistake is large.
    if not size:
        raise TimelineUnreadable(str(path), "the file is empty")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise TimelineUnreadable(str(path), "it is UTF-16 text, not UTF-8")
    start = head.removeprefix(BOM).lstrip(b" \t\r\n")
    if (start and not start.startswith(b"{")) or size > MAX_BYTES:
        raise TimelineUnreadable(str(path))


def _parse(layout: JsonText, path: Path) -> dict[str, Any]:
    try:
        data = _values(layout)
    except json.JSONDecodeError as error:
        raise TimelineUnreadable(
            str(path), f"it is no JSON: {error.msg.lower()} in line {error.lineno}"
        ) from error
    except RecursionError as error:
        raise TimelineUnreadable(str(path), "it is nested too deeply to be an edit") from error
    except ValueError as error:  # an integer of more digits than Python converts
        raise TimelineUnreadable(str(path), f"it is damaged ({error})") from error
    if not isinstance(data, dict) or not isinstance(data.get("OTIO_SCHEMA"), str):
        raise TimelineUnreadable(str(path), "it is JSON, but no OpenTimelineIO")
    return data


def _values(layout: JsonText) -> Any:
    try:
        return layout.parse(("tracks",))  # nearly all markers are put on the stack of a timeline
    except ValueError:
        return json.loads(layout.text)  # its error tells the line
