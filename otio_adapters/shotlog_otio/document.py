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
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import opentimelineio as otio

from shotlog.schema.errors import TimelineMissing, TimelineTooNew, TimelineUnreadable
from shotlog.schema.formats import BUNDLED, HEAD_BYTES, OTIO, foreign_format
from shotlog_otio.finding import is_file

_BOM = b"\xef\xbb\xbf"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_MAX_BYTES = 1 << 30
_MAX_DEPTH = 256
"""Levels of JSON; each nest takes two. Deeper is no edit, and would exhaust the stack."""

_FORMER_NAMES = frozenset({"Sequence", "Filler", "SerializeableCollection"})
"""What OpenTimelineIO called Track, Gap and SerializableCollection before its 0.8."""

_TIMING_WORDS = ("time", "speed", "warp", "freeze", "ramp")


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
    """

    path: Path
    file: Path
    member: str | None
    text: str
    bom: bool
    data: dict[str, Any]
    root: Any

    @property
    def suffix(self) -> str:
        """That of its kind, whatever it is called: a plain file, a zip file or a folder."""
        return ".otioz" if self.member else ".otio" if self.file == self.path else ".otiod"


def is_timeline(path: Path) -> bool:
    """Whether a path names a timeline: by its suffix, or as a folder that holds one."""
    return path.suffix.lower() in OTIO or is_file(str(path / BUNDLED))


def load(path: Path) -> Document:
    """Reads a timeline: a file, or the folder of a bundle.

    Raises:
        TimelineMissing: where there is no such file.
        TimelineUnreadable: where it is no OpenTimelineIO, or damaged; another format is named.
        TimelineTooNew: where it holds a schema that this OpenTimelineIO does not know yet.
    """
    try:
        return _loaded(path)
    except TimelineUnreadable as error:
        if (other := foreign_format(_head(path), path.name)) is None:
            raise
        raise TimelineUnreadable(str(path), other.message, other.remedy) from error


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
    return Document(path, file, member, text, bom, data, _objects(text, path))


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


def _objects(text: str, path: Path) -> Any:
    """The OpenTimelineIO object; the text goes through a pre-pass where it has to."""
    doubled = False

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal doubled
        made = dict(pairs)
        doubled |= len(made) < len(pairs)
        return made

    data = json.loads(text, object_pairs_hook=once)
    changed = _make_readable(data, path) or doubled  # a doubled key crashes OpenTimelineIO 0.18
    try:
        return otio.core.deserialize_json_from_string(json.dumps(data) if changed else text)
    except otio.exceptions.UnsupportedSchemaError as error:
        raise TimelineTooNew(str(path)) from error
    except KeyError as error:
        raise TimelineUnreadable(str(path), f"something is missing in it: {error}") from error
    except (ValueError, TypeError, otio.exceptions.OTIOError) as error:
        raise TimelineUnreadable(str(path), f"it is damaged: {error}") from error


def _make_readable(data: dict[str, Any], path: Path) -> bool:
    """Replaces, in place, what this OpenTimelineIO would refuse the whole file for.

    A marker of OpenTimelineIO 0.19 (``Marker.3``, its colour an object) becomes the ``Marker.2``
    that it was; effects and media references of a kind that nobody here knows become the nearest
    known kind. All lists keep their order and length, save lists of markers.

    Returns:
        Whether anything was replaced.
    """
    known = otio.core.type_version_map()
    changed = False
    for item in _dictionaries(data, path):
        name, version = _schema(item)
        if name == "Marker" and version > 2:
            item["OTIO_SCHEMA"], changed = "Marker.2", True
            color = item.get("color")
            item["color"] = str(color.get("name") or "") if isinstance(color, dict) else color
        elif version > known.get(name, version):
            raise TimelineTooNew(
                str(path),
                f"it holds a {name}.{version}; OpenTimelineIO {otio.__version__}"
                f" knows {name}.{known[name]}",
            )
        if name in known or name in _FORMER_NAMES:
            changed |= _stand_in(item, known, path)
        if name in known and item.get("markers", ()) is None:
            item["markers"], changed = [], True
    return changed


def _dictionaries(data: dict[str, Any], path: Path) -> Iterator[dict[str, Any]]:
    """Every JSON object, outer before inner."""
    waiting: list[tuple[Any, int]] = [(data, 0)]
    while waiting:
        item, depth = waiting.pop()
        if depth > _MAX_DEPTH:
            raise TimelineUnreadable(str(path), "it is nested too deeply to be an edit")
        if isinstance(item, dict):
            yield item
            waiting.extend((value, depth + 1) for value in item.values())
        elif isinstance(item, list):
            waiting.extend((value, depth + 1) for value in item)


def _schema(item: Any) -> tuple[str, int]:
    """Name and version of an object's schema; ("", 0) where it has none."""
    text = item.get("OTIO_SCHEMA") if isinstance(item, dict) else None
    name, _, version = text.rpartition(".") if isinstance(text, str) else ("", "", "")
    return (name, int(version)) if version.isdecimal() and len(version) < 9 else ("", 0)


def _stand_in(item: dict[str, Any], known: dict[str, int], path: Path) -> bool:
    """Puts known kinds in the place of unknown ones among an object's effects, media, children."""

    def unknown(thing: Any) -> bool:
        name, version = _schema(thing)
        return version > 0 and name not in known and name not in _FORMER_NAMES

    changed = False
    effects, references, children = (
        item.get(key) for key in ("effects", "media_references", "children")
    )
    if isinstance(effects, list) and any(map(unknown, effects)):
        effects[:] = [_effect(_schema(e)[0]) if unknown(e) else e for e in effects]
        changed = True
    if isinstance(references, dict):
        gone = [key for key, value in references.items() if value is None or unknown(value)]
        references.update({key: _missing_reference(_schema(references[key])[0]) for key in gone})
        changed |= bool(gone)
    if unknown(item.get("media_reference")):
        item["media_reference"] = _missing_reference(_schema(item["media_reference"])[0])
        changed = True
    for child in children if isinstance(children, list) else ():
        if unknown(child):
            raise TimelineUnreadable(
                str(path), f"it holds a {_schema(child)[0]}, which is no part of OpenTimelineIO"
            )
    return changed


def _effect(name: str) -> dict[str, Any]:
    """A known effect for an unknown one; where the name speaks of time, one that retimes."""
    timing = any(word in name.lower() for word in _TIMING_WORDS)
    return {
        "OTIO_SCHEMA": "TimeEffect.1" if timing else "Effect.1",
        "metadata": {},
        "name": name,
        "effect_name": name,
        "enabled": True,
    }


def _missing_reference(name: str) -> dict[str, Any]:
    return {
        "OTIO_SCHEMA": "MissingReference.1",
        "metadata": {},
        "name": name,
        "available_range": None,
        "available_image_bounds": None,
    }
