"""The double against rule 19 and sections 1.1 and 4.1 of the reference: versions and editions."""

from __future__ import annotations

from typing import Any

import pytest

from tests.resolve.double import Double, NotListed, NotModelled, ProjectSpec, Violation

VERSIONS = ("18.5", "19.1", "20.3", "21.0.4", "21.1")


def film() -> ProjectSpec:
    spec = ProjectSpec()
    spec.timeline().clip(spec.media("/a.mov"))
    return spec


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("edition", ["studio", "free"])
def test_a_version_and_an_edition_are_told(version: str, edition: str) -> None:
    resolve = Double(film(), version=version, edition=edition).resolve

    assert resolve.GetVersionString().startswith(version)
    assert ".".join(str(part) for part in resolve.GetVersion()[:3]).startswith(version)
    assert ("Studio" in resolve.GetProductName()) == (edition == "studio")
    assert ("IsStudio" in dir(resolve)) == (version == "21.1")


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("edition", ["studio", "free"])
def test_uimanager_is_studios_from_19_1_on(version: str, edition: str) -> None:  # rule 19
    double = Double(film(), version=version, edition=edition)
    fusion = double.resolve.Fusion()
    there = edition == "studio" or version == "18.5"

    assert (fusion.UIManager is not None) == there
    assert double.session.upsells == (0 if there else 1)


def test_the_free_21_1_lists_no_python() -> None:  # 4.1
    with pytest.raises(NotListed):
        Double(film(), version="21.1", edition="free").globals()
    assert "resolve" in Double(film(), version="21.0.4", edition="free").globals()


@pytest.mark.parametrize(("edition", "served"), [("studio", True), ("free", False)])
def test_only_studio_serves_scripts_from_outside(edition: str, served: bool) -> None:  # rule 19
    double = Double(film(), edition=edition)
    assert (double.outside().scriptapp("Resolve") is not None) is served
    assert double.globals()["bmd"].scriptapp("Resolve") is not None


def test_a_call_for_studio_in_free_opens_a_dialog_that_stalls_all() -> None:  # rule 19
    double = Double(film(), edition="free")
    timeline = double.resolve.GetProjectManager().GetCurrentProject().GetCurrentTimeline()

    assert timeline.CreateSubtitlesFromAudio() is False
    with pytest.raises(Violation):
        timeline.GetName()


@pytest.mark.parametrize(
    ("since", "kind", "name"),
    [
        ("19.1", "timeline", "GetMarkInOut"),
        ("19.1", "item", "GetSourceStartFrame"),
        ("19.1", "item", "GetSourceStartTime"),
        ("19.1", "item", "GetTrackTypeAndIndex"),
        ("19.1", "item", "GetLinkedItems"),
        ("19.1", "media", "GetThirdPartyMetadata"),
        ("20.3", "item", "SetName"),
        ("21.0.4", "timeline", "GetSelectedClips"),
        ("21.0.4", "media", "GetTimeline"),
        ("21.1", "item", "GetSpeed"),
        ("21.1", "item", "GetType"),
        ("21.1", "resolve", "GetCurrentTimeline"),
    ],
)
@pytest.mark.parametrize("version", VERSIONS)
def test_a_method_is_there_from_its_version_on(
    version: str, since: str, kind: str, name: str
) -> None:  # 1.1
    resolve = Double(film(), version=version).resolve
    timeline = resolve.GetProjectManager().GetCurrentProject().GetCurrentTimeline()
    item = timeline.GetItemListInTrack("video", 1)[0]
    objects: dict[str, Any] = {
        "resolve": resolve,
        "timeline": timeline,
        "item": item,
        "media": item.GetMediaPoolItem(),
    }
    there = VERSIONS.index(version) >= VERSIONS.index(since)
    assert (name in dir(objects[kind])) is there
    assert (getattr(objects[kind], name) is not None) is there


def test_a_method_that_is_not_played_says_so() -> None:
    timeline = Double(film()).resolve.GetProjectManager().GetCurrentProject().GetCurrentTimeline()
    assert "AddTrack" in dir(timeline)
    with pytest.raises(NotModelled):
        timeline.AddTrack("video")


def test_without_a_project_there_is_none() -> None:
    double = Double(None)
    assert double.resolve.GetProjectManager().GetCurrentProject() is None
    assert double.snapshot()["project"] is None


def test_saving_is_counted_and_fails_for_an_unsaved_project() -> None:  # 1.2
    double = Double(film(), saved=False)
    assert double.resolve.GetProjectManager().SaveProject() is False
    assert double.session.saves == 1


def test_a_closed_resolve_may_lack_every_attribute() -> None:
    double = Double(film())
    resolve = double.resolve
    double.close(attributes=True)

    assert resolve.GetVersion is None
    assert double.violations == []


def test_the_playhead_is_not_there_on_every_page() -> None:  # 1.2
    double = Double(film())
    timeline = double.resolve.GetProjectManager().GetCurrentProject().GetCurrentTimeline()
    assert double.resolve.OpenPage("media") is True
    assert timeline.GetCurrentTimecode() is None
    assert double.resolve.OpenPage("nowhere") is False
    assert double.resolve.GetCurrentPage() == "media"


# ---- windows


def ask(double: Double) -> tuple[Any, list[str]]:
    """Show a window with a field and two buttons, as scripts do; return what was chosen."""
    given = double.globals()
    ui = given["fu"].UIManager
    dispatcher = given["bmd"].UIDispatcher(ui)
    window = dispatcher.AddWindow(
        {"ID": "Win", "WindowTitle": "Settings"},
        [ui.VGroup([ui.LineEdit({"ID": "Name"}), ui.Button({"ID": "OK", "Text": "Go"})])],
    )
    said: list[str] = []

    def go(event: dict[str, Any]) -> None:
        said.append(window.GetItems()["Name"].Text)
        dispatcher.ExitLoop(True)

    window.On.OK.Clicked = go
    window.On.Win.Close = lambda event: dispatcher.ExitLoop(False)
    window.Show()
    answer = dispatcher.RunLoop()
    window.Hide()
    return answer, said


def test_a_planned_user_fills_in_a_window() -> None:
    double = Double(film())
    double.ui.enter("Name", Text="Anna")
    double.ui.press("Go")

    assert ask(double) == (True, ["Anna"])
    assert [(window.title, window.texts) for window in double.ui.shown] == [
        ("Settings", ["Anna", "Go"])
    ]


def test_a_user_without_a_plan_closes_the_window() -> None:
    assert ask(Double(film())) == (False, [])


def test_a_window_that_cannot_be_closed_is_a_violation() -> None:
    double = Double(film())
    given = double.globals()
    dispatcher = given["bmd"].UIDispatcher(given["fu"].UIManager)
    dispatcher.AddWindow({"ID": "Win"}, []).Show()
    with pytest.raises(Violation):
        dispatcher.RunLoop()
