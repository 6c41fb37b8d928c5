"""The dialect of an OpenTimelineIO document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from shotlog.schema import SettingInvalid
from shotlog_otio.dialects.contract import DIALECTS, Dialect
from shotlog_otio.dialects.detection import detect_dialect
from shotlog_otio.documents import Document, find_timeline

_LOOKED_AT = 500
"""Objects of a timeline whose metadata are looked at; an NLE marks the first as well as all."""


def dialect_of(document: Document, name: str | None = None) -> Dialect:
    """Return the dialect in which a document was written.

    Args:
        document: The document.
        name: The name that the user gave; None detects it: by the metadata of the timeline and of
            its stack, else by those of the items and markers in it.

    Raises:
        SettingInvalid: There is no dialect of this name.
        TimelineUnreadable: The document holds no timeline, or several.
        TimelineEmpty: It has no stack.
    """
    if name is not None:
        return named_dialect(name)
    outermost, stack = _outermost(document)
    return detect_dialect(outermost, list(islice(_metadata_in(stack), _LOOKED_AT)))


def _outermost(document: Document) -> tuple[list[Mapping[str, Any]], dict[str, Any]]:
    """Return the metadata of the timeline and of its stack, and the JSON of the stack."""
    data, stack = document.data, document.data.get("tracks")
    if str(data["OTIO_SCHEMA"]).startswith("Timeline.") and isinstance(stack, dict):
        # Most files: the object tree, which takes longest to make, need not be asked.
        return list(_objects([data.get("metadata"), stack.get("metadata")])), stack
    timeline, top, path = find_timeline(document)
    inner: Any = data
    for step in path:
        inner = inner[step]
    return [timeline.metadata, top.metadata], inner


def named_dialect(name: str) -> Dialect:
    """Return the dialect of a name.

    Raises:
        SettingInvalid: There is none.
    """
    dialects = DIALECTS.by_name
    if name not in dialects:
        known = ", ".join(dialects)
        raise SettingInvalid(name, "this is no dialect", f"Give one of: {known}.")
    return dialects[name]


def _metadata_in(stack: Any) -> Iterator[Mapping[str, Any]]:
    """Yield the metadata of the markers and items in a stack, level by level."""
    level = [stack]
    while level:
        for item in level:
            for marker in _objects(item.get("markers")):
                yield from _objects([marker.get("metadata")])
        level = [child for item in level for child in _objects(item.get("children"))]
        for item in level:
            yield from _objects([item.get("metadata")])


def _objects(items: Any) -> Iterator[dict[str, Any]]:
    return (item for item in (items if isinstance(items, list) else ()) if isinstance(item, dict))
