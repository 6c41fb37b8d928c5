"""Highlights by what is said: a transcript, scored by a language model that the user names."""

from shotlog.highlights.transcript.highlighter import TranscriptHighlighter
from shotlog.highlights.transcript.reading import Subtitle, read_transcript
from shotlog.highlights.transcript.sentences import Sentence, join_sentences

__all__ = ["Sentence", "Subtitle", "TranscriptHighlighter", "join_sentences", "read_transcript"]
