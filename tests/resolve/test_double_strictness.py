"""The double itself holds: whatever it is asked, it answers as Resolve would, or says why not."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.resolve.double import Double, Handle, NotModelled, ProjectSpec, Violation
from tests.resolve.double.handle import methods_of, target_of
from tests.resolve.pythons import play

VERSIONS = ("18.5", "19.1", "20.3", "21.0.4", "21.1")
KINDS = (
    "Resolve",
    "ProjectManager",
    "Project",
    "MediaPool",
    "Folder",
    "MediaPoolItem",
    "Timeline",
    "TimelineItem",
)


def film() -> ProjectSpec:
    spec = ProjectSpec("Film")
    media = spec.media("/a.mov", frames=500)
    cut = spec.timeline("Cut 1")
    cut.clip(media, length=48, audio_track=1)
    cut.title(length=24)
    cut.transition(cut=48)
    cut.marker(3, "Red", "mine")
    return spec


def objects(double: Double) -> dict[str, Any]:
    resolve = double.resolve
    manager = resolve.GetProjectManager()
    project = manager.GetCurrentProject()
    timeline = project.GetCurrentTimeline()
    item = timeline.GetItemListInTrack("video", 1)[0]
    pool = project.GetMediaPool()
    every = (resolve, manager, project, pool, pool.GetRootFolder(), item.GetMediaPoolItem())
    return dict(zip(KINDS, (*every, timeline, item), strict=True))


SIMPLE = (
    st.none()
    | st.booleans()
    | st.integers(-10, 200000)
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(["video", "audio", "Blue", "All", "Cut 1", "01:00:00:00", "FPS"])
)
VALUES = SIMPLE | st.lists(SIMPLE, max_size=3) | st.dictionaries(st.text(max_size=9), SIMPLE)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_argument_makes_the_double_fail(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: st.DataObject
) -> None:
    monkeypatch.chdir(tmp_path)  # Export may be given a name
    double = Double(film(), version=data.draw(st.sampled_from(VERSIONS)))
    holders = objects(double)
    holder = holders[kind]
    name = data.draw(st.sampled_from(sorted(methods_of(target_of(holder)))))
    some = st.sampled_from([each for each in holders.values() if isinstance(each, Handle)])
    given_ = data.draw(st.lists(VALUES | some | st.lists(some, max_size=2), max_size=6))
    with contextlib.suppress(Violation, NotModelled):
        getattr(holder, name)(*given_)


def test_an_argument_of_a_wrong_kind_is_a_violation() -> None:
    double = Double(film())
    with pytest.raises(Violation, match=r"SetMarkInOut cannot read \('1', 2\)"):
        objects(double)["Timeline"].SetMarkInOut("1", 2)
    assert len(double.violations) == 1


def test_a_call_may_lie() -> None:  # section 0, point 6
    double = Double(film())
    timeline = objects(double)["Timeline"]
    double.session.lie("Timeline.AddMarker", True)
    double.session.lie("Timeline.AddMarker", False)

    assert [timeline.AddMarker(9, "Blue", "", "", 1) for _ in range(3)] == [True, False, True]
    assert sorted(double.timeline().markers) == [3, 9]


def test_a_reopened_project_is_the_same_with_new_handles() -> None:  # rule 18
    double = Double(film())
    timeline, manager = objects(double)["Timeline"], double.resolve.GetProjectManager()
    before = timeline.GetUniqueId()
    double.reopen_project()

    assert timeline.GetName() is None
    assert manager.GetCurrentProject().GetCurrentTimeline().GetUniqueId() == before


def test_a_stale_handle_is_no_argument() -> None:  # rule 18
    double = Double(film())
    timeline = objects(double)["Timeline"]
    double.reopen_project()
    project = double.resolve.GetProjectManager().GetCurrentProject()
    assert project.SetCurrentTimeline(timeline) is False


def test_the_topmost_clip_is_shown() -> None:
    spec = ProjectSpec()
    low, high, off = (spec.media(f"/{name}.mov") for name in ("low", "high", "off"))
    cut = spec.timeline()
    cut.clip(low, length=100, source=10)
    cut.clip(high, at=40, length=20, track=2, speed=-1)
    cut.clip(off, at=40, length=20, track=3, enabled=False)
    timeline = Double(spec).timeline()

    def told(frame: int) -> tuple[str, int] | None:
        shown = timeline.shown(frame)
        return None if shown is None else (shown[0].name, shown[1])

    assert [told(at) for at in (39, 40, 59, 60, 100)] == [
        ("low.mov", 49),
        ("high.mov", 19),
        ("high.mov", 0),
        ("low.mov", 70),
        None,
    ]


def test_a_description_survives_json() -> None:
    spec = film()
    again = ProjectSpec.from_json(spec.to_json())

    assert again.told == spec.told
    assert Double(again).snapshot() == Double(spec).snapshot()


def test_a_script_can_be_run_twice_in_another_python(tmp_path: Path) -> None:
    script = tmp_path / "menu.py"
    script.write_text(
        "t = resolve.GetProjectManager().GetCurrentProject().GetCurrentTimeline()\n"
        "t.AddMarker(10 + len(t.GetMarkers()), 'Blue', '', '', 1)\n",
        encoding="utf-8",
    )
    told = play("3.8", film(), script, tmp_path, runs=2)

    found = [sorted(each["timelines"]["Cut 1"]["markers"]) for each in told["between"]]
    assert found == [["11", "3"], ["11", "12", "3"]]


def test_what_happens_to_a_script_in_between_can_be_planned(tmp_path: Path) -> None:
    script = tmp_path / "menu.py"
    script.write_text(
        "t = resolve.GetProjectManager().GetCurrentProject().GetCurrentTimeline()\n"
        "assert [t.GetName(), t.GetName()] == ['Cut 1', None]\n"
        "raise SystemExit(3)\n",
        encoding="utf-8",
    )
    plan = [("Timeline.GetName", 2, "delete_timeline")]
    told = play("3.11", film(), script, tmp_path, plan=plan)

    assert told["error"] == "SystemExit: 3"
    assert told["after"]["timelines"] == {}
