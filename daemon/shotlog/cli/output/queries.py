"""Faults of queries, shown in the query."""

from __future__ import annotations

from rich.cells import cell_len

from shotlog.cli.output.consoles import SafeLine, lines, say
from shotlog.library import Query, QueryFault, parse_query
from shotlog.schema import make_visible

_WIDEST = 100
"""Characters of a query that are shown around a fault."""


def parse_shown(text: str) -> Query:
    """Parse a query; print it with a mark below a fault.

    Raises:
        QueryInvalid: The text is no query.
    """
    try:
        return parse_query(text)
    except QueryFault as fault:
        start = max(0, fault.position - _WIDEST // 2)
        shown = fault.query[start : start + _WIDEST]
        before = make_visible(fault.query[start : fault.position])
        wrong = make_visible(fault.query[fault.position : fault.position + fault.length])
        room = max(1, cell_len(make_visible(shown)) - cell_len(before))
        marks = "^" * min(room, max(1, cell_len(wrong)))
        caret = SafeLine(" " * cell_len(before) + marks, "bold red")
        say(lines(SafeLine(shown), caret), stderr=True)
        raise
