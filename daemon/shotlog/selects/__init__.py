"""Selects: shots of any timelines as one new timeline, with its log."""

from shotlog.selects.making import make_selects
from shotlog.selects.picks import Pick, Selects
from shotlog.selects.writing import write_selects

__all__ = ["Pick", "Selects", "make_selects", "write_selects"]
