"""The analyzers of highlights that options ask for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from shotlog.highlights.analyzer import HighlightAnalyzer
from shotlog.highlights.boundaries import Transcript
from shotlog.highlights.contract import HIGHLIGHTERS, Embedder
from shotlog.highlights.moments import Moments
from shotlog.highlights.passages import Passages
from shotlog.highlights.transcript import join_sentences, read_transcript
from shotlog.schema import HighlightOptions


def make_highlight_analyzers(
    options: HighlightOptions, embedders: Sequence[Embedder] = ()
) -> list[HighlightAnalyzer]:
    """Return an analyzer for each highlighter, in their order.

    Args:
        options: The options.
        embedders: The embedders of the run's models, the leading one first.

    Raises:
        HighlighterError: A highlighter is unknown, was chosen with wrong parameters, or needs a
            model, and there is none.
    """
    selection = _selection(options)
    return [
        HighlightAnalyzer(HIGHLIGHTERS.choose(text), selection, embedders)
        for text in options.backends
    ]


def _selection(options: HighlightOptions) -> Moments | Passages:
    passages = options.passages
    if passages is None:
        return Moments(options.moments)
    if passages.transcript is None:
        return Passages(passages)
    lines = read_transcript(Path(passages.transcript))
    words = [line.range for line in lines]  # subtitles do not tell more exactly
    ends = [sentence.range.end for sentence in join_sentences(lines)]
    return Passages(passages, Transcript(words, ends))
