"""Scripts call only what Resolve has: also where no test leads them past a missing method."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from tests.resolve.double import Double, ProjectSpec
from tests.resolve.double.known import every_method, unknown_calls

SCRIPTS = sorted((Path(__file__).parents[2] / "resolve_scripts").rglob("*.py"))
VERSIONS = ("18.5", "19.1", "20.3", "21.0.4", "21.1")


@pytest.mark.parametrize("version", VERSIONS)
def test_the_names_are_those_that_dir_tells(version: str) -> None:
    spec = ProjectSpec()
    spec.timeline().clip(spec.media("/a.mov"))
    timeline = Double(spec, version=version).resolve.GetProjectManager()
    timeline = timeline.GetCurrentProject().GetCurrentTimeline()
    assert every_method(version)["Timeline"] == set(dir(timeline))


def test_versions_only_add() -> None:
    for older, newer in itertools.pairwise(VERSIONS):
        old, new = every_method(older), every_method(newer)
        assert all(names <= new[kind] for kind, names in old.items())
        assert old != new


def test_a_call_of_a_method_that_no_version_has_is_found() -> None:
    source = "import queue\nf = t.GetMarkers()\nf.GetMarkerz(1)\nqueue.Queue()\nt.GetNoise"
    assert unknown_calls(source) == {"GetMarkerz"}


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_calls_only_methods_of_resolve(script: Path) -> None:
    assert unknown_calls(script.read_text(encoding="utf-8")) == set()


def test_known_names_are_told_by_kind() -> None:
    assert {"AddMarker", "GetStart"} <= every_method()["TimelineItem"]
    assert "GetStart" not in every_method()["Timeline"]
