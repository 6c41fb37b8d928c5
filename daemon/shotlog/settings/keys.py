"""Keys of settings, ``markers.length``, and the values that each can have."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel

from shotlog.markers import PALETTES
from shotlog.plugins import find_points
from shotlog.settings.model import Settings

Key = tuple[str, ...]
"""The names that lead to a setting: ``("markers", "length")``."""

DIALECT_GROUP = "shotlog.dialects"
"""Entry-point group of the dialects, whose names are keys of colours."""

_CUTOFF = 0.6

_TIME = "a time like '15m', '2h' or 'forever', or a number of minutes"
_SPECIAL: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "analysis.names": ("a list of names of models", ()),
    "analysis.device": (
        "'auto', 'cpu', 'mps', 'cuda' or 'cuda:1'",
        ("auto", "cpu", "mps", "cuda", "cuda:1"),
    ),
    "analysis.cuts": (
        "a cut finder with its parameters: 'builtin', 'adaptive:threshold=4', 'off'",
        ("builtin", "off"),
    ),
    "analysis.profile": ("the name of a profile, or '' for none", ()),
    "remote.tiers": ("a list of 'remote', 'local', 'builtin', the first one first", ()),
    "markers.length": ("'shot', or a number of frames from 1", ("shot",)),
    "markers.most_highlights": ("'all', or a number from 0", ("all",)),
    "daemon.keep_alive": (_TIME, ("forever",)),
    "daemon.idle": (_TIME, ("forever",)),
    "storage.cache_size": ("a size like '2GiB' or '500MB', at least 1 MiB", ()),
}


class Expected(NamedTuple):
    """The values that a setting can have.

    Attributes:
        words: The values, for people.
        choices: Values that are texts.
    """

    words: str
    choices: tuple[str, ...]


def dotted(key: Key) -> str:
    """Return a key as it is typed."""
    return ".".join(key)


def known_keys() -> list[Key]:
    """Return the keys of all settings, in the order of the model."""
    return list(_leaves(Settings, ()))


def _leaves(kind: Any, key: Key) -> Iterator[Key]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        for name, field in kind.model_fields.items():
            yield from _leaves(field.annotation, (*key, name))
    elif get_origin(kind) in _MAPPINGS:
        for name in colour_names():
            yield from _leaves(get_args(kind)[1], (*key, name))
    else:
        yield key


_MAPPINGS = (get_origin(Mapping[str, str]), dict)


def colour_names() -> list[str]:
    """Return the names under which colours of markers can be set: dialects, and other programs."""
    programs = (name for name, palette in PALETTES.items() if palette.colours)
    return sorted({*(point.name for point in find_points(DIALECT_GROUP)), *programs})


def kind_at(key: Key) -> Any:
    """Return the annotation of a setting or section; None where there is none."""
    kind: Any = Settings
    for name in key:
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            field = kind.model_fields.get(name)
            kind = field.annotation if field else None
        elif get_origin(kind) in _MAPPINGS:
            kind = get_args(kind)[1]
        else:
            return None
    return kind


def is_section(key: Key) -> bool:
    """Return True for a key that holds settings and is none itself."""
    kind = kind_at(key)
    model = isinstance(kind, type) and issubclass(kind, BaseModel)
    return model or get_origin(kind) in _MAPPINGS


def expected_at(key: Key) -> Expected:
    """Return the values that a setting can have."""
    if special := _SPECIAL.get(dotted(key)):
        return Expected(*special)
    kind = kind_at(key)
    if kind is bool:
        return Expected("true or false", ("true", "false"))
    if get_origin(kind) is Literal:
        choices = tuple(map(str, get_args(kind)))
        *most, last = [f"'{choice}'" for choice in choices]
        return Expected(f"{', '.join(most)} or {last}" if most else last, choices)
    if get_origin(kind) in (Union, types.UnionType):
        return Expected("a text", ())
    return Expected("another value", ())


def nearest_key(key: Key) -> str | None:
    """Return the known key that is nearest to an unknown one; None where none is near."""
    known, above = known_keys(), key[:-1]
    inside = (each for each in known if each[: len(above)] == above and len(each) > len(above))
    beside = {each[len(above)]: each[: len(key)] for each in inside}
    # Then any setting of such a name: it may stand in the wrong section, or in none.
    anywhere = {each[-1]: each for each in reversed(known)}
    for names in (beside, anywhere):
        if near := get_close_matches(key[-1].casefold(), names, 1, _CUTOFF):
            return dotted(names[near[0]])
    return None


def nearest_value(value: object, choices: tuple[str, ...]) -> str | None:
    """Return the choice that is nearest to a wrong value; None where none is near."""
    folded = {choice.casefold(): choice for choice in choices}
    near = get_close_matches(str(value).casefold(), folded, 1, _CUTOFF)
    return folded[near[0]] if near else None
