"""From the JSON text of a timeline to its OpenTimelineIO object, past what would be refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import opentimelineio as otio

from shotlog.schema import TimelineTooNew, TimelineUnreadable
from shotlog_otio.formats.repair import (
    FORMER_NAMES,
    Unmendable,
    mend,
    missing_reference,
    unknown_effect,
)

_MAX_DEPTH = 256
"""Levels of JSON; each nest takes two. Deeper is no edit, and would exhaust the stack."""


def objects_of(text: str, path: Path) -> tuple[Any, tuple[str, ...]]:
    """The OpenTimelineIO object that a JSON text describes, and what in it was passed over.

    Args:
        text: The text, known to be JSON.
        path: The file that it stands in, for errors.

    Raises:
        TimelineTooNew: where it holds a schema that this OpenTimelineIO does not know yet.
        TimelineUnreadable: where too much of it is damaged.
    """
    doubled = False

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal doubled
        made = dict(pairs)
        doubled |= len(made) < len(pairs)
        return made

    data = json.loads(text, object_pairs_hook=once)
    changed = _make_readable(data, path) or doubled  # a doubled key crashes OpenTimelineIO 0.18
    try:
        return _read(json.dumps(data) if changed else text), ()
    except otio.exceptions.UnsupportedSchemaError as error:
        raise TimelineTooNew(str(path)) from error
    except (KeyError, ValueError, TypeError, otio.exceptions.OTIOError):
        return _mended(data, path)


def _read(text: str) -> Any:
    return otio.core.deserialize_json_from_string(text)


def _mended(data: dict[str, Any], path: Path) -> tuple[Any, tuple[str, ...]]:
    try:
        warnings = mend(data)
    except Unmendable as error:
        raise TimelineUnreadable(str(path), f"it is damaged: {error}") from error
    if not warnings:  # no object was refused, so the way that a number is written was
        raise TimelineUnreadable(str(path), "it is damaged: a number in it is out of all bounds")
    return _read(json.dumps(data)), warnings


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
        elif name == "Clip" and version == 1 and "media_references" in item:
            del item["media_references"]  # its upgrade writes them anew; an error then crashes it
            changed = True
        elif version > known.get(name, version):
            raise TimelineTooNew(
                str(path),
                f"it holds a {name}.{version}; OpenTimelineIO {otio.__version__}"
                f" knows {name}.{known[name]}",
            )
        if name in known or name in FORMER_NAMES:
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
        return version > 0 and name not in known and name not in FORMER_NAMES

    changed = False
    effects, references, children = (
        item.get(key) for key in ("effects", "media_references", "children")
    )
    if isinstance(effects, list) and any(map(unknown, effects)):
        effects[:] = [unknown_effect(_schema(e)[0]) if unknown(e) else e for e in effects]
        changed = True
    if isinstance(references, dict):
        gone = [key for key, value in references.items() if value is None or unknown(value)]
        references.update({key: missing_reference(_schema(references[key])[0]) for key in gone})
        changed |= bool(gone)
    if unknown(item.get("media_reference")):
        item["media_reference"] = missing_reference(_schema(item["media_reference"])[0])
        changed = True
    for child in children if isinstance(children, list) else ():
        if unknown(child):
            raise TimelineUnreadable(
                str(path), f"it holds a {_schema(child)[0]}, which is no part of OpenTimelineIO"
            )
    return changed
