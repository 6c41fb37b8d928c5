"""The report: what was found, as one HTML file that an editor can send to a director."""

from shotlog.report._tones import contrast, ink, tone, tone_rules
from shotlog.report._words import length, rate, share
from shotlog.report.page import render_report

__all__ = ["contrast", "ink", "length", "rate", "render_report", "share", "tone", "tone_rules"]
