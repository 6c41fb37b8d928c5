"""A dump of an AAF file, object by object, to see what else was changed in it.

The bytes of a compound file move when anything in it grows; its objects do not. Definitions of
classes and types (the meta dictionary) are no content: markers may need some that a file lacks.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aaf2
from aaf2.core import AAFObject
from aaf2.properties import (
    StreamProperty,
    StrongRefProperty,
    StrongRefSetProperty,
    StrongRefVectorProperty,
    WeakRefArrayProperty,
    WeakRefProperty,
)

OURS = "[shotlog "


def dump(path: Path, *, without_ours: bool = False) -> list[str]:
    """Return a line for every value in a file.

    Args:
        path: The file.
        without_ours: True to leave out markers of ours, and slots that hold nothing else.
    """
    with aaf2.open(str(path), "r") as file:
        return list(_lines(file.header, "", without_ours=without_ours))


def dump_and_definitions(
    path: Path, *, without_ours: bool = False
) -> tuple[list[str], dict[str, bytes]]:
    """Return what :func:`dump` and :func:`definitions` do, and open the file once."""
    with aaf2.open(str(path), "r") as file:
        return list(_lines(file.header, "", without_ours=without_ours)), _definitions(file)


def _lines(item: AAFObject, path: str, *, without_ours: bool) -> Iterator[str]:
    yield f"{path} {item.class_id}"
    for entry in sorted(item.properties(), key=lambda entry: entry.pid):
        place = f"{path}/{entry.name}"
        if isinstance(entry, StrongRefProperty):
            yield from _lines(entry.value, place, without_ours=without_ours)
        elif isinstance(entry, StrongRefVectorProperty):
            kept = [each for each in entry if not (without_ours and _is_ours(each))]
            for number, each in enumerate(kept):
                yield from _lines(each, f"{place}/{number}", without_ours=without_ours)
        elif isinstance(entry, StrongRefSetProperty):
            for key, each in sorted(entry.items(), key=lambda pair: str(pair[0])):
                yield from _lines(each, f"{place}/{key}", without_ours=without_ours)
        elif isinstance(entry, StreamProperty):
            yield f"{place} {bytes(entry.open('r').read()).hex()}"
        elif isinstance(entry, WeakRefProperty):
            yield f"{place} -> {entry.ref}"
        elif isinstance(entry, WeakRefArrayProperty):
            yield f"{place} -> {entry.references}"
        else:
            yield f"{place} {bytes(entry.data).hex()}"


def _is_ours(item: Any) -> bool:
    """Return whether an object is a marker of ours, or a slot that holds such markers alone."""
    if (
        "Segment" in item
        and "PhysicalTrackNumber" in item
        and "Components" in item["Segment"].value
    ):
        held = list(item["Segment"].value["Components"])
        return bool(held) and all(map(_is_ours, held))
    return "Comment" in item and OURS in (item["Comment"].value or "")


def definitions(path: Path) -> dict[str, bytes]:
    """Return the definitions of a file's classes and types, by identity and property."""
    with aaf2.open(str(path), "r") as file:
        return _definitions(file)


def _definitions(file: Any) -> dict[str, bytes]:
    found = {}
    for kind in ("ClassDefinitions", "TypeDefinitions"):
        for key, item in file.metadict[kind].items():
            for entry in item.properties():
                if not isinstance(entry, (StrongRefSetProperty, WeakRefArrayProperty)):
                    found[f"{kind} {key} {entry.pid}"] = bytes(entry.data)
    return found
