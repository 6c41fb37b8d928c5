"""Coverage by scene, and the lengths of shots in the course of an edit."""

from __future__ import annotations

from fractions import Fraction

from shotlog.report import (
    cover_scenes,
    describe_coverage,
    describe_scenes,
    render_coverage,
    render_report,
    trace_pace,
)
from shotlog.schema import Family, Finding, Log, SceneStart
from tests.report.logs import finding, log, logged, picture, span
from tests.report.test_page import Page


def scene(label: str, start: float, seconds: float) -> Finding:
    why = ("its colours are unlike those before it",)
    found = finding(Family.SCENE, label, span(start, seconds), scores={"shots": 1.0}, reasons=why)
    return found.model_copy(update={"shot": None, "source": None})


def two_scenes() -> Log:
    """A dialogue with two cuts within a size, and a landscape of which one size is not known."""
    shots = [
        logged(0, 2, "CS"), logged(2, 2, "CS", same_framing=True), logged(4, 2, "MS"),
        logged(6, 4, "MS"), logged(10, 2, "LS", "pan_left"), logged(12, 2, "undefined"),
        logged(14, 2, "LS"),
    ]  # fmt: skip
    scenes = (scene("Scene 1", 0, 6), scene("Scene 2", 6, 10))
    return log(shots).model_copy(update={"scenes": scenes})


def test_a_scene_is_covered_by_the_shots_that_start_in_it() -> None:
    first, second = cover_scenes(two_scenes())
    assert [(line.name, line.shots) for line in first.sizes.lines] == [("CS", 2), ("MS", 1)]
    assert [(line.name, line.shots) for line in second.moves.lines] == [
        ("pan_left", 1),
        ("static", 3),
    ]
    assert (first.first, first.last, first.shots) == (1, 3, 3)
    assert (second.first, second.last, second.shots) == (4, 7, 4)
    assert (first.timecode, second.timecode) == ("01:00:00:00", "01:00:06:00")
    assert first.lengths is not None
    assert first.lengths.average == "2.00 s"


def test_a_size_is_missing_only_where_all_sizes_are_known() -> None:
    first, second = cover_scenes(two_scenes())
    assert first.sizes.gaps == ("Missing", "Extreme Close-up, Full Shot, Long Shot")
    assert first.sizes.all_known
    assert second.sizes.gaps is not None
    assert second.sizes.gaps[0] == "Not among the 3 of 4 known shots"
    told = describe_coverage(two_scenes())["scenes"]
    assert isinstance(told, list)
    assert [item["missing_sizes"] for item in told] == [["ECS", "FS", "LS"], None]


def test_a_cut_from_scene_to_scene_is_no_cut_within_one() -> None:
    first, second = cover_scenes(two_scenes())
    assert [(cut.first, cut.second, cut.timecode) for cut in first.cuts] == [(1, 2, "01:00:02:00")]
    assert (first.risks, second.cuts, second.risks) == (1, (), 0)


def test_a_scene_of_markers_alone_has_no_shots() -> None:
    (empty,) = cover_scenes(log([]).model_copy(update={"scenes": (scene("kitchen", 0, 5),)}))
    assert (empty.first, empty.shots, empty.lengths, empty.sizes.gaps) == (None, 0, None, None)


def test_shots_without_a_size_leave_nothing_missing() -> None:
    unknown = log([logged(0, 2, findings=[]), logged(2, 2, findings=[])])
    (one,) = cover_scenes(unknown.model_copy(update={"scenes": (scene("Scene 1", 0, 4),)}))
    assert one.sizes.gaps is None
    told = describe_coverage(unknown)["whole"]
    assert isinstance(told, dict)
    assert (told["sizes"], told["missing_sizes"]) == ({}, None)


def test_the_pace_is_the_average_of_the_five_shots_around_each() -> None:
    pace = trace_pace(log([logged(n * 2, 2) for n in range(5)] + [logged(10, 12)]))
    assert pace is not None
    averages = [average for _, average in pace.steps]
    assert averages[:3] == [2, 2, 2]
    assert averages[3:] == [Fraction(20, 5), Fraction(18, 4), Fraction(16, 3)]
    assert pace.sample(2) == [2, Fraction(16, 3)]
    assert pace.text == "2.00 s to 5.33 s"
    assert pace.path.startswith("M0 100L0.00 62.5H90.91L")


def test_an_edit_without_shots_has_no_pace_and_still_a_page() -> None:
    assert trace_pace(log([])) is None
    page = Page(render_coverage(log([])))
    assert "No scene was found" in " ".join(e.words for e in page.all("p"))


def test_the_page_of_coverage_shows_each_scene_and_asks_for_nothing() -> None:
    text = render_coverage(two_scenes())
    page = Page(text)
    rows = [row.words for row in page.all("tr") if "Scene" in row.words and "01:" in row.words]
    assert len(rows) == 2
    assert rows[0].startswith("Scene 1 01:00:00:00 6.00 s 3 #1–#3 2.00 s Close-up 2 Medium Shot 1")
    assert rows[0].endswith("1, 1 same framing")
    assert "Not among the 3 of 4 known shots: Extreme Close-up" in rows[1]
    (policy,) = [m["content"] for m in page.all("meta") if "http-equiv" in m.attrs]
    assert policy.startswith("default-src 'none'; img-src 'none'")
    assert "script-src 'none'" in policy
    assert "<script" not in text
    assert page.all("a") == []


def test_the_report_has_the_scenes_with_links_to_their_shots() -> None:
    page = Page(render_report(two_scenes(), picture))
    assert page.one("table", "scenes").words.startswith("Scenes Scene From Length")
    links = {e["href"] for e in page.all("a") if "href" in e.attrs}
    assert {"#shot-4", "#shot-7"} <= links
    without = Page(render_report(log([logged(0, 2)]), picture))
    assert without.all("table", "scenes") == []


def test_names_of_scenes_are_text_whatever_they_hold() -> None:
    nasty = scene("<img src=x onerror=alert(1)>", 0, 16)
    page = Page(render_coverage(two_scenes().model_copy(update={"scenes": (nasty,)})))
    assert page.all("img") == []


def test_a_page_tells_whose_the_scenes_are() -> None:
    found = two_scenes()
    assert "guessed from the colours" in describe_scenes(found)
    marked = found.edit.model_copy(update={"scene_starts": (SceneStart(at=Fraction(0)),)})
    assert "your markers" in describe_scenes(found.model_copy(update={"edit": marked}))
    assert describe_scenes(log([])) == ""
