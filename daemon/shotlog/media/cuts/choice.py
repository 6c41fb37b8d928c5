"""The choice of a cut finder by its name and parameters: ``adaptive:threshold=4``."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from importlib.metadata import EntryPoint

from pydantic import ValidationError

from shotlog import plugins
from shotlog.media.cuts.contract import CutFinder, spell_value
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
    """Return a cut finder with its parameters.

    Args:
        text: ``NAME`` or ``NAME:KEY=VALUE,KEY=VALUE``. A part without ``=`` belongs to the value
            before it: ``weights=1,1,1,0``. Hyphens in keys stand for underscores.

    Raises:
        CutFinderError: There is no such finder or parameter, or a value cannot be used.
    """
    name, _, given = text.partition(":")
    installed = {finder.name: finder for finder in load_cut_finders()}
    finder = installed.get(name.strip())
    if finder is None:
        near = get_close_matches(name, installed, 1)
        meant = f"; did you mean '{near[0]}'?" if near else ""
        raise CutFinderError(name, f"there is no such cut finder{meant}", _choices(installed))
    return _with_parameters(finder, _parse(given, finder))


def describe_cut_finders() -> list[str]:
    """Return a line for every installed cut finder: its parameters and their defaults."""
    return [f"{finder.name}: {_parameters(finder)}" for finder in load_cut_finders()]


def _choices(installed: Iterable[str]) -> str:
    return f"Choose one of: {', '.join(installed)}."


def _parameters(finder: CutFinder) -> str:
    names = type(finder).model_fields
    told = (f"{name}={spell_value(getattr(finder, name))}" for name in names)
    return ", ".join(told) or "no parameters"


def _parse(given: str, finder: CutFinder) -> dict[str, str]:
    """Return the parameters that were given, under the names of their fields."""
    values: dict[str, str] = {}
    key = ""
    for part in given.split(",") if given.strip() else ():
        typed, sign, value = part.partition("=")
        if not sign and not key:
            message = f"'{part}' is not a parameter with its value, such as threshold=4"
            raise CutFinderError(finder.name, message, _hint(finder))
        if not sign:
            values[key] += f",{part.strip()}"
            continue
        plain = typed.strip().replace("-", "_")
        key = finder.synonyms.get(plain, plain)
        if key in values:
            raise CutFinderError(finder.name, f"'{key}' is given twice", _hint(finder))
        values[key] = value.strip()
    return values


def _with_parameters(finder: CutFinder, values: dict[str, str]) -> CutFinder:
    kind = type(finder)
    if unknown := [key for key in values if key not in kind.model_fields]:
        raise CutFinderError(finder.name, f"it has no parameter '{unknown[0]}'", _hint(finder))
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_context=False)[0]
        name = str(next(iter(fault["loc"]), "its parameters"))
        message = f"{name}: {fault['msg'].removeprefix('Value error, ')}"
        raise CutFinderError(finder.name, message, _hint(finder)) from error


def _hint(finder: CutFinder) -> str:
    return f"Its parameters and their defaults: {_parameters(finder)}."
