"""Image-text models: vectors of frames as evidence, and of words to compare them with."""

from shotlog.models.words.architectures import ARCHITECTURES
from shotlog.models.words.loading import load_images, load_texts
from shotlog.models.words.measure import EmbeddingMeasure
from shotlog.models.words.outline import read_outline
from shotlog.models.words.query import embed_text, find_leading
from shotlog.models.words.sampling import sample_frames
from shotlog.models.words.size_prompts import SIZE_PROMPTS, digest_prompts
from shotlog.models.words.size_vectors import SizeVectors, load_size_vectors
from shotlog.models.words.tokens import TOKENIZER

__all__ = [
    "ARCHITECTURES",
    "SIZE_PROMPTS",
    "TOKENIZER",
    "EmbeddingMeasure",
    "SizeVectors",
    "digest_prompts",
    "embed_text",
    "find_leading",
    "load_images",
    "load_size_vectors",
    "load_texts",
    "read_outline",
    "sample_frames",
]
