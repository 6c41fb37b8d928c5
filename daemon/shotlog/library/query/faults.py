"""The error of a query, with the place of its fault."""

from __future__ import annotations

from shotlog.schema import QueryInvalid


class QueryFault(QueryInvalid):
    """A query that cannot be understood, with the place of the fault.

    Args:
        query: The query as it was given.
        position: Index of the first character at fault, from 0; the length of the query at its end.
        message: The fault.
        hint: Advice; None takes that of the class.
        length: Number of characters at fault, at least 1.

    Attributes:
        query: As above.
        position: As above.
        length: As above.
    """

    def __init__(
        self, query: str, position: int, message: str, hint: str | None = None, *, length: int = 1
    ) -> None:
        self.query = query
        self.position = min(position, len(query))
        self.length = max(1, length)
        super().__init__("query", f"{message}, at character {self.position + 1}", hint)

    @classmethod
    def code(cls) -> str:
        """Return the code of :class:`QueryInvalid`."""
        return QueryInvalid.code()
