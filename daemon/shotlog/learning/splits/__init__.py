"""Splits by film: nothing of a film is both learned from and judged, nor are copies of it."""

from shotlog.learning.splits.copies import DIFFERENT_BITS, LENGTHS, are_copies, hash_picture
from shotlog.learning.splits.folds import Keyed, divide

__all__ = ["DIFFERENT_BITS", "LENGTHS", "Keyed", "are_copies", "divide", "hash_picture"]
