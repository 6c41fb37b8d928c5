"""The report: what was found, as one HTML file that an editor can send to a director."""

from shotlog.report.page import render_report

__all__ = ["render_report"]
