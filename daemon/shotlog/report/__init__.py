"""The report: a log as one self-contained HTML page, for editors and directors; and the index."""

from shotlog.report._coverage import (
    CoverageLine,
    CoverageTable,
    SameSizeCut,
    find_same_size_cuts,
    list_kinds,
    list_ordinary,
    make_coverage_table,
    summarize_lengths,
)
from shotlog.report._reverses import ReverseAngles
from shotlog.report._scenes import (
    Pace,
    SceneCoverage,
    cover_scenes,
    describe_scenes,
    trace_pace,
)
from shotlog.report._tones import choose_ink, contrast_ratio, make_tone_rules, tone_class
from shotlog.report._words import format_length, format_rate, format_share
from shotlog.report.coverage_data import describe_coverage
from shotlog.report.coverage_page import render_coverage
from shotlog.report.index import IndexEntry, IndexState, IndexSummary, render_index
from shotlog.report.page import render_report
from shotlog.report.plain_page import render_plain_page

__all__ = [
    "CoverageLine",
    "CoverageTable",
    "IndexEntry",
    "IndexState",
    "IndexSummary",
    "Pace",
    "ReverseAngles",
    "SameSizeCut",
    "SceneCoverage",
    "choose_ink",
    "contrast_ratio",
    "cover_scenes",
    "describe_coverage",
    "describe_scenes",
    "find_same_size_cuts",
    "format_length",
    "format_rate",
    "format_share",
    "list_kinds",
    "list_ordinary",
    "make_coverage_table",
    "make_tone_rules",
    "render_coverage",
    "render_index",
    "render_plain_page",
    "render_report",
    "summarize_lengths",
    "tone_class",
    "trace_pace",
]
