"""Opens .otio, .otioz and .otiod: the text as it stands there, and what OpenTimelineIO sees.

Readers walk the OpenTimelineIO object; writers patch the text. Both start from one
:class:`Document`, so that a position in the object tree is a position in the JSON as well.
"""

from __future__ import annotations

import json
import os
import stat
import zipfile
import zlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shotlog.schema import (
    BUNDLED,
    HEAD_BYTES,
    OTIO,
    TimelineMissing,
    TimelineUnreadable,
    detect_foreign_format,
    detect_media_format,
)
from shotlog_otio.formats.objects import objects_of
from shotlog_otio.lookup import is_file

_BOM = b"\xef\xbb\xbf"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_MAX_BYTES = 1 << 30


@dataclass(frozen=True, eq=False)
class Document:
    """A timeline that was read.

    Attributes:
        path: What was named: a file, or the folder of an .otiod bundle.
        file: The file in which the text lies: ``path`` itself, or the one in the folder.
        member: Name of the timeline inside the file, for an .otioz bundle; None for a plain file.
        text: The JSON text as it stands in the file, without a byte order mark.
        bom: Whether a UTF-8 byte order mark stood before it.
        data: The JSON, parsed. Not changed by the pre-pass that ``root`` went through.
        root: The OpenTimelineIO object that the text describes.
        warnings: What in it is damaged and was passed over, in words.
    """

    path: Path
    file: Path
    member: str | None
    text: str
    bom: bool
    data: dict[str, Any]
    root: Any
    warnings: tuple[str, ...] = ()

    @property
    def suffix(self) -> str:
        """That of its kind, whatever it is called: a plain file, a zip file or a folder."""
        return ".otioz" if self.member else ".otio" if self.file == self.path else ".otiod"


def is_timeline(path: Path) -> bool:
    """Whether a path names a timeline: by its suffix, or as a folder that holds one."""
    return path.suffix.lower() in OTIO or is_file(str(path / BUNDLED))


def suffix_of(path: Path) -> str:
    """That of the kind of a timeline, as :attr:`Document.suffix`; of its name where none is there.

    It costs a look at the head of the file.
    """
    if _is_folder(path):
        return ".otiod"
    head = _head(path)
    if not head:
        return path.suffix.lower()
    return ".otioz" if head.startswith(_ZIP) else ".otio"


def load(path: Path) -> Document:
    """Reads a timeline: a file, or the folder of a bundle.

    Raises:
        TimelineMissing: where there is no such file.
        TimelineUnreadable: where it is no OpenTimelineIO, or damaged; another format is named,
            media too.
        TimelineTooNew: where it holds a schema that this OpenTimelineIO does not know yet.
    """
    try:
        return _loaded(path)
    except TimelineUnreadable as error:
        head = _head(path)
        if other := detect_foreign_format(head, path.name):
            raise TimelineUnreadable(str(path), other.message, other.remedy) from error
        if media := detect_media_format(head):
            raise TimelineUnreadable(
                str(path),
                f"by its content this is no timeline, but a media file ({media})",
                "Rename it after what it is and give it again, or export the timeline as .otio.",
            ) from error
        raise


def _head(path: Path) -> bytes:
    """As much as decides about a file's format; nothing of what is no file."""
    with suppress(OSError):
        if is_file(str(path)):
            with path.open("rb") as file:
                return file.read(HEAD_BYTES)
    return b""


def _loaded(path: Path) -> Document:
    folder = _is_folder(path)
    file = path / BUNDLED if folder else path
    if folder and not is_file(str(file)):
        raise TimelineUnreadable(
            str(path), f"this is a folder without a {BUNDLED} in it, and no timeline"
        )
    member, raw = _read(file, path)
    bom = raw.startswith(_BOM)
    try:
        text = raw[len(_BOM) * bom :].decode("utf-8")
    except UnicodeDecodeError as error:
        raise TimelineUnreadable(
            str(path), f"it is not UTF-8 text (byte {error.start + len(_BOM) * bom} is not)"
        ) from error
    data = _parse(text, path)
    return Document(path, file, member, text, bom, data, *objects_of(text, path))


def _is_folder(path: Path) -> bool:
    try:
        return stat.S_ISDIR(path.stat().st_mode)
    except (OSError, ValueError):
        return False


def _read(file: Path, path: Path) -> tuple[str | None, bytes]:
    """The name of the member, if any, and the bytes of the JSON."""
    try:
        status = file.stat()
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        raise TimelineMissing(str(path)) from error
    except OSError as error:
        raise _unreadable(path, error) from error
    if not stat.S_ISREG(status.st_mode):
        raise TimelineUnreadable(str(path), "this is no ordinary file")
    try:
        with file.open("rb") as stream:
            head = stream.read(64)
            if file == path and head.startswith(_ZIP):
                return BUNDLED, _read_member(path)
            _check_head(head, status.st_size, path)
            return None, head + stream.read()
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError) -> TimelineUnreadable:
    reason = (error.strerror or os.strerror(error.errno or 0)).lower()
    return TimelineUnreadable(str(path), f"it cannot be read: {reason}", "Check its permissions.")


def _check_head(head: bytes, size: int, path: Path) -> None:
    """Refuses what cannot be OTIO before all of it is read: a movie given by mistake is large."""
    if not size:
        raise TimelineUnreadable(str(path), "the file is empty")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise TimelineUnreadable(str(path), "it is UTF-16 text, not UTF-8")
    start = head.removeprefix(_BOM).lstrip(b" \t\r\n")
    if (start and not start.startswith(b"{")) or size > _MAX_BYTES:
        raise TimelineUnreadable(str(path))


def _read_member(path: Path) -> bytes:
    try:
        with zipfile.ZipFile(path) as bundle:
            info = bundle.getinfo(BUNDLED)
            if info.file_size > _MAX_BYTES:
                raise TimelineUnreadable(str(path), f"the {BUNDLED} in it is too large")
            return bundle.read(info)
    except KeyError as error:
        raise TimelineUnreadable(str(path), f"there is no {BUNDLED} in this bundle") from error
    except RuntimeError as error:  # what zipfile says of a member with a password
        raise TimelineUnreadable(str(path), "the bundle is locked by a password") from error
    except (zipfile.BadZipFile, NotImplementedError, EOFError, zlib.error) as error:
        raise TimelineUnreadable(str(path), f"the bundle is damaged ({error})") from error


def _parse(text: str, path: Path) -> dict[str, Any]:
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise TimelineUnreadable(
            str(path), f"it is no JSON: {error.msg.lower()} in line {error.lineno}"
        ) from error
    except RecursionError as error:
        raise TimelineUnreadable(str(path), "it is nested too deeply to be an edit") from error
    except ValueError as error:
        raise TimelineUnreadable(str(path), f"it is damaged ({error})") from error
    if not isinstance(data, dict) or not isinstance(data.get("OTIO_SCHEMA"), str):
        raise TimelineUnreadable(str(path), "it is JSON, but no OpenTimelineIO")
    return data
