"""The installed analyzers, and the problem that is logged when one fails on a clip."""

from __future__ import annotations

from shotlog.engine.sources import LocatedClip
from shotlog.plugins import PluginKind
from shotlog.schema import Analyzer, AnalyzerError, HighlightOptions, Problem

ANALYZERS = PluginKind("shotlog.analyzers", Analyzer, "analyzer", AnalyzerError)
"""Analyzers that are installed, without those of highlights."""


def load_analyzers() -> list[Analyzer]:
    """Return the analyzers of a run without models: all that are installed, and of highlights.

    Raises:
        PluginError: A plugin cannot be loaded.
    """
    # Imported late: it needs the detectors, and a run with other analyzers does not.
    from shotlog.highlights import make_highlight_analyzers

    return [*ANALYZERS.load(), *make_highlight_analyzers(HighlightOptions())]


def analyzer_problem(name: str, item: LocatedClip, error: Exception) -> Problem:
    """Return the problem of a clip on which an analyzer or a measure raised an exception."""
    message = f"{name} failed ({type(error).__name__}: {error})"
    problem = AnalyzerError(item.clip.name, message).problem
    return problem.model_copy(update={"clip": item.clip.id})
