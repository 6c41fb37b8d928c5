"""Plugins: what the entry points of a group give, checked against the base class of its kind.

The built-in ones are found the same way, so that a kind of plugin has one contract for all.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import EntryPoint, entry_points
from typing import Protocol, TypeVar

from shotlog.schema import PluginError


class Plugin(Protocol):
    """A plugin of any kind."""

    @property
    def name(self) -> str:
        """Its name, unique among the plugins of its group."""


P = TypeVar("P", bound=Plugin)


def load(
    group: str,
    base: type[P],
    *,
    error: type[PluginError] = PluginError,
    points: Iterable[EntryPoint] | None = None,
) -> list[P]:
    """Return one instance of every plugin of a group, by name.

    Args:
        group: Of the entry points, named for the kind in the plural: ``shotlog.analyzers``. Each
            entry point gives a class, or a function, that makes the plugin without arguments.
        base: The class, or the runtime-checkable protocol, that every plugin of the group is an
            instance of.
        error: Raised where a plugin cannot be used.
        points: Entry points to load instead of the installed ones.

    Raises:
        PluginError: of the class ``error``; an entry point cannot be loaded, gives something else
            than the base, or two plugins bear one name.
    """
    kind = group.rpartition(".")[2].removesuffix("s").replace("_", " ")
    found: dict[str, P] = {}
    for point in entry_points(group=group) if points is None else points:
        plugin = _made(point, kind, base, error)
        if plugin.name in found:
            message = f"two installed {kind}s bear this name"
            raise error(plugin.name, message, "Uninstall one of them.")
        found[plugin.name] = plugin
    return [found[name] for name in sorted(found)]


def _made(point: EntryPoint, kind: str, base: type[P], error: type[PluginError]) -> P:
    hint = f"Reinstall or remove the package that gives the entry point '{point.name}'."
    try:
        made = point.load()()
    except Exception as cause:  # a foreign package may raise anything while it is imported
        message = f"this {kind} cannot be loaded ({cause})"
        raise error(point.value, message, hint) from cause
    if not isinstance(made, base):
        raise error(point.value, f"this entry point gives no {kind}", hint)
    return made
