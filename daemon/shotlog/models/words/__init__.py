"""Image-text models: vectors of frames as evidence, and vectors of words to search by."""

from shotlog.models.words.architectures import ARCHITECTURES
from shotlog.models.words.loading import load_images, load_texts
from shotlog.models.words.measure import EmbeddingAnalyzer, EmbeddingMeasure
from shotlog.models.words.outline import read_outline
from shotlog.models.words.query import embed_text, find_leading
from shotlog.models.words.sampling import sample_frames
from shotlog.models.words.tokens import TOKENIZER

__all__ = [
    "ARCHITECTURES",
    "TOKENIZER",
    "EmbeddingAnalyzer",
    "EmbeddingMeasure",
    "embed_text",
    "find_leading",
    "load_images",
    "load_texts",
    "read_outline",
    "sample_frames",
]
