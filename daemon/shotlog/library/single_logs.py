"""Search in a single log, by the language and the rules of libraries."""

from __future__ import annotations

import tempfile
from pathlib import Path

from shotlog.library.merging import LIBRARY_NAME, merge
from shotlog.library.query import Query
from shotlog.library.results import Hit, LoggedTimeline
from shotlog.library.searching import Library
from shotlog.schema import LibraryError, Log

_ITEM = "0" * 32


def find_in_log(log: Log, query: Query) -> tuple[Hit, ...]:
    """Return the shots of a log that meet a condition, in timeline order, with what is known.

    The log becomes a library for the moment, so that a condition means here what it means there.

    Args:
        log: The log.
        query: The condition; an empty one finds every shot.

    Raises:
        LibraryError: It describes a picture, which needs a library with vectors.
    """
    if query.text is not None:
        hint = "Log the timeline with shotlog batch, and search it with shotlog find."
        raise LibraryError("text:", "a description ranks the shots of a library alone", hint)
    one = LoggedTimeline(_ITEM, 0, log.edit.name, None, None, log, {})
    with tempfile.TemporaryDirectory(prefix="shotlog-") as folder:
        path = Path(folder) / LIBRARY_NAME
        merge(path, [one])
        with Library.open(path) as library:
            return library.find(query, limit=None).hits
