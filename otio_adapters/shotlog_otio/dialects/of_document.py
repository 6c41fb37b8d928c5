"""The dialect of an OpenTimelineIO document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from shotlog.schema import SettingInvalid
from shotlog_otio.dialects.contract import Dialect
from shotlog_otio.dialects.detection import detect_dialect, load_dialects
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
    timeline, top, path = find_timeline(document)
    stack: Any = document.data
    for step in path:
        stack = stack[step]
    parts = list(islice(_metadata_in(stack), _LOOKED_AT))
    return detect_dialect((item.metadata for item in (timeline, top)), parts)


def named_dialect(name: str) -> Dialect:
    """Return the dialect of a name.

    Raises:
        SettingInvalid: There is none.
    """
    dialects = {dialect.name: dialect for dialect in load_dialects()}
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
