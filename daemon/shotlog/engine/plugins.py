"""The installed analyzers, and the problem that is logged when one fails on a clip."""

from __future__ import annotations

from shotlog import plugins
from shotlog.engine.sources import LocatedClip
from shotlog.schema import Analyzer, AnalyzerError, Problem

GROUP = "shotlog.analyzers"


def load_analyzers() -> list[Analyzer]:
    """Return one instance of every analyzer that is installed, by name.

    Raises:
        AnalyzerError: an entry point cannot be loaded, gives no analyzer, or two analyzers bear
            one name.
    """
    return plugins.load(GROUP, Analyzer, error=AnalyzerError)


def analyzer_problem(name: str, item: LocatedClip, error: Exception) -> Problem:
    """Return the problem of a clip on which an analyzer or a measure raised an exception."""
    message = f"{name} failed ({type(error).__name__}: {error})"
    problem = AnalyzerError(item.clip.name, message).problem
    return problem.model_copy(update={"clip": item.clip.id})
