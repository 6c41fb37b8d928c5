"""Loading of plugins by entry points, and the choice of one by name and parameters.

Each is checked against the base class of its kind. Built-in plugins are loaded the same way, so
that one contract holds for all plugins of a kind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from functools import cache
from importlib.metadata import EntryPoint, EntryPoints, entry_points
from typing import Any, ClassVar, Protocol, TypeVar

from pydantic import ValidationError

from shotlog.schema import Model, PluginError


class Plugin(Protocol):
    """A plugin of any kind."""

    @property
    def name(self) -> str:
        """Name, unique among the plugins of its group."""


class ConfigurablePlugin(Model):
    """A plugin whose fields are the parameters that users may choose, all with a default.

    Attributes:
        name: Unique name, by which users choose it.
        synonyms: Other names under which parameters are known, each with the name of its field.
    """

    name: ClassVar[str]
    synonyms: ClassVar[Mapping[str, str]] = {}

    @property
    def text(self) -> str:
        """The plugin as it is chosen: its name, and the parameters that differ from the default."""
        changed = self.model_dump(exclude_defaults=True)
        parameters = ",".join(f"{name}={_spell(value)}" for name, value in changed.items())
        return f"{self.name}:{parameters}" if parameters else self.name


P = TypeVar("P", bound=Plugin)
C = TypeVar("C", bound=ConfigurablePlugin)


def load(
    group: str,
    base: type[P],
    *,
    error: type[PluginError] = PluginError,
    points: Iterable[EntryPoint] | None = None,
    kind: str = "",
) -> list[P]:
    """Return one instance of every plugin of a group, by name.

    Args:
        group: Group of the entry points, named for the kind in the plural: ``shotlog.analyzers``.
            An entry point is a class or a function that makes the plugin without arguments.
        base: Class or runtime-checkable protocol that the plugins of the group are instances of.
        error: Class of the error to raise.
        points: Entry points to load instead of the installed ones.
        kind: Kind of the plugins in messages; empty to take it from the group.

    Raises:
        PluginError: An entry point cannot be loaded or makes no instance of ``base``, or two
            plugins have one name. It is an instance of ``error``.
    """
    kind = kind or _kind_of(group)
    found: dict[str, P] = {}
    for point in find_points(group) if points is None else points:
        plugin = _make_plugin(point, kind, base, error)
        if plugin.name in found:
            message = f"two installed {kind}s have this name"
            raise error(plugin.name, message, "Uninstall one of them.")
        found[plugin.name] = plugin
    return [found[name] for name in sorted(found)]


def choose(text: str, group: str, base: type[C], error: type[PluginError], *, kind: str = "") -> C:
    """Return an installed plugin with its parameters.

    Args:
        text: ``NAME`` or ``NAME:KEY=VALUE,KEY=VALUE``. A part without ``=`` belongs to the value
            before it: ``weights=1,1,1,0``. Hyphens in keys stand for underscores.
        group: As for :func:`load`.
        base: As for :func:`load`.
        error: As for :func:`load`.
        kind: As for :func:`load`.

    Raises:
        PluginError: There is no such plugin or parameter, or a value cannot be used. It is an
            instance of ``error``.
    """
    name, _, given = text.partition(":")
    installed = {plugin.name: plugin for plugin in load(group, base, error=error, kind=kind)}
    plugin = installed.get(name.strip())
    if plugin is None:
        kind = kind or _kind_of(group)
        message = f"there is no such {kind}{did_you_mean(name, installed)}"
        hint = f"Choose one of: {', '.join(installed)}."
        if not installed:  # as after an update of a checkout that was installed before
            hint = f"No {kind} is installed: install Shotlog again."
        raise error(name, message, hint)
    return _with_parameters(plugin, _parse(given, plugin, error), error)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return ``; did you mean 'NAME'?`` with the most similar of known names; empty without one."""
    near = get_close_matches(name, list(known), 1)
    return f"; did you mean '{near[0]}'?" if near else ""


def describe(plugin: ConfigurablePlugin) -> str:
    """Return a line about a plugin: its parameters and their defaults."""
    return f"{plugin.name}: {_parameters(plugin)}"


def _spell(value: Any) -> str:
    """Return the value of a parameter as it can be typed."""
    if isinstance(value, tuple):
        return ",".join(map(_spell, value))
    if value is None:
        return "auto"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _kind_of(group: str) -> str:
    return group.rpartition(".")[2].removesuffix("s").replace("_", " ")


def _parse(given: str, plugin: ConfigurablePlugin, error: type[PluginError]) -> dict[str, str]:
    """Return the parameters that were given, under the names of their fields."""
    values: dict[str, str] = {}
    key = ""
    for part in given.split(",") if given.strip() else ():
        typed, sign, value = part.partition("=")
        if not sign and not key:
            message = f"'{part}' is not a parameter with its value, such as threshold=4"
            raise error(plugin.name, message, _hint(plugin))
        if not sign:
            values[key] += f",{part.strip()}"
            continue
        plain = typed.strip().replace("-", "_")
        key = plugin.synonyms.get(plain, plain)
        if key in values:
            raise error(plugin.name, f"'{key}' is given twice", _hint(plugin))
        values[key] = value.strip()
    return values


def _with_parameters(plugin: C, values: dict[str, str], error: type[PluginError]) -> C:
    kind = type(plugin)
    if unknown := [key for key in values if key not in kind.model_fields]:
        raise error(plugin.name, f"it has no parameter '{unknown[0]}'", _hint(plugin))
    try:
        return kind.model_validate(values)
    except ValidationError as cause:
        fault = cause.errors(include_url=False, include_context=False)[0]
        name = str(next(iter(fault["loc"]), "its parameters"))
        message = f"{name}: {fault['msg'].removeprefix('Value error, ')}"
        raise error(plugin.name, message, _hint(plugin)) from cause


def _parameters(plugin: ConfigurablePlugin) -> str:
    names = type(plugin).model_fields
    told = (f"{name}={_spell(getattr(plugin, name))}" for name in names)
    return ", ".join(told) or "no parameters"


def _hint(plugin: ConfigurablePlugin) -> str:
    return f"Its parameters and their defaults: {_parameters(plugin)}."


def find_points(group: str) -> EntryPoints:
    """Return the installed entry points of a group, without loading them."""
    return _select()(group=group)


@cache  # a search reads the metadata of every package, whichever group it is for
def _select() -> Callable[..., EntryPoints]:
    return entry_points().select


def _make_plugin(point: EntryPoint, kind: str, base: type[P], error: type[PluginError]) -> P:
    hint = f"Reinstall or remove the package of the entry point '{point.name}'."
    try:
        made = point.load()()
    except Exception as cause:  # a foreign package may raise anything while it is imported
        message = f"this {kind} cannot be loaded ({cause})"
        raise error(point.value, message, hint) from cause
    if not isinstance(made, base):
        raise error(point.value, f"this entry point makes no {kind}", hint)
    return made
