"""Splits by film: nothing of a film is both learned from and judged, nor are copies of it."""

from shotlog.learning.splits.copies import are_copies
from shotlog.learning.splits.folds import Keyed, divide

__all__ = ["Keyed", "are_copies", "divide"]
