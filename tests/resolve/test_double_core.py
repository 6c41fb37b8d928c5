"""The double against rules 1 to 12, 17 and 18 of the reference: handles, markers, strictness."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.resolve.double import Double, ProjectSpec, Violation
from tests.resolve.pythons import play

VERSIONS = ("18.5", "19.1", "20.3", "21.0.4", "21.1")


def film() -> ProjectSpec:
    spec = ProjectSpec("Film", rate=24)
    beach = spec.media("/films/beach.mov", fps=24, start="10:00:00:00", frames=1500)
    cut = spec.timeline("Cut 1")
    cut.clip(beach, length=48, source=100)
    cut.clip(beach, length=24, source=400, speed=2)
    cut.title(length=24)
    cut.marker(10, "Red", "mine", "a note")
    return spec


def timeline_of(double: Double) -> Any:
    return double.resolve.GetProjectManager().GetCurrentProject().GetCurrentTimeline()


def item_of(double: Double, at: int = 0) -> Any:
    return timeline_of(double).GetItemListInTrack("video", 1)[at]


def test_dir_names_the_methods_of_the_version_alone() -> None:  # rule 1
    old, new = (item_of(Double(film(), version=v)) for v in ("18.5", "21.1"))

    assert "GetSourceStartTime" not in dir(old)
    assert {"GetSourceStartTime", "GetSpeed", "GetType"} <= set(dir(new))
    assert "IsStudio" not in dir(Double(film(), version="21.0.4").resolve)
    assert "EXPORT_OTIO" not in dir(Double(film()).resolve)


def test_an_unknown_attribute_is_none_and_every_attribute_seems_to_be_there() -> None:  # rule 1
    double = Double(film(), version="18.5")
    timeline = timeline_of(double)

    assert timeline.GetSelectedClips is None
    assert hasattr(timeline, "Anything")
    assert double.violations == []
    assert double.session.unknown == ["Timeline.GetSelectedClips", "Timeline.Anything"]


CALLS: list[Callable[[Any], Any]] = [
    lambda it: it.Missing(),
    lambda it: it.Missing(1, it.GetName()),
    lambda it: it.Missing(*[1]),
    lambda it: it.Missing(a=1),
    lambda it: getattr(it, "Missing")(),  # noqa: B009
    lambda it: getattr(it, "Missing", str)(2),
]


@pytest.mark.parametrize("call", CALLS)
def test_calling_an_unknown_method_is_a_violation(call: Callable[[Any], Any]) -> None:  # rule 1
    double = Double(film())
    with pytest.raises(TypeError, match="'NoneType' object is not callable"):
        call(timeline_of(double))
    assert double.violations == ["Timeline.Missing was called, which 20.3 does not have"]
    with pytest.raises(Violation):
        double.check()


@pytest.mark.parametrize(
    "look",
    [
        lambda it: it.Missing,
        lambda it: it.Missing is None,
        lambda it: bool(it.Missing) or it.GetName(),
        lambda it: [it.Missing, it.GetName()],
        lambda it: str(it.Missing),
    ],
)
def test_looking_at_an_unknown_attribute_is_none(look: Callable[[Any], Any]) -> None:  # rule 1
    double = Double(film())
    look(timeline_of(double))
    assert double.violations == []


def test_indices_count_from_one() -> None:  # rule 2
    double = Double(film())
    project = double.resolve.GetProjectManager().GetCurrentProject()

    assert [project.GetTimelineByIndex(i) is None for i in (0, 1, 2)] == [True, False, True]
    assert not timeline_of(double).GetItemListInTrack("video", 0)
    assert not timeline_of(double).GetItemListInTrack("video", 2)
    assert timeline_of(double).GetTrackName("video", 0) is None


def test_the_list_of_an_empty_track_is_none_or_empty_by_chance() -> None:  # rule 3
    def lists(seed: int) -> list[Any]:
        timeline = timeline_of(Double(film(), seed=seed))
        return [timeline.GetItemListInTrack("audio", 1) for _ in range(20)]

    assert lists(1) == lists(1)
    assert {None if told is None else len(told) for told in lists(1)} == {None, 0}


@pytest.mark.parametrize("version", VERSIONS)
def test_positions_are_absolute_and_floats_on_21_1(version: str) -> None:  # rule 4
    item = item_of(Double(film(), version=version), 1)
    told = (item.GetStart(), item.GetEnd(), item.GetDuration())

    assert told == (86448, 86472, 24)
    assert {type(each) for each in told} == {float if version == "21.1" else int}


def test_a_transition_is_an_item_over_its_neighbours() -> None:  # rules 4 and 11
    spec = ProjectSpec()
    media = spec.media("/a.mov")
    cut = spec.timeline()
    cut.clip(media, length=48)
    cut.clip(media, length=48, source=60)
    cut.transition(cut=48, length=24)
    items = timeline_of(Double(spec)).GetItemListInTrack("video", 1)

    told = [(item.GetName(), item.GetStart() - 86400, item.GetEnd() - 86400) for item in items]
    assert told == [("a.mov", 0, 48), ("Cross Dissolve", 36, 60), ("a.mov", 48, 96)]
    assert items[1].GetMediaPoolItem() is None
    assert items[1].GetProperty() == {}


def test_one_marker_stands_on_a_frame() -> None:  # rules 5 and 6
    timeline = timeline_of(Double(film()))

    assert timeline.AddMarker(11, "Blue", "n", "", 1, "c") is True
    assert timeline.AddMarker(11, "Green", "n", "", 1, "d") is False
    assert timeline.AddMarker(12.0, "Blue", "n", "", 1) is True
    assert timeline.AddMarker(-1, "Blue", "n", "", 1) is False


@pytest.mark.parametrize("color", ["Orange", "blue", "", None, 3, "BLUE"])
def test_a_colour_outside_the_sixteen_is_refused(color: Any) -> None:  # rule 6
    assert timeline_of(Double(film())).AddMarker(11, color, "n", "", 1, "") is False


@pytest.mark.parametrize(("policy", "added"), [("reject", False), ("store", True)])
def test_a_marker_after_the_end_is_refused_or_stored(policy: str, added: bool) -> None:  # 3.1
    assert timeline_of(Double(film(), beyond_end=policy)).AddMarker(96, "Blue", "", "", 1) is added


@pytest.mark.parametrize("duration", [0, -1, "1", None])
def test_a_marker_lasts_a_frame_at_least(duration: Any) -> None:  # 3.1
    assert timeline_of(Double(film())).AddMarker(11, "Blue", "n", "", duration, "") is False


def test_markers_have_float_keys_and_float_durations() -> None:  # rule 7
    timeline = timeline_of(Double(film()))
    told = timeline.GetMarkers()

    assert told == {
        10.0: {
            "color": "Red",
            "duration": 1.0,
            "note": "a note",
            "name": "mine",
            "customData": "",
        }
    }
    assert {type(frame) for frame in told} == {float}
    told.clear()
    assert len(timeline.GetMarkers()) == 1
    assert item_of(Double(film())).GetMarkers() == {}


def test_deleting_by_custom_data_takes_the_first_alone() -> None:  # rule 8
    timeline = timeline_of(Double(film()))
    for frame in (20, 21):
        timeline.AddMarker(frame, "Blue", "n", "", 1, "same")

    assert timeline.DeleteMarkerByCustomData("same") is True
    assert sorted(timeline.GetMarkers()) == [10, 21]
    assert timeline.DeleteMarkerByCustomData("sam") is False


@pytest.mark.parametrize("color", ["Red", "All"])
def test_deleting_by_colour_cannot_be_swallowed(color: str) -> None:  # rule 8
    double = Double(film())
    with pytest.raises(Violation):  # noqa: PT012
        try:
            timeline_of(double).DeleteMarkersByColor(color)
        except Exception:
            pytest.fail("an Exception")
    assert double.violations
    assert sorted(double.timeline().markers) == [10]


def test_custom_data_alone_can_be_changed_in_place() -> None:  # rule 9
    timeline = timeline_of(Double(film()))

    assert timeline.UpdateMarkerCustomData(10, "new") is True
    assert timeline.GetMarkerCustomData(10) == "new"
    assert timeline.UpdateMarkerCustomData(11, "new") is False
    assert not [name for name in dir(timeline) if "Marker" in name and name.startswith("Set")]


def test_marks_are_relative_and_left_out_when_unset() -> None:  # rule 10
    spec = film()
    double = Double(spec)
    timeline = timeline_of(double)

    assert timeline.GetMarkInOut() == {}
    timeline.SetMarkInOut(10, 20, "video")
    assert timeline.GetMarkInOut() == {"video": {"in": 10, "out": 20}}
    assert timeline.ClearMarkInOut() is True
    assert timeline.GetMarkInOut() == {}


def test_generators_take_a_colour_and_forget_it() -> None:  # rules 11 and 12
    title, clip = (item_of(Double(film()), at) for at in (2, 0))

    assert title.GetMediaPoolItem() is None
    assert (title.SetClipColor("Orange"), title.GetClipColor()) == (True, "")
    assert (clip.SetClipColor("Orange"), clip.GetClipColor()) == (True, "Orange")
    assert clip.SetClipColor("Cyan") is False


def test_a_flag_shows_on_every_item_of_the_media() -> None:  # rule 12
    double = Double(film())
    item_of(double, 0).AddFlag("Mint")

    assert item_of(double, 1).GetFlagList() == ["Mint"]
    assert item_of(double, 1).GetMediaPoolItem().GetFlagList() == ["Mint"]


def test_a_second_thread_is_a_violation() -> None:  # rule 17
    double = Double(film())
    timeline = timeline_of(double)
    raised: list[BaseException] = []

    def call() -> None:
        try:
            timeline.GetName()
        except BaseException as error:
            raised.append(error)

    thread = threading.Thread(target=call)
    thread.start()
    thread.join()

    assert [type(error) for error in raised] == [Violation]
    assert double.violations == ["Timeline.GetName was called from a second thread"]


def test_a_call_while_a_dialog_is_open_is_a_violation() -> None:  # rule 17
    double = Double(film())
    double.open_dialog()
    with pytest.raises(Violation):
        double.resolve.GetProjectManager()
    double.close_dialog()
    assert double.resolve.GetProjectManager() is not None


def test_a_dialog_that_is_closed_makes_a_call_wait() -> None:  # rule 17
    double = Double(film())
    double.open_dialog(seconds=0.01)
    assert double.resolve.GetProjectManager() is not None
    assert double.violations == []


def test_old_handles_answer_none_after_a_project_switch() -> None:  # rule 18
    double = Double(film())
    timeline, item, manager = (
        timeline_of(double),
        item_of(double),
        double.resolve.GetProjectManager(),
    )
    double.switch_project(film())

    assert [timeline.GetName(), timeline.GetMarkers(), item.GetStart()] == [None] * 3
    assert timeline.AddMarker(1, "Blue", "", "", 1) is None
    assert manager.GetCurrentProject().GetName() == "Film"


def test_a_deleted_timeline_and_its_items_answer_none() -> None:
    double = Double(film())
    timeline, item = timeline_of(double), item_of(double)
    double.delete_timeline()

    assert [timeline.GetName(), item.GetName()] == [None, None]
    assert timeline_of(double) is None


def test_what_a_closed_resolve_answers_is_none() -> None:
    double = Double(film())
    resolve, timeline = double.resolve, timeline_of(double)
    double.close()

    assert [resolve.GetProjectManager(), timeline.GetName()] == [None, None]


def test_an_action_can_be_planned_between_two_calls() -> None:
    double = Double(film())
    timeline = timeline_of(double)
    double.session.before("Timeline.AddMarker", 2, double.close)

    assert [timeline.AddMarker(at, "Blue", "", "", 1) for at in (1, 2)] == [True, None]


def test_calls_are_counted_in_total_and_by_method() -> None:
    double = Double(film())
    double.session.cost = 0.001
    timeline = timeline_of(double)
    timeline.GetName()
    timeline.GetName()

    assert double.calls["Timeline.GetName"] == 2
    assert double.call_count == 5
    assert double.session.spent == pytest.approx(0.005)


def test_wrong_arguments_are_violations() -> None:
    double = Double(film())
    with pytest.raises(Violation):
        timeline_of(double).AddMarker(1, "Blue")
    with pytest.raises(Violation):
        timeline_of(double).GetTrackCount(kind="video")


SCRIPT = """
timeline = resolve.GetProjectManager().GetCurrentProject().GetCurrentTimeline()
for item in timeline.GetItemListInTrack("video", 1) or []:
    timeline.AddMarker(item.GetStart() - timeline.GetStartFrame() + 1, "Blue", "x", "", 1, "ours")
try:
    timeline.Nothing()
except Exception:
    pass
print(__name__, sorted(dir(fu)), "__file__" in globals())
"""


SEEN = """
def swallowed(call):
    try:
        call(timeline)
    except TypeError:
        pass

timeline = resolve.GetProjectManager().GetCurrentProject().GetCurrentTimeline()
arguments, named = [1], {"a": 1}
swallowed(lambda it: it.Missing1())
swallowed(lambda it: it.Missing2(1, it.GetName(), [2]))
swallowed(lambda it: it.Missing3(*arguments))
swallowed(lambda it: it.Missing4(1, **named))
swallowed(lambda it: it.Missing5(1, a=it.GetName()))
swallowed(lambda it: getattr(it, "Missing6")())
swallowed(lambda it: [it.Missing7(2), it.GetName()])
it = timeline
try:
    it.Missing8().more
except TypeError:
    pass
for look in (
    lambda it: it.Looked,
    lambda it: it.Looked is None or it.GetName(),
    lambda it: (it.Looked, it.GetName()),
    lambda it: str(it.Looked) + it.GetName(),
    lambda it: callable(getattr(it, "Looked", None)),
    lambda it: it.GetName() if it.Looked else it.Looked,
    lambda it: dict(a=it.Looked, b=it.GetName()),
):
    look(timeline)
"""


@pytest.mark.parametrize("version", ["3.6", "3.7", "3.8", "3.9", "3.10", "3.11", "3.12", "3.13"])
def test_every_python_shows_the_call_of_a_missing_method(version: str, tmp_path: Path) -> None:
    script = tmp_path / "menu.py"
    script.write_text(SEEN, encoding="utf-8")
    told = play(version, film(), script, tmp_path)

    assert told["error"] is None
    missing = [f"Timeline.Missing{number}" for number in range(1, 9)]
    assert [each.split()[0] for each in told["violations"]] == missing


@pytest.mark.parametrize("version", ["3.6", "3.8", "3.11", "3.13", "3.14"])
def test_the_double_runs_in_every_python_that_resolve_may_have(
    version: str, tmp_path: Path
) -> None:
    script = tmp_path / "menu.py"
    script.write_text(SCRIPT, encoding="utf-8")

    told = play(version, film(), script, tmp_path, double={"version": "19.1", "seed": 2})

    assert told["error"] is None
    assert told["violations"] == ["Timeline.Nothing was called, which 19.1 does not have"]
    assert sorted(told["after"]["timelines"]["Cut 1"]["markers"], key=int) == [
        "1",
        "10",
        "49",
        "73",
    ]
    assert told["calls"]["Timeline.AddMarker"] == 3
    assert told["stdout"].startswith("__main__ ['GetResolve'] False")
