"""The installed dialects, and the detection of the one that wrote an object."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from shotlog_otio.dialects.contract import DIALECTS, Dialect
from shotlog_otio.dialects.plain import PlainDialect


def detect_dialect(
    metadata: Iterable[Mapping[str, Any]], parts: Iterable[Mapping[str, Any]] = ()
) -> Dialect:
    """Return the dialect in which objects were written.

    Args:
        metadata: Those of each object, such as a timeline and its stack.
        parts: Those of the items and markers in them.

    Returns:
        The first dialect by name that knows the metadata of any of the objects; else the first
        that knows those of any part; plain OpenTimelineIO where none does.
    """
    objects, inner = list(metadata), list(parts)
    # A timeline that went through several NLEs holds the keys of each; the order by name is fixed,
    # so that the same file is read alike on every machine.
    detected = (d for d in DIALECTS.installed if any(map(d.detect, objects)))
    inside = (d for d in DIALECTS.installed if any(map(d.detect_part, inner)))
    return next(detected, None) or next(inside, PlainDialect())
