"""Highlighters by the vectors of a model, and by several highlighters together."""

from shotlog.highlights.backends.embedding import (
    EmbeddingHighlighter,
    global_consistency,
    local_dissimilarity,
)
from shotlog.highlights.backends.ensemble import EnsembleHighlighter, percentiles

__all__ = [
    "EmbeddingHighlighter",
    "EnsembleHighlighter",
    "global_consistency",
    "local_dissimilarity",
    "percentiles",
]
