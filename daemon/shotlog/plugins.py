"""Loading of plugins by entry points, checked against the base class of their kind.

Built-in plugins are loaded the same way, so that one contract holds for all plugins of a kind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from importlib.metadata import EntryPoint, EntryPoints, entry_points
from typing import Protocol, TypeVar

from shotlog.schema import PluginError


class Plugin(Protocol):
    """A plugin of any kind."""

    @property
    def name(self) -> str:
        """Name, unique among the plugins of its group."""


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
        group: Group of the entry points, named for the kind in the plural: ``shotlog.analyzers``.
            An entry point is a class or a function that makes the plugin without arguments.
        base: Class or runtime-checkable protocol that the plugins of the group are instances of.
        error: Class of the error to raise.
        points: Entry points to load instead of the installed ones.

    Raises:
        PluginError: An entry point cannot be loaded or makes no instance of ``base``, or two
            plugins have one name. It is an instance of ``error``.
    """
    kind = group.rpartition(".")[2].removesuffix("s").replace("_", " ")
    found: dict[str, P] = {}
    for point in find_points(group) if points is None else points:
        plugin = _make_plugin(point, kind, base, error)
        if plugin.name in found:
            message = f"two installed {kind}s have this name"
            raise error(plugin.name, message, "Uninstall one of them.")
        found[plugin.name] = plugin
    return [found[name] for name in sorted(found)]


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
