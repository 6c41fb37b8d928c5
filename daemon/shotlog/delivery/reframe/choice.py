"""The choice of a reframer by its name and parameters: ``speaker:hold=2``."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import EntryPoint

from shotlog import plugins
from shotlog.delivery.reframe.contract import GROUP, Reframer
from shotlog.schema import ReframerError

_KIND = "reframer"


def load_reframers(points: Iterable[EntryPoint] | None = None) -> list[Reframer]:
    """Return every installed reframer with the defaults of its parameters, by name.

    Args:
        points: Entry points to load instead of the installed ones.

    Raises:
        ReframerError: An entry point cannot be loaded or makes no reframer, or two bear one name.
    """
    return plugins.load(
        GROUP,
        Reframer,  # type: ignore[type-abstract]
        error=ReframerError,
        points=points,
        kind=_KIND,
    )


def choose_reframer(text: str) -> Reframer:
    """Return a reframer with its parameters, as :func:`shotlog.plugins.choose` reads them.

    Raises:
        ReframerError: There is no such reframer or parameter, or a value cannot be used.
    """
    return plugins.choose(
        text,
        GROUP,
        Reframer,  # type: ignore[type-abstract]
        ReframerError,
        kind=_KIND,
    )


def describe_reframers() -> list[str]:
    """Return a line for every installed reframer: its parameters and their defaults."""
    return [f"{plugins.describe(each)}\n    {each.summary}" for each in load_reframers()]
