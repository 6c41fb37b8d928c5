"""The choice of extras by name and parameters: ``music:folder=beds,duck=20``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib.metadata import EntryPoint
from typing import Any

from shotlog import plugins
from shotlog.delivery.extras.contract import GROUP, ExtendedFilm, Extra
from shotlog.schema import ExtraError

_KIND = "extra"


def load_extras(points: Iterable[EntryPoint] | None = None) -> list[Extra]:
    """Return every installed extra with the defaults of its parameters, by name.

    Args:
        points: Entry points to load instead of the installed ones.

    Raises:
        ExtraError: An entry point cannot be loaded or makes no extra, or two bear one name.
    """
    return plugins.load(
        GROUP,
        Extra,  # type: ignore[type-abstract]
        error=ExtraError,
        points=points,
        kind=_KIND,
    )


def choose_extra(text: str) -> Extra:
    """Return an extra with its parameters, as :func:`shotlog.plugins.choose` reads them.

    Raises:
        ExtraError: There is no such extra or parameter, or a value cannot be used.
    """
    return plugins.choose(
        text,
        GROUP,
        Extra,  # type: ignore[type-abstract]
        ExtraError,
        kind=_KIND,
    )


def make_extra(name: str, **parameters: Any) -> Extra:
    """Return an extra with parameters that may hold any letters, such as texts and paths.

    Raises:
        ExtraError: There is no such extra.
    """
    kind = type(choose_extra(name))
    return kind.model_validate({kind.synonyms.get(key, key): v for key, v in parameters.items()})


def describe_extras() -> list[str]:
    """Return a line for every installed extra, and one about what it adds."""
    return [f"{plugins.describe(each)}\n    {each.summary}" for each in load_extras()]


def add_extras(film: ExtendedFilm, extras: Sequence[Extra]) -> ExtendedFilm:
    """Return a film with extras, in the order in which they are given.

    So music that comes after a title card begins with the card.

    Raises:
        ExtraError: One of them lacks something.
        MediaError: A file of the user cannot be read.
    """
    for extra in extras:
        extra.require()
    for extra in extras:
        film = extra.add(film)
    return film
