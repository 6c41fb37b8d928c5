"""Findings to markers, and markers into the text of a timeline."""
