"""The timeline of a document, and its outermost item."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import opentimelineio as otio

from shotlog.schema import TimelineEmpty, TimelineUnreadable
from shotlog_otio.documents.document import Document
from shotlog_otio.documents.json_text import JsonPath


def find_timeline(document: Document) -> tuple[Any, Any, JsonPath]:
    """Return the timeline of a document.

    Returns:
        The timeline: the root of the document, or the one timeline of a bin; its outermost item:
        its stack, or a lone item itself; and the path of that item in the JSON.

    Raises:
        TimelineUnreadable: The document holds no timeline, or several.
        TimelineEmpty: The timeline has no stack.
    """
    timeline, path = _timeline(document)
    if not isinstance(timeline, otio.schema.Timeline):
        return timeline, timeline, path
    if timeline.tracks is None:
        raise TimelineEmpty(str(document.path))
    return timeline, timeline.tracks, (*path, "tracks")


def _timeline(document: Document) -> tuple[Any, JsonPath]:
    root, path = document.root, str(document.path)
    if isinstance(root, otio.schema.SerializableCollection):
        timelines = list(_timelines_in(root, ()))
        if len(timelines) == 1:
            return timelines[0]
        raise TimelineUnreadable(
            path,
            f"it is a bin that holds {len(timelines) or 'no'} timelines",
            "Export the one timeline that is meant.",
        )
    if not isinstance(root, (otio.schema.Timeline, otio.core.Item)):
        kind = document.data["OTIO_SCHEMA"]
        raise TimelineUnreadable(path, f"it holds a {kind}, which is no timeline")
    return root, ()


def _timelines_in(collection: Any, path: JsonPath) -> Iterator[tuple[Any, JsonPath]]:
    for index, child in enumerate(collection):
        inner: JsonPath = (*path, "children", index)
        if isinstance(child, otio.schema.Timeline):
            yield child, inner
        elif isinstance(child, otio.schema.SerializableCollection):
            yield from _timelines_in(child, inner)
