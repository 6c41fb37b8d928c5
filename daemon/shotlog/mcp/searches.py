"""Search in libraries, and in single logs by the same language."""

from __future__ import annotations

import tempfile
from pathlib import Path

from shotlog.library import LIBRARY_NAME, FoundShots, Library, LoggedTimeline, Order, Query, merge
from shotlog.mcp.calls import Call
from shotlog.schema import Log


def open_library(named: str, call: Call) -> Library:
    """Open a library by its path or that of the output folder of a batch.

    Raises:
        PathRefused: It may not be read.
        LibraryMissing: There is none.
        LibraryUnreadable: It is damaged, or of another version.
    """
    path = call.access.check_readable(named)
    if path.is_dir():
        # Once more: it may be a link.
        path = call.access.check_readable(str(path / LIBRARY_NAME))
    return Library.open(path)


def find_shots(
    library: Library, query: Query, *, limit: int, offset: int = 0, order: Order | None = None
) -> FoundShots:
    """Return a page of the shots that meet a query; a description is embedded in this process.

    Raises:
        LibraryError: The library cannot be searched so.
        ModelMissing: The image-text model that its shots were logged with is not on this machine.
    """
    vector = None
    if query.text is not None and library.models:
        from shotlog.models.words import embed_text  # torch takes seconds to import

        vector = embed_text(query.text, among=library.models)
    return library.find(query, limit=limit, offset=offset, order=order, text_vector=vector)


def find_in_log(log: Log, query: Query) -> list[int]:
    """Return the places in ``log.shots`` of the shots that meet a condition.

    The log becomes a library for the moment, so that a condition means here what it means there.

    Args:
        log: The log.
        query: The condition.

    Raises:
        LibraryError: It describes a picture, which needs a library with vectors.
    """
    if query == Query():
        return list(range(len(log.shots)))
    one = LoggedTimeline("0" * 32, 0, log.edit.name, None, None, log, {})
    with tempfile.TemporaryDirectory(prefix="shotlog-") as folder:
        path = Path(folder) / LIBRARY_NAME
        merge(path, [one])
        with Library.open(path) as library:
            return [hit.shot_number for hit in library.find(query, limit=None).hits]
