"""The choice of a source by its name and parameters: ``file:file=talk.srt``."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import EntryPoint
from typing import Any

from shotlog import plugins
from shotlog.delivery.subtitles.sources.contract import SubtitleSource
from shotlog.schema import SubtitleSourceError

GROUP = "shotlog.delivery.subtitles"
_KIND = "subtitle source"


def load_sources(points: Iterable[EntryPoint] | None = None) -> list[SubtitleSource]:
    """Return every installed source with the defaults of its parameters, by name.

    Args:
        points: Entry points to load instead of the installed ones.

    Raises:
        SubtitleSourceError: An entry point cannot be loaded or makes no source, or two bear one
            name.
    """
    return plugins.load(
        GROUP,
        SubtitleSource,  # type: ignore[type-abstract]
        error=SubtitleSourceError,
        points=points,
        kind=_KIND,
    )


def choose_source(text: str) -> SubtitleSource:
    """Return a source with its parameters, as :func:`shotlog.plugins.choose` reads them.

    Raises:
        SubtitleSourceError: There is no such source or parameter, or a value cannot be used.
    """
    return plugins.choose(
        text,
        GROUP,
        SubtitleSource,  # type: ignore[type-abstract]
        SubtitleSourceError,
        kind=_KIND,
    )


def make_source(name: str, **parameters: Any) -> SubtitleSource:
    """Return a source with parameters that may hold any letters, such as paths.

    Raises:
        SubtitleSourceError: There is no such source.
    """
    return type(choose_source(name)).model_validate(parameters)


def describe_sources() -> list[str]:
    """Return a line for every installed source: its parameters, their defaults, its summary."""
    return [f"{plugins.describe(each)}: {each.summary}" for each in load_sources()]
