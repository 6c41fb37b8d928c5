"""What is not there, or goes away while it is read, is told in a sentence."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from shotlog_resolve.edit import read_edit
from shotlog_resolve.errors import ScriptError
from shotlog_resolve.host import connect
from shotlog_resolve.scope import TIMELINE
from tests.resolve.double import Double, ProjectSpec, TimelineSpec
from tests.resolve.reading.scenes import VERSIONS, beach, open_double, read, three


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("seed", range(3))
def test_an_empty_timeline_says_so(version: str, seed: int) -> None:
    with pytest.raises(ScriptError, match='"Cut 1" is empty'):
        read(open_double(lambda spec, cut: None, version, seed=seed))


def test_sound_alone_is_an_empty_timeline() -> None:
    with pytest.raises(ScriptError, match="no video clip in it"):
        read(open_double(lambda spec, cut: cut.clip(beach(spec), kind="audio")))


def test_a_timeline_of_titles_tells_why_none_can_be_analysed() -> None:
    def scene(spec: ProjectSpec, cut: TimelineSpec) -> None:
        for _ in range(5):
            cut.title()

    with pytest.raises(ScriptError) as told:
        read(open_double(scene))
    assert "No clip can be analysed." in str(told.value)
    assert "Text+ (V1 at 01:00:00:00): it is a title" in str(told.value)
    assert "2 more could not either." in str(told.value)


@pytest.mark.parametrize("version", VERSIONS)
def test_no_project_says_so(version: str) -> None:
    with pytest.raises(ScriptError, match="No project is open"):
        read(Double(None, version=version))


@pytest.mark.parametrize("version", VERSIONS)
def test_no_timeline_says_so(version: str) -> None:
    with pytest.raises(ScriptError, match="No timeline is open"):
        read(Double(ProjectSpec("Empty"), version=version))


AT = ("TimelineItem.GetStart", "TimelineItem.GetMediaPoolItem", "MediaPoolItem.GetMediaId",
      "Timeline.Export", "Timeline.GetTrackCount", "TimelineItem.GetClipEnabled",
      "MediaPoolItem.GetClipProperty", "Timeline.GetName")  # fmt: skip


def read_with(double: Double, event: Callable[[], None], method: str) -> None:
    double.session.before(method, 1, event)
    read_edit(connect(double.globals()), TIMELINE)


@pytest.mark.parametrize("method", AT)
@pytest.mark.parametrize("version", VERSIONS)
def test_a_timeline_that_is_deleted_while_it_is_read_is_told(version: str, method: str) -> None:
    double = open_double(three, version)
    with pytest.raises(ScriptError, match="The timeline was deleted"):
        read_with(double, double.delete_timeline, method)
    double.check()


@pytest.mark.parametrize("method", AT)
@pytest.mark.parametrize("version", VERSIONS)
def test_a_resolve_that_is_closed_while_it_is_read_is_told(version: str, method: str) -> None:
    double = open_double(three, version)
    with pytest.raises(ScriptError, match="DaVinci Resolve no longer answers"):
        read_with(double, double.close, method)
    double.check()


@pytest.mark.parametrize("method", AT)
@pytest.mark.parametrize("version", VERSIONS)
def test_a_project_that_is_switched_while_it_is_read_is_told(version: str, method: str) -> None:
    double = open_double(three, version)
    with pytest.raises(ScriptError, match="Another project was opened"):
        read_with(double, lambda: double.switch_project(ProjectSpec("Other")), method)
    double.check()
