"""Validation of settings, with errors that name the place and the nearest right key or value."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError

from shotlog._version import __version__
from shotlog.markers import PALETTES, MarkerColours, names_in
from shotlog.schema import MarkerFamily, SettingInvalid, SettingsError, SettingUnknown
from shotlog.settings.keys import (
    Key,
    colour_names,
    dotted,
    expected_at,
    is_section,
    kind_at,
    known_keys,
    nearest_key,
    nearest_value,
)
from shotlog.settings.model import Settings

Place = Callable[[Key], str]
"""Returns where a key was set: a file with its line, a variable, a flag."""

_SHOWN = 60


def validate(data: Mapping[str, Any], place: Place) -> Settings:
    """Return the settings that some data give; the others have their defaults.

    Raises:
        SettingUnknown: A key is not known.
        SettingInvalid: A setting has a value that it cannot have.
    """
    try:
        settings = Settings.model_validate(data)
    except ValidationError as error:
        raise _first_fault(error, data, place) from None
    return _with_known_colours(settings, place)


def parse_value(text: str) -> Any:
    """Return the value that was typed for a setting: one of TOML, else the text itself."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except (tomllib.TOMLDecodeError, KeyError):
        return text


def parse_key(typed: str, *, known: bool = True) -> Key:
    """Return the key that was typed: ``markers.length``.

    Args:
        typed: The key.
        known: True to check that it is a setting.

    Raises:
        SettingUnknown: There is no such setting.
        SettingInvalid: It is a group of settings.
    """
    key = tuple(name.strip() for name in typed.split("."))
    if known and kind_at(key) is None:
        near = nearest_key(key)
        raise SettingUnknown(typed, hint=f"Did you mean {near}?" if near else None)
    if known and is_section(key):
        message = "this is a group of settings, and not a setting itself"
        raise SettingInvalid(typed, message, f"Name one of its settings: {_one_of(key)}.")
    return key


def _one_of(key: Key) -> str:
    return next(dotted(each) for each in known_keys() if each[: len(key)] == key)


def unknown_key(key: Key, place: str) -> SettingUnknown:
    """Return the error for a key that is not known."""
    near = nearest_key(key)
    # A file may come from a newer version, on another machine of the same user.
    newer = f"this is Shotlog {__version__}, and a newer one may know it"
    hint = f"Did you mean {near}? If not, remove it; {newer}." if near else f"Remove it; {newer}."
    return SettingUnknown(place, f"there is no setting {dotted(key)}", hint)


def wrong_value(key: Key, value: object, place: str) -> SettingInvalid:
    """Return the error for a value that a setting cannot have."""
    if is_section(key):
        message = f"{dotted(key)} is a group of settings, and not a setting itself"
        return SettingInvalid(place, message, f"Write them below a line [{dotted(key)}].")
    expected = expected_at(key)
    return _wrong(key, value, expected.words, expected.choices, place)


def _wrong(
    key: Key, value: object, words: str, choices: tuple[str, ...], place: str
) -> SettingInvalid:
    message = f"{dotted(key)} cannot be {spell_value(value)}; it takes {words}"
    near = nearest_value(value, choices)
    if near is None:
        return SettingInvalid(place, message)
    written = near if near in ("true", "false") else spell_value(near)
    return SettingInvalid(place, message, f"Did you mean {written}?")


def _first_fault(error: ValidationError, data: Mapping[str, Any], place: Place) -> SettingsError:
    fault = error.errors(include_url=False, include_context=False)[0]
    key = _key_of(fault["loc"])
    if fault["type"] == "extra_forbidden":
        return unknown_key(key, place(key))
    return wrong_value(key, _value_at(data, key), place(key))


def _key_of(location: tuple[int | str, ...]) -> Key:
    """Return the key in the location of a fault, which goes on into unions and lists."""
    key: Key = ()
    for part in location:
        if not isinstance(part, str) or (key and kind_at(key) is not None and not is_section(key)):
            break
        key = (*key, part)
    return key


def _value_at(data: Any, key: Key) -> Any:
    for name in key:
        data = data[name]
    return data


def spell_value(value: object) -> str:
    """Return a value as it is written in a file, shortened where it is long."""
    text = json.dumps(value, default=str, ensure_ascii=False)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _with_known_colours(settings: Settings, place: Place) -> Settings:
    """Return settings whose colours are spelled as the editors spell them."""
    chosen = settings.markers.colours
    if not chosen:
        return settings
    for name in chosen:
        if name not in colour_names():
            key = ("markers", "colours", name)
            raise unknown_key(key, place(key))
    # OpenTimelineIO takes 0.3 s to import, and colours are seldom set.
    from shotlog_otio.dialects import DIALECTS

    palettes = {name: tuple(names_in(name)) for name in PALETTES}
    palettes |= {dialect.name: tuple(dialect.colours) for dialect in DIALECTS.installed}
    colours = {n: _spelled_as(own, palettes[n], n, place) for n, own in chosen.items()}
    markers = settings.markers.model_copy(update={"colours": colours})
    return settings.model_copy(update={"markers": markers})


def _spelled_as(
    own: MarkerColours, palette: tuple[str, ...], dialect: str, place: Place
) -> MarkerColours:
    by_name = {name.casefold(): name for name in palette}
    spelled = {}
    for family in MarkerFamily:
        colour = own.of(family)
        if colour is None:
            continue
        if colour.casefold() not in by_name:
            key = ("markers", "colours", dialect, family.value)
            raise _wrong(key, colour, ", ".join(palette), palette, place(key))
        spelled[family.value] = by_name[colour.casefold()]
    return MarkerColours(**spelled)
