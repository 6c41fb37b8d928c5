"""The report: a log as one self-contained HTML page, for editors and directors; and the index."""

from shotlog.report._coverage import (
    CoverageLine,
    CoverageTable,
    SameSizeCut,
    find_same_size_cuts,
    list_kinds,
    make_coverage_table,
    summarize_lengths,
)
from shotlog.report._tones import choose_ink, contrast_ratio, make_tone_rules, tone_class
from shotlog.report._words import format_length, format_rate, format_share
from shotlog.report.index import IndexEntry, IndexState, IndexSummary, render_index
from shotlog.report.page import render_report

__all__ = [
    "CoverageLine",
    "CoverageTable",
    "IndexEntry",
    "IndexState",
    "IndexSummary",
    "SameSizeCut",
    "choose_ink",
    "contrast_ratio",
    "find_same_size_cuts",
    "format_length",
    "format_rate",
    "format_share",
    "list_kinds",
    "make_coverage_table",
    "make_tone_rules",
    "render_index",
    "render_report",
    "summarize_lengths",
    "tone_class",
]
