"""Resolve is found by every way that a version offers, and looked at again before writing."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any

import pytest

from shotlog_resolve.errors import ScriptError
from shotlog_resolve.host import Host, Identity, connect
from tests.resolve.double import Double, ProjectSpec
from tests.resolve.reading.scenes import VERSIONS, open_double, with_one_clip


def two(version: str = "20.3") -> Double:
    """A project of two timelines."""
    spec = ProjectSpec("Film")
    for name in ("Cut 1", "Cut 2"):
        with_one_clip(spec, spec.timeline(name))
    return Double(spec, version=version)


@pytest.mark.parametrize("name", ["resolve", "fusion", "fu", "app", "bmd"])
@pytest.mark.parametrize("version", VERSIONS)
def test_resolve_is_found_by_each_of_its_names_alone(version: str, name: str) -> None:
    double = open_double(with_one_clip, version)
    host = connect({name: double.globals()[name]})

    assert host.timeline.GetName() == "Cut 1"
    double.check()


def test_a_name_that_leads_nowhere_is_passed_over() -> None:
    double = open_double(with_one_clip)
    broken = SimpleNamespace()  # without GetResolve
    empty = SimpleNamespace(GetResolve=lambda: None)
    host = connect({"resolve": None, "fusion": broken, "fu": empty, "bmd": double.globals()["bmd"]})

    assert host.project.GetName() == "Film"


def test_a_process_outside_is_let_in_by_studio(monkeypatch: pytest.MonkeyPatch) -> None:
    outside = open_double(with_one_clip).outside()
    monkeypatch.setitem(sys.modules, "DaVinciResolveScript", outside)

    assert connect({}).timeline.GetName() == "Cut 1"


def test_without_resolve_the_menu_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    refused: Any = SimpleNamespace(scriptapp=lambda name: None)
    for module in (refused, None):  # None: no such module
        monkeypatch.setitem(sys.modules, "DaVinciResolveScript", module)
        with pytest.raises(ScriptError, match="Workspace > Scripts > Shotlog"):
            connect({})


@pytest.mark.parametrize("edition", ["studio", "free"])
@pytest.mark.parametrize("version", VERSIONS[:4])
def test_version_and_edition_are_known(version: str, edition: str) -> None:
    host = connect(open_double(with_one_clip, version, edition=edition).globals())

    assert host.is_studio == (edition == "studio")
    assert host.version_text.startswith(version)
    assert host.version[:2] == tuple(map(int, version.split(".")[:2]))


def test_a_method_that_a_version_lacks_is_known_to_be_missing() -> None:
    double = open_double(with_one_clip, "18.5")
    host = connect(double.globals())

    assert host.has(host.timeline, "GetName")
    assert not host.has(host.timeline, "GetSelectedClips")
    assert not host.has(None, "GetName")
    assert double.session.unknown == []


def test_a_list_that_is_none_is_empty() -> None:
    assert (Host.items(None), Host.items(()), Host.items([1])) == ([], [], [1])


@pytest.mark.parametrize("version", VERSIONS)
def test_what_is_still_there_is_given_to_write_to(version: str) -> None:
    double = two(version)
    host = connect(double.globals())
    identity = host.identity()

    assert host.still(identity).GetUniqueId() == identity.timeline == double.timeline().uid
    double.check()


@pytest.mark.parametrize("version", VERSIONS)
def test_a_timeline_is_found_again_though_another_is_open_now(version: str) -> None:
    double = two(version)
    host = connect(double.globals())
    identity = host.identity()
    double.project.current = double.timeline("Cut 2")

    assert host.still(identity).GetName() == "Cut 1"
    assert host.timeline.GetName() == "Cut 1"
    double.check()


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    ("event", "told"),
    [
        (lambda d: d.delete_timeline("Cut 1"), "The timeline was deleted while Shotlog worked."),
        (lambda d: d.switch_project(ProjectSpec("Film")), "Another project was opened"),
        (lambda d: d.switch_project(None), "The project was closed"),
        (lambda d: d.close(), "DaVinci Resolve no longer answers."),
    ],
)
def test_what_is_gone_is_told(event: Any, told: str, version: str) -> None:
    double = two(version)
    host = connect(double.globals())
    identity = host.identity()
    event(double)

    with pytest.raises(ScriptError) as error:
        host.still(identity)
    assert error.value.message.startswith(told)
    assert error.value.hint
    double.check()


def test_a_resolve_that_fails_when_it_is_closed_is_told_too() -> None:
    class Gone:
        def __getattr__(self, name: str) -> Any:
            raise OSError("the connection was lost")

    host = connect(two().globals())
    host.resolve = Gone()
    with pytest.raises(ScriptError, match=r"no longer answers \(the connection was lost\)"):
        host.still(Identity("p", "t"))
