"""The index: all timelines of a batch as one HTML page, with links to their reports."""

from shotlog.report.index.entries import IndexEntry, IndexState, IndexSummary
from shotlog.report.index.page import render_index

__all__ = ["IndexEntry", "IndexState", "IndexSummary", "render_index"]
