"""Deserializing of a timeline's JSON text, with replacements for what would be refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import opentimelineio as otio

from shotlog.schema import TimelineTooNew, TimelineUnreadable
from shotlog_otio.documents.repair import RepairError, repair
from shotlog_otio.documents.replacements import FORMER_NAMES, make_effect, make_missing_reference
from shotlog_otio.documents.survey import MAX_DEPTH, is_plain, known_versions, split_schema

_DAMAGE = (KeyError, ValueError, TypeError, otio.exceptions.OTIOError)
"""Errors that the library raises, each for some damaged member."""


def deserialize(data: dict[str, Any], text: str, path: Path) -> tuple[Any, tuple[str, ...]]:
    """Return the OpenTimelineIO object that a JSON text describes.

    Args:
        data: The text, parsed; it stays as it is.
        text: The text.
        path: The file that holds it, for errors.

    Returns:
        The object, and a sentence for each damaged part that was skipped.

    Raises:
        TimelineTooNew: The text holds a schema that this OpenTimelineIO does not know yet.
        TimelineUnreadable: Too much of the text is damaged.
    """
    if is_plain(data, text):
        with suppress(*_DAMAGE):  # the library reads all of a file or nothing
            return _read(text), ()
    copy, repeated = _parse(text)
    changed = _replace_unknown(copy, path) or repeated
    try:
        return _read(json.dumps(copy) if changed else text), ()
    except otio.exceptions.UnsupportedSchemaError as error:
        raise TimelineTooNew(str(path)) from error
    except _DAMAGE:
        return _repaired(copy, path)


def _parse(text: str) -> tuple[dict[str, Any], bool]:
    """Return what a JSON text holds, and whether an object in it holds a key twice.

    A repeated key crashes OpenTimelineIO 0.18.
    """
    repeated = False

    def without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal repeated
        members = dict(pairs)
        repeated |= len(members) < len(pairs)
        return members

    return json.loads(text, object_pairs_hook=without_repeats), repeated


def _read(text: str) -> Any:
    return otio.core.deserialize_json_from_string(text)


def _repaired(data: dict[str, Any], path: Path) -> tuple[Any, tuple[str, ...]]:
    try:
        warnings = repair(data)
    except RepairError as error:
        raise TimelineUnreadable(str(path), f"it is damaged: {error}") from error
    if not warnings:  # no object was refused, so the way that a number is written was
        raise TimelineUnreadable(str(path), "it is damaged: a number in it is out of all bounds")
    return _read(json.dumps(data)), warnings


def _replace_unknown(data: dict[str, Any], path: Path) -> bool:
    """Replace, in place, the objects for which this OpenTimelineIO would refuse the whole file.

    A marker of OpenTimelineIO 0.19 (``Marker.3``, its colour an object) becomes the ``Marker.2``
    that it was; effects and media references of an unknown kind become the nearest known kind. All
    lists keep their order and length, except lists of markers.

    Returns:
        True where anything was replaced.
    """
    known = known_versions()
    changed = False
    for item in _dictionaries(data, path):
        name, version = _schema(item)
        if version < 1 and (kind := _damaged_schema(item)) in known:
            name, version, changed = kind, known[kind], True
            item["OTIO_SCHEMA"] = f"{name}.{version}"
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
            changed |= _replace_unknown_parts(item, known, path)
        if name in known and item.get("markers", ()) is None:
            item["markers"], changed = [], True
    return changed


def _dictionaries(data: dict[str, Any], path: Path) -> Iterator[dict[str, Any]]:
    """Yield every JSON object, outer before inner."""
    pending: list[tuple[Any, int]] = [(data, 0)]
    while pending:
        item, depth = pending.pop()
        if depth > MAX_DEPTH:
            raise TimelineUnreadable(str(path), "it is nested too deeply to be an edit")
        if isinstance(item, dict):
            yield item
            pending.extend((value, depth + 1) for value in item.values())
        elif isinstance(item, list):
            pending.extend((value, depth + 1) for value in item)


def _schema(item: Any) -> tuple[str, int]:
    """Return the name and version of an object's schema; ("", 0) where it has none."""
    return split_schema(item.get("OTIO_SCHEMA") if isinstance(item, dict) else None)


def _damaged_schema(item: dict[str, Any]) -> str:
    """Return the name in a schema whose version is none: ``Clip.x``, ``Clip.0``.

    OpenTimelineIO 0.18 crashes where it upgrades an object from such a version.
    """
    text = item.get("OTIO_SCHEMA")
    return text.partition(".")[0] if isinstance(text, str) and "." in text else ""


def _replace_unknown_parts(item: dict[str, Any], known: dict[str, int], path: Path) -> bool:
    """Replace the effects and media of an object that are of an unknown kind."""

    def unknown(part: Any) -> bool:
        name, version = _schema(part)
        return version > 0 and name not in known and name not in FORMER_NAMES

    changed = False
    effects, references, children = (
        item.get(key) for key in ("effects", "media_references", "children")
    )
    if isinstance(effects, list) and any(map(unknown, effects)):
        effects[:] = [make_effect(_schema(e)[0]) if unknown(e) else e for e in effects]
        changed = True
    if isinstance(references, dict):
        unusable = [key for key, value in references.items() if value is None or unknown(value)]
        references.update(
            {key: make_missing_reference(_schema(references[key])[0]) for key in unusable}
        )
        changed |= bool(unusable)
    if unknown(item.get("media_reference")):
        item["media_reference"] = make_missing_reference(_schema(item["media_reference"])[0])
        changed = True
    for child in children if isinstance(children, list) else ():
        if unknown(child):
            raise TimelineUnreadable(
                str(path), f"it holds a {_schema(child)[0]}, which is no part of OpenTimelineIO"
            )
    return changed
