"""Kinds of plugins: loaded by entry points, chosen by name and parameters, described in a line.

A kind is a :class:`PluginKind`, which stands beside the contract of its plugins. Built-in plugins
are loaded as all others, so that one contract holds for all plugins of a kind.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, cached_property
from importlib.metadata import EntryPoint, EntryPoints, entry_points
from types import MappingProxyType
from typing import Any, ClassVar, Generic, Protocol, TypeVar

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
        summary: One line for people about the plugin; empty where its name says enough.
        synonyms: Other names under which parameters are known, each with the name of its field.
    """

    name: ClassVar[str]
    summary: ClassVar[str] = ""
    synonyms: ClassVar[Mapping[str, str]] = {}

    @property
    def text(self) -> str:
        """The plugin as it is chosen: its name, and the parameters that differ from the default."""
        changed = self.model_dump(exclude_defaults=True)
        parameters = ",".join(f"{name}={_spell(value)}" for name, value in changed.items())
        return f"{self.name}:{parameters}" if parameters else self.name


P = TypeVar("P", bound=Plugin)
C = TypeVar("C", bound=ConfigurablePlugin)


@dataclass(frozen=True)
class PluginKind(Generic[P]):
    """A kind of plugin; how they are loaded and, if they are configurable, chosen and described.

    Attributes:
        group: Group of the entry points: ``shotlog.cut_finders``. An entry point is a class or a
            function that makes the plugin without arguments.
        base: Class or runtime-checkable protocol that the plugins are instances of.
        noun: One of them, in messages: ``cut finder``.
        error: Class of the errors that are raised.
    """

    group: str
    base: type[P]
    noun: str
    error: type[PluginError] = PluginError

    def load(self, points: Iterable[EntryPoint] | None = None) -> list[P]:
        """Return a new instance of every plugin, by name.

        Args:
            points: Entry points to load instead of the installed ones.

        Raises:
            PluginError: An entry point cannot be loaded or makes no instance of the base, or two
                plugins have one name. It is an instance of ``error``.
        """
        found: dict[str, P] = {}
        for point in find_points(self.group) if points is None else points:
            plugin = self._make(point)
            if plugin.name in found:
                message = f"two installed {self.noun}s have this name"
                raise self.error(plugin.name, message, "Uninstall one of them.")
            found[plugin.name] = plugin
        return [found[name] for name in sorted(found)]

    @cached_property  # plugins do not change while the program runs
    def by_name(self) -> Mapping[str, P]:
        """The installed plugins, each made once, by their names.

        Raises:
            PluginError: As by :meth:`load`.
        """
        return MappingProxyType({plugin.name: plugin for plugin in self.load()})

    @property
    def installed(self) -> Collection[P]:
        """The installed plugins, each made once, in the order of their names.

        Raises:
            PluginError: As by :meth:`load`.
        """
        return self.by_name.values()

    def choose(self: PluginKind[C], text: str) -> C:
        """Return an installed plugin with the parameters that a user typed.

        Args:
            text: ``NAME`` or ``NAME:KEY=VALUE,KEY=VALUE``. A part without ``=`` belongs to the
                value before it: ``weights=1,1,1,0``. Hyphens in keys stand for underscores.

        Raises:
            PluginError: There is no such plugin or parameter, or a value cannot be used. It is an
                instance of ``error``.
        """
        name, _, given = text.partition(":")
        plugin = self._find(name)
        return self._with_parameters(plugin, self._parse(given, plugin))

    def make(self: PluginKind[C], name: str, **parameters: Any) -> C:
        """Return an installed plugin with parameters that may hold any letters, such as paths.

        Raises:
            PluginError: As by :meth:`choose`.
        """
        plugin = self._find(name)
        values = {plugin.synonyms.get(key, key): value for key, value in parameters.items()}
        return self._with_parameters(plugin, values)

    def describe(self: PluginKind[C], before_summary: str = ": ") -> list[str]:
        """Return a text about every installed plugin: name, parameters with defaults, summary.

        Args:
            before_summary: Letters between the parameters and the summary.
        """
        return [
            f"{plugin.name}: {_parameters(plugin)}"
            + (f"{before_summary}{plugin.summary}" if plugin.summary else "")
            for plugin in self.installed
        ]

    def _make(self, point: EntryPoint) -> P:
        hint = f"Reinstall or remove the package of the entry point '{point.name}'."
        try:
            made = point.load()()
        except Exception as cause:  # a foreign package may raise anything while it is imported
            message = f"this {self.noun} cannot be loaded ({cause})"
            raise self.error(point.value, message, hint) from cause
        if not isinstance(made, self.base):
            raise self.error(point.value, f"this entry point makes no {self.noun}", hint)
        return made

    def _find(self: PluginKind[C], name: str) -> C:
        plugin = self.by_name.get(name.strip())
        if plugin is None:
            message = f"there is no such {self.noun}{did_you_mean(name, self.by_name)}"
            hint = f"Choose one of: {', '.join(self.by_name)}."
            if not self.by_name:  # as after an update of a checkout that was installed before
                hint = f"No {self.noun} is installed: install Shotlog again."
            raise self.error(name, message, hint)
        return plugin

    def _parse(self, given: str, plugin: ConfigurablePlugin) -> dict[str, str]:
        """Return the parameters that were given, under the names of their fields."""
        values: dict[str, str] = {}
        key = ""
        for part in given.split(",") if given.strip() else ():
            typed, sign, value = part.partition("=")
            if not sign and not key:
                message = f"'{part}' is not a parameter with its value, such as threshold=4"
                raise self.error(plugin.name, message, _hint(plugin))
            if not sign:
                values[key] += f",{part.strip()}"
                continue
            plain = typed.strip().replace("-", "_")
            key = plugin.synonyms.get(plain, plain)
            if key in values:
                raise self.error(plugin.name, f"'{key}' is given twice", _hint(plugin))
            values[key] = value.strip()
        return values

    def _with_parameters(self: PluginKind[C], plugin: C, values: Mapping[str, Any]) -> C:
        made = type(plugin)
        if unknown := [key for key in values if key not in made.model_fields]:
            message = f"it has no parameter '{unknown[0]}'"
            raise self.error(plugin.name, message, _hint(plugin))
        try:
            return made.model_validate(values)
        except ValidationError as cause:
            fault = cause.errors(include_url=False, include_context=False)[0]
            name = str(next(iter(fault["loc"]), "its parameters"))
            message = f"{name}: {fault['msg'].removeprefix('Value error, ')}"
            raise self.error(plugin.name, message, _hint(plugin)) from cause


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return ``; did you mean 'NAME'?`` with the most similar of known names; empty without one."""
    near = get_close_matches(name, list(known), 1)
    return f"; did you mean '{near[0]}'?" if near else ""


def find_points(group: str) -> EntryPoints:
    """Return the installed entry points of a group, without loading them."""
    return _select()(group=group)


@cache  # a search reads the metadata of every package, whichever group it is for
def _select() -> Callable[..., EntryPoints]:
    return entry_points().select


def _hint(plugin: ConfigurablePlugin) -> str:
    return f"Its parameters and their defaults: {_parameters(plugin)}."


def _parameters(plugin: ConfigurablePlugin) -> str:
    told = (f"{name}={_spell(getattr(plugin, name))}" for name in type(plugin).model_fields)
    return ", ".join(told) or "no parameters"


def _spell(value: Any) -> str:
    """Return the value of a parameter as it can be typed."""
    if isinstance(value, tuple):
        return ",".join(map(_spell, value))
    if value is None:
        return "auto"
    return str(value).lower() if isinstance(value, bool) else str(value)
