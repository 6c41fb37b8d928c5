"""The analyzers of highlights that options ask for."""

from __future__ import annotations

from collections.abc import Sequence

from shotlog.highlights.analyzer import HighlightAnalyzer
from shotlog.highlights.choice import choose_highlighter
from shotlog.highlights.contract import Embedder
from shotlog.highlights.moments import Moments
from shotlog.highlights.passages import Passages
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
    passages = options.passages
    selection = Moments(options.moments) if passages is None else Passages(passages)
    return [
        HighlightAnalyzer(choose_highlighter(text), selection, embedders)
        for text in options.backends
    ]
