"""The choice of a highlighter by its name and parameters."""

from __future__ import annotations

from shotlog import plugins
from shotlog.highlights.contract import Highlighter
from shotlog.schema import HighlighterError

GROUP = "shotlog.highlighters"


def load_highlighters() -> list[Highlighter]:
    """Return every installed highlighter with the defaults of its parameters, by name.

    Raises:
        HighlighterError: An entry point cannot be loaded or makes no highlighter, or two bear one
            name.
    """
    return plugins.load(GROUP, Highlighter, error=HighlighterError)  # type: ignore[type-abstract]


def choose_highlighter(text: str) -> Highlighter:
    """Return a highlighter with its parameters, as :func:`shotlog.plugins.choose` reads them.

    Raises:
        HighlighterError: There is no such highlighter or parameter, or a value cannot be used.
    """
    return plugins.choose(text, GROUP, Highlighter, HighlighterError)  # type: ignore[type-abstract]


def describe_highlighters() -> list[str]:
    """Return a line for every installed highlighter: its parameters and their defaults."""
    return [plugins.describe(highlighter) for highlighter in load_highlighters()]
