"""The query language: text -> tree -> SQL condition."""

from shotlog.library.query.compiling import EVERYTHING, Condition, compile_condition
from shotlog.library.query.faults import QueryFault
from shotlog.library.query.label_bits import LABELS, bits_of
from shotlog.library.query.parsing import parse_query
from shotlog.library.query.syntax import (
    Both,
    Compared,
    Either,
    Flagged,
    Labelled,
    Named,
    Negated,
    Node,
    Query,
    fields_of,
)

__all__ = [
    "EVERYTHING",
    "LABELS",
    "Both",
    "Compared",
    "Condition",
    "Either",
    "Flagged",
    "Labelled",
    "Named",
    "Negated",
    "Node",
    "Query",
    "QueryFault",
    "bits_of",
    "compile_condition",
    "fields_of",
    "parse_query",
]
