"""Search in libraries."""

from __future__ import annotations

from shotlog.library import LIBRARY_NAME, FoundShots, Library, Order, Query
from shotlog.mcp.calls import Call


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
