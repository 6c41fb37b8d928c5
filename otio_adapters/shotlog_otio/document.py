"""Opens .otio and .otioz files: the text as it stands in the file, and what OpenTimelineIO sees.

Readers walk the OpenTimelineIO object; writers patch the text. Both start from one
:class:`Document`, so that a position in the object tree is a position in the JSON as well.
"""

from __future__ import annotations

import json
import os
import stat
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shotlog.schema.errors import TimelineMissing, TimelineUnreadable
from shotlog_otio.objects import objects_of

CONTENT = "content.otio"
"""The timeline's name inside an .otioz bundle (OpenTimelineIO, "OTIO file bundles")."""

_BOM = b"\xef\xbb\xbf"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_MAX_BYTES = 1 << 30


@dataclass(frozen=True, eq=False)
class Document:
    """A timeline file that was read.

    Attributes:
        path: The file.
        member: Name of the timeline inside the file, for an .otioz bundle; None for a plain file.
        text: The JSON text as it stands in the file, without a byte order mark.
        bom: Whether a UTF-8 byte order mark stood before it.
        data: The JSON, parsed. Not changed by the pre-pass that ``root`` went through.
        root: The OpenTimelineIO object that the text describes.
        warnings: What in it is damaged and was passed over, in words.
    """

    path: Path
    member: str | None
    text: str
    bom: bool
    data: dict[str, Any]
    root: Any
    warnings: tuple[str, ...] = ()


def load(path: Path) -> Document:
    """Reads a timeline file.

    Raises:
        TimelineMissing: where there is no such file.
        TimelineUnreadable: where it is no OpenTimelineIO file, or a damaged one.
        TimelineTooNew: where it holds a schema that this OpenTimelineIO does not know yet.
    """
    member, raw = _read(path)
    bom = raw.startswith(_BOM)
    try:
        text = raw[len(_BOM) * bom :].decode("utf-8")
    except UnicodeDecodeError as error:
        raise TimelineUnreadable(
            str(path), f"it is not UTF-8 text (byte {error.start + len(_BOM) * bom} is not)"
        ) from error
    data = _parse(text, path)
    return Document(path, member, text, bom, data, *objects_of(text, path))


def _read(path: Path) -> tuple[str | None, bytes]:
    """The name of the member, if any, and the bytes of the JSON."""
    try:
        status = path.stat()
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        raise TimelineMissing(str(path)) from error
    except OSError as error:
        raise _unreadable(path, error) from error
    if stat.S_ISDIR(status.st_mode):
        if (path / CONTENT).is_file():
            raise TimelineUnreadable(
                str(path), "this is a folder", f"Give the file {CONTENT} that lies in it."
            )
        raise TimelineUnreadable(str(path), "this is a folder, not a timeline")
    if not stat.S_ISREG(status.st_mode):
        raise TimelineUnreadable(str(path), "this is no ordinary file")
    try:
        with path.open("rb") as file:
            head = file.read(64)
            if head.startswith(_ZIP):
                return CONTENT, _read_member(path)
            _check_head(head, status.st_size, path)
            return None, head + file.read()
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
            info = bundle.getinfo(CONTENT)
            if info.file_size > _MAX_BYTES:
                raise TimelineUnreadable(str(path), f"the {CONTENT} in it is too large")
            return bundle.read(info)
    except KeyError as error:
        raise TimelineUnreadable(str(path), f"there is no {CONTENT} in this bundle") from error
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
