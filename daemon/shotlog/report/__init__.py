"""The report: a log as one self-contained HTML page, for editors and directors."""

from shotlog.report._tones import choose_ink, contrast_ratio, make_tone_rules, tone_class
from shotlog.report._words import format_length, format_rate, format_share
from shotlog.report.page import render_report

__all__ = [
    "choose_ink",
    "contrast_ratio",
    "format_length",
    "format_rate",
    "format_share",
    "make_tone_rules",
    "render_report",
    "tone_class",
]
