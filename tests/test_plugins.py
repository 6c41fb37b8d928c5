"""Plugins are found by their group, checked against their kind, and named when broken."""

from __future__ import annotations

from importlib.metadata import EntryPoint
from typing import Protocol, runtime_checkable

import pytest

from shotlog import plugins
from shotlog.schema import AnalyzerError, PluginError

GROUP = "shotlog.cut_finders"


@runtime_checkable
class CutFinder(Protocol):
    name: str

    def find(self) -> int: ...


class Zebra:
    name = "zebra"

    def find(self) -> int:
        return 1


class Ant(Zebra):
    name = "ant"


class Stranger:
    name = "stranger"


class Broken:
    def __init__(self) -> None:
        raise OSError("no weights")


def points(*names: str) -> list[EntryPoint]:
    return [EntryPoint(name.lower(), f"{__name__}:{name}", GROUP) for name in names]


def load(*names: str) -> list[CutFinder]:
    return plugins.load(GROUP, CutFinder, points=points(*names))  # type: ignore[type-abstract]


def test_plugins_are_ordered_by_name_not_by_installation() -> None:
    assert [type(one) for one in load("Zebra", "Ant")] == [Ant, Zebra]


def test_a_group_without_entry_points_is_empty() -> None:
    assert plugins.load("shotlog.no_such_kinds", Zebra) == []


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (("Zebra", "Zebra"), "zebra: two installed cut finders have this name"),
        (("Broken",), r"Broken: this cut finder cannot be loaded \(no weights\)"),
        (("Missing",), "Missing: this cut finder cannot be loaded"),
        (("Stranger",), "Stranger: this entry point makes no cut finder"),
    ],
)
def test_a_broken_plugin_is_named_with_what_to_do(names: tuple[str, ...], said: str) -> None:
    with pytest.raises(PluginError, match=said) as caught:
        load(*names)
    assert caught.value.problem.hint


def test_the_kind_may_have_an_error_of_its_own() -> None:
    with pytest.raises(AnalyzerError, match="no cut finder"):
        plugins.load(GROUP, Zebra, error=AnalyzerError, points=points("Stranger"))


def test_the_built_in_analyzers_are_plugins_like_any_other() -> None:
    from shotlog.schema import Analyzer

    names = [analyzer.name for analyzer in plugins.load("shotlog.analyzers", Analyzer)]
    assert {"builtin.kind", "builtin.move", "builtin.size"} <= set(names)


class Sieve(plugins.ConfigurablePlugin):
    name = "sieve"


def test_a_kind_without_any_plugin_says_so_instead_of_naming_none() -> None:
    with pytest.raises(PluginError) as told:
        plugins.choose("sieve", "shotlog.no_such_kinds", Sieve, PluginError)
    assert told.value.problem.hint == "No no such kind is installed: install Shotlog again."
