"""Splits by film: nothing of a film is both learned from and judged, nor are copies of it."""

from shotlog.learning.splits.copies import (
    DIFFERENT_BITS,
    LENGTH_TOLERANCE,
    are_copies,
    hash_picture,
)
from shotlog.learning.splits.folds import Keyed, divide

__all__ = ["DIFFERENT_BITS", "LENGTH_TOLERANCE", "Keyed", "are_copies", "divide", "hash_picture"]
