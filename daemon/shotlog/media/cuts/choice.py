"""The choice of a cut finder by its name and parameters: ``adaptive:threshold=4``."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import EntryPoint

from shotlog import plugins
from shotlog.media.cuts.contract import CutFinder
from shotlog.schema import CutFinderError

GROUP = "shotlog.cut_finders"


def load_cut_finders(points: Iterable[EntryPoint] | None = None) -> list[CutFinder]:
    """Return every installed cut finder with the defaults of its parameters, by name.

    Args:
        points: Entry points to load instead of the installed ones.

    Raises:
        CutFinderError: An entry point cannot be loaded or makes no cut finder, or two bear one
            name.
    """
    return plugins.load(GROUP, CutFinder, error=CutFinderError, points=points)  # type: ignore[type-abstract]


def choose_cut_finder(text: str) -> CutFinder:
    """Return a cut finder with its parameters, as :func:`shotlog.plugins.choose` reads them.

    Raises:
        CutFinderError: There is no such finder or parameter, or a value cannot be used.
    """
    return plugins.choose(text, GROUP, CutFinder, CutFinderError)  # type: ignore[type-abstract]


def describe_cut_finders() -> list[str]:
    """Return a line for every installed cut finder: its parameters and their defaults."""
    return [plugins.describe(finder) for finder in load_cut_finders()]
