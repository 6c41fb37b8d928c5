"""The installed dialects, and the detection of the one that wrote an object."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from shotlog.plugins import load
from shotlog_otio.dialects.contract import Dialect
from shotlog_otio.dialects.plain import PlainDialect

GROUP = "shotlog.dialects"
"""Entry-point group of the dialects."""


@cache  # plugins do not change while the program runs, and a search reads every package's metadata
def load_dialects() -> tuple[Dialect, ...]:
    """Return one instance of every dialect that is installed, by name.

    Raises:
        PluginError: An entry point cannot be loaded, gives no dialect, or two dialects bear one
            name.
    """
    return tuple(load(GROUP, Dialect))  # type: ignore[type-abstract]


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
    detected = (d for d in load_dialects() if any(map(d.detect, objects)))
    inside = (d for d in load_dialects() if any(map(d.detect_part, inner)))
    return next(detected, None) or next(inside, PlainDialect())
