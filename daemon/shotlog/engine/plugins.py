"""The installed analyzers, and the problem that one of them is when it fails on a clip."""

from __future__ import annotations

from shotlog import plugins
from shotlog.engine.sources import Located
from shotlog.schema import Analyzer, AnalyzerError, Problem

GROUP = "shotlog.analyzers"


def load_analyzers() -> list[Analyzer]:
    """Return one instance of every analyzer that is installed, by name.

    Raises:
        AnalyzerError: an entry point cannot be loaded, gives no analyzer, or two analyzers bear
            one name.
    """
    return plugins.load(GROUP, Analyzer, error=AnalyzerError)


def failure(who: str, item: Located, error: Exception) -> Problem:
    """The problem that an analyzer or a measure raised on a clip."""
    message = f"{who} failed ({type(error).__name__}: {error})"
    problem = AnalyzerError(item.clip.name, message).problem
    return problem.model_copy(update={"clip": item.clip.id})
