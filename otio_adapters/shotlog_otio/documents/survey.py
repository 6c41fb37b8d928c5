"""A quick look at a whole document: most can be handed to OpenTimelineIO as they are.

It walks level by level, in comprehensions, as a long timeline holds a million values.
"""

from __future__ import annotations

import re
from itertools import chain
from typing import Any

import opentimelineio as otio

from shotlog_otio.documents.replacements import FORMER_NAMES

MAX_DEPTH = 256
"""Levels of JSON; each nest takes two. Deeper is no edit, and would exhaust the stack."""

_TIMES = {"RationalTime": 1, "TimeRange": 1, "TimeTransform": 1}
"""Kinds that OpenTimelineIO does not list with the others."""

_BOXES = frozenset({"V2d", "Box2d"})
"""Kinds of values that it does not list either."""

_BARE = frozenset({"RationalTime.1", "TimeRange.1", None})
"""Schemas of most objects: those without markers and media, and none."""

_CONTAINERS = frozenset({dict, list})

_SPACED_COLON = re.compile(r'"[ \t\r\n]+:')


def split_schema(schema: Any) -> tuple[str, int]:
    """Return the name and version in the schema of an object; ("", 0) where there is none."""
    name, _, version = schema.rpartition(".") if isinstance(schema, str) else ("", "", "")
    # A version of more digits is damage; 32 bits hold those of OpenTimelineIO.
    return (name, int(version)) if version.isdecimal() and len(version) < 9 else ("", 0)


def known_versions() -> dict[str, int]:
    """Return the newest version of each kind of object that OpenTimelineIO knows."""
    return {**_TIMES, **otio.core.type_version_map()}


def is_plain(data: dict[str, Any], text: str) -> bool:
    """Return True where nothing in a document need be replaced for OpenTimelineIO to read it.

    False tells nothing: a closer look may find that nothing need be replaced all the same.

    Args:
        data: The document.
        text: Its text, for keys that an object in it holds twice.
    """
    members = 0
    schemas: set[Any] = set()
    level: list[Any] = [data]
    for _ in range(MAX_DEPTH):
        objects = [item for item in level if type(item) is dict]
        members += sum(map(len, objects))
        kinds = [item.get("OTIO_SCHEMA") for item in objects]
        try:
            schemas.update(kinds)
        except TypeError:  # one is a list or an object
            return False
        if any(_has_null(o) for o, kind in zip(objects, kinds, strict=True) if kind not in _BARE):
            return False
        values = [item.values() if type(item) is dict else item for item in level]
        level = [value for value in chain.from_iterable(values) if type(value) in _CONTAINERS]
        if not level:
            break
    # A sign that follows a quotation mark may stand in a string as well, so that too many keys
    # are counted, never too few.
    once = text.count('":') == members and not _SPACED_COLON.search(text)
    return not level and once and all(map(_is_known, schemas))


def _has_null(item: dict[str, Any]) -> bool:
    """Return whether there is null in the place of an object's markers or of one of its media."""
    if item.get("markers", ()) is None:
        return True
    references = item.get("media_references")
    return isinstance(references, dict) and None in references.values()


def _is_known(schema: Any) -> bool:
    """Return whether OpenTimelineIO reads objects of a schema as they are."""
    known = known_versions()
    name, version = split_schema(schema)
    if not version:
        return not isinstance(schema, str) or schema.partition(".")[0] not in known
    if (name == "Clip" and version == 1) or (name == "Marker" and version > 2):
        return False
    return name in FORMER_NAMES or name in _BOXES or version <= known.get(name, 0)
