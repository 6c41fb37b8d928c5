"""A kind of plugin: found by its group, checked, chosen, described, and named when broken."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import EntryPoint
from typing import ClassVar, Protocol, runtime_checkable

import pytest
from pydantic import Field

from shotlog import plugins
from shotlog.plugins import ConfigurablePlugin, PluginKind
from shotlog.schema import CutFinderError, PluginError

GROUP = "shotlog.no_such_kinds"


@runtime_checkable
class Animal(Protocol):
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


class Sieve(ConfigurablePlugin):
    name = "sieve"
    summary: ClassVar[str] = "what falls through"
    synonyms: ClassVar[Mapping[str, str]] = {"mesh": "width"}

    width: float = Field(3, gt=0)
    weights: str = "1,2"
    file_name: str = ""
    dry: bool = True
    seed: int | None = None


class Funnel(ConfigurablePlugin):
    name = "funnel"


PARAMETERS = "width=3, weights=1,2, file_name=, dry=true, seed=auto"
ANIMALS = PluginKind(GROUP, Animal, "animal")


def points(*names: str) -> list[EntryPoint]:
    return [EntryPoint(name.lower(), f"{__name__}:{name}", GROUP) for name in names]


@pytest.fixture
def tools(monkeypatch: pytest.MonkeyPatch) -> PluginKind[ConfigurablePlugin]:
    """A kind with two plugins that are installed as long as a test runs."""
    monkeypatch.setattr(plugins, "find_points", lambda group: points("Sieve", "Funnel"))
    return PluginKind(GROUP, ConfigurablePlugin, "kitchen tool", CutFinderError)


def test_plugins_are_ordered_by_name_not_by_installation() -> None:
    assert [type(one) for one in ANIMALS.load(points("Zebra", "Ant"))] == [Ant, Zebra]


def test_a_group_without_entry_points_is_empty() -> None:
    assert ANIMALS.load() == []
    assert list(ANIMALS.installed) == []


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (("Zebra", "Zebra"), "zebra: two installed animals have this name"),
        (("Broken",), r"Broken: this animal cannot be loaded \(no weights\)"),
        (("Missing",), "Missing: this animal cannot be loaded"),
        (("Stranger",), "Stranger: this entry point makes no animal"),
    ],
)
def test_a_broken_plugin_is_named_with_what_to_do(names: tuple[str, ...], told: str) -> None:
    with pytest.raises(PluginError, match=told) as caught:
        ANIMALS.load(points(*names))
    assert caught.value.problem.hint


def test_a_kind_may_have_an_error_of_its_own() -> None:
    kind = PluginKind(GROUP, Animal, "animal", CutFinderError)
    with pytest.raises(CutFinderError, match="no animal"):
        kind.load(points("Stranger"))


def test_installed_plugins_are_made_once_and_loaded_ones_each_time(
    tools: PluginKind[ConfigurablePlugin],
) -> None:
    assert list(tools.by_name) == ["funnel", "sieve"]
    assert [*tools.installed] == [tools.by_name["funnel"], tools.by_name["sieve"]]
    assert next(iter(tools.installed)) is tools.by_name["funnel"]
    assert tools.load()[0] is not tools.load()[0]


@pytest.mark.parametrize(
    ("typed", "chosen"),
    [
        ("sieve", Sieve()),
        (" sieve :", Sieve()),
        ("sieve:width=4", Sieve(width=4)),
        ("sieve:mesh=4", Sieve(width=4)),
        ("sieve:weights=1,0.5, 2,dry=no", Sieve(weights="1,0.5,2", dry=False)),
        ("sieve:file-name=a=b.txt", Sieve(file_name="a=b.txt")),
    ],
)
def test_what_a_user_types_chooses_a_plugin_with_its_parameters(
    tools: PluginKind[ConfigurablePlugin], typed: str, chosen: Sieve
) -> None:
    assert tools.choose(typed) == chosen
    assert tools.choose(chosen.text) == chosen


def test_a_parameter_that_is_made_may_hold_any_letters(
    tools: PluginKind[ConfigurablePlugin],
) -> None:
    made = tools.make("sieve", file_name="cut, take=2.srt", mesh=2)
    assert made == Sieve(file_name="cut, take=2.srt", width=2)
    with pytest.raises(CutFinderError, match="it has no parameter 'colour'"):
        tools.make("sieve", colour="red")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("seive", "seive: there is no such kitchen tool; did you mean 'sieve'?"),
        ("", ": there is no such kitchen tool"),
        ("sieve:colour=1", "sieve: it has no parameter 'colour'"),
        ("sieve:4", "sieve: '4' is not a parameter with its value, such as threshold=4"),
        ("sieve:width=1,mesh=2", "sieve: 'width' is given twice"),
        ("sieve:width=0", "sieve: width: Input should be greater than 0"),
        ("sieve:dry=perhaps", "sieve: dry: Input should be a valid boolean"),
    ],
)
def test_a_wrong_choice_is_told_in_a_sentence_with_what_there_is(
    tools: PluginKind[ConfigurablePlugin], typed: str, told: str
) -> None:
    with pytest.raises(CutFinderError) as caught:
        tools.choose(typed)
    assert str(caught.value).startswith(told)
    parameters = f"Its parameters and their defaults: {PARAMETERS}."
    missing = "Choose one of: funnel, sieve."
    assert caught.value.problem.hint == (parameters if typed.startswith("sieve") else missing)


def test_a_kind_without_any_plugin_says_so_instead_of_naming_none() -> None:
    with pytest.raises(PluginError) as told:
        PluginKind(GROUP, Sieve, "sieve").choose("sieve")
    assert told.value.problem.hint == "No sieve is installed: install Shotlog again."


def test_plugins_are_described_with_their_defaults_and_what_they_are_for(
    tools: PluginKind[ConfigurablePlugin],
) -> None:
    assert tools.describe() == [
        "funnel: no parameters",
        f"sieve: {PARAMETERS}: what falls through",
    ]
    assert tools.describe("\n    ")[1] == f"sieve: {PARAMETERS}\n    what falls through"


def test_the_built_in_analyzers_are_plugins_like_any_other() -> None:
    from shotlog.engine import ANALYZERS

    assert {"builtin.kind", "builtin.move", "builtin.size"} <= ANALYZERS.by_name.keys()
