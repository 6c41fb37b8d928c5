"""Finds the analyzers: entry points of the group ``shotlog.analyzers``, built-in ones alike.

And says whose fault it was when one of them fails.
"""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points

from shotlog.engine.locate import Located
from shotlog.schema.analysis import Analyzer
from shotlog.schema.errors import AnalyzerError, Problem

GROUP = "shotlog.analyzers"


def load_analyzers(points: list[EntryPoint] | None = None) -> list[Analyzer]:
    """One instance of every analyzer that is installed, by name.

    Args:
        points: Entry points to load instead of the installed ones.

    Raises:
        AnalyzerError: where an entry point cannot be loaded, is no analyzer, or two analyzers
            bear one name.
    """
    found: dict[str, Analyzer] = {}
    for point in points if points is not None else list(entry_points(group=GROUP)):
        analyzer = _load(point)
        if analyzer.name in found:
            raise AnalyzerError(
                analyzer.name, "two installed analyzers bear this name", "Uninstall one of them."
            )
        found[analyzer.name] = analyzer
    return [found[name] for name in sorted(found)]


def failure(who: str, item: Located, error: Exception) -> Problem:
    """The problem that an analyzer or a measure raised on a clip."""
    message = f"{who} failed ({type(error).__name__}: {error})"
    problem = AnalyzerError(item.clip.name, message).problem
    return problem.model_copy(update={"clip": item.clip.id})


def _load(point: EntryPoint) -> Analyzer:
    hint = f"Reinstall or remove the package that gives the entry point '{point.name}'."
    try:
        made = point.load()()
    except Exception as error:  # whatever a foreign package raises while it is imported
        raise AnalyzerError(
            point.value, f"this analyzer cannot be loaded ({error})", hint
        ) from error
    if not isinstance(made, Analyzer):
        raise AnalyzerError(point.value, "this entry point gives no analyzer", hint)
    return made
