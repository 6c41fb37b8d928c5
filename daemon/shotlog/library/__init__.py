"""The library: every logged shot in one SQLite file, and the language to find them by."""

from shotlog.library.exports import EXPORT_COLUMNS, export_csv, export_parquet
from shotlog.library.merging import LIBRARY_NAME, merge
from shotlog.library.query import Query, QueryFault, fields_of, parse_query
from shotlog.library.results import FoundShots, Hit, LoggedTimeline, MergeCounts, Vector
from shotlog.library.searching import Library, Order, TextVector
from shotlog.library.single_logs import find_in_log

__all__ = [
    "EXPORT_COLUMNS",
    "LIBRARY_NAME",
    "FoundShots",
    "Hit",
    "Library",
    "LoggedTimeline",
    "MergeCounts",
    "Order",
    "Query",
    "QueryFault",
    "TextVector",
    "Vector",
    "export_csv",
    "export_parquet",
    "fields_of",
    "find_in_log",
    "merge",
    "parse_query",
]
