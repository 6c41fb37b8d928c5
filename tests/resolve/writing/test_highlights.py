"""The best highlights become a timeline of their own; the open one is not changed."""

from __future__ import annotations

from typing import Any

import pytest

from shotlog_resolve.edit import read_edit
from shotlog_resolve.errors import ScriptError
from shotlog_resolve.highlights import HighlightReport, make_highlights, pieces_of
from shotlog_resolve.host import connect
from tests.resolve.double import Double, ProjectSpec


def highlight(first: int, end: int, rank: int = 1) -> dict[str, Any]:
    return {"label": f"HL {rank}", "timeline_in": first, "timeline_out": end}


def project(rate: str = "24") -> ProjectSpec:
    """Return a project: A straight at 0, B twice as fast at 100, C backwards at 150, D above."""
    spec = ProjectSpec("Film", rate=rate)
    cut = spec.timeline("Cut", rate=24, start="10:00:00:00")
    film = spec.media("/films/a.mov", fps=24, frames=400, start="01:00:00:00", folder="Rushes")
    cut.clip(film, length=100, source=50)
    cut.clip(film, length=50, source=200, speed=2)
    cut.clip(film, length=50, source=300, speed=-1)
    slow = spec.media("/films/d.mov", fps=48, frames=400)
    cut.clip(slow, length=20, source=10, track=2, at=40)
    cut.playhead(77)
    return spec


def make(double: Double, *highlights: dict[str, Any], most: int = 10) -> HighlightReport:
    host = connect(double.globals())
    edit = read_edit(host, "timeline")
    return make_highlights(host, edit, {"highlights": list(highlights)}, most)


def items(double: Double, name: str) -> list[tuple[str, int, int, int]]:
    """Return name, place, length and first source frame of each item of a timeline."""
    told = [(item.media, item.told()) for item in double.timeline(name).items]
    return [(m.name, i["at"], i["length"], int(i["source"])) for m, i in told if m is not None]


def test_the_frames_of_a_highlight_are_those_of_the_edit() -> None:
    double = Double(project())
    report = make(double, highlight(10, 30))

    assert (report.name, report.highlights, report.clips) == ("Cut highlights", 1, 1)
    assert items(double, "Cut highlights") == [("a.mov", 0, 20, 60)]


def test_highlights_stand_in_the_order_of_the_edit_and_no_more_than_wanted() -> None:
    double = Double(project())
    make(double, highlight(70, 80, 1), highlight(0, 10, 2), highlight(20, 30, 3), most=2)

    assert items(double, "Cut highlights") == [("a.mov", 0, 10, 50), ("a.mov", 10, 10, 120)]


def test_where_clips_lie_over_each_other_the_upper_one_is_taken_at_its_own_rate() -> None:
    double = Double(project())
    make(double, highlight(30, 70))

    assert items(double, "Cut highlights") == [
        ("a.mov", 0, 10, 80),
        ("d.mov", 10, 20, 10),
        ("a.mov", 30, 10, 110),
    ]


def test_a_retimed_part_is_taken_at_normal_speed_and_told() -> None:
    double = Double(project())
    report = make(double, highlight(110, 120), highlight(150, 160))

    # Twice as fast: frames 220 to 239. Backwards from 349: frames 340 to 349.
    assert items(double, "Cut highlights") == [("a.mov", 0, 20, 220), ("a.mov", 20, 10, 340)]
    assert report.normal_speed == 2


def test_a_held_frame_is_left_out_and_told() -> None:
    spec = project()
    spec.told["timelines"][0]["items"][2]["speed"] = "0"
    report = make(Double(spec), highlight(140, 160))

    assert [(part.place, part.reason) for part in report.left] == [
        ("10:00:06:06", "it is a held frame, which scripts cannot place")
    ]
    assert report.clips == 1


def test_where_nothing_can_be_placed_no_empty_timeline_stays() -> None:
    spec = project()
    spec.told["timelines"][0]["items"][2]["speed"] = "0"
    double = Double(spec)
    before = double.snapshot()

    with pytest.raises(ScriptError, match="held frame"):
        make(double, highlight(150, 160))
    assert double.snapshot() == before


def test_equal_highlights_are_all_there() -> None:
    double = Double(project())
    make(double, highlight(0, 10), highlight(0, 10, 2))

    assert items(double, "Cut highlights") == [("a.mov", 0, 10, 50), ("a.mov", 10, 10, 50)]


def test_nothing_else_is_changed() -> None:
    double = Double(project())
    double.resolve.OpenPage("color")
    before = double.snapshot()
    make(double, highlight(10, 30))
    after = double.snapshot()
    del after["timelines"]["Cut highlights"]

    assert after == before
    assert double.violations == []


def test_a_second_one_has_a_name_of_its_own() -> None:
    double = Double(project())
    make(double, highlight(10, 30))

    assert make(double, highlight(10, 30)).name == "Cut highlights 2"


def test_a_rate_that_resolve_does_not_set_is_told_and_the_frames_are_right() -> None:
    double = Double(project(rate="25"))  # which lets nobody change the rate of a timeline
    report = make(double, highlight(10, 30))

    assert not report.has_rate
    assert [frame for *_, frame in items(double, "Cut highlights")] == [60]
    assert make(Double(project()), highlight(10, 30)).has_rate


def test_without_a_highlight_nothing_is_made() -> None:
    double = Double(project())
    before = double.snapshot()

    with pytest.raises(ScriptError, match="no highlight"):
        make(double)
    assert double.snapshot() == before


def test_a_gap_in_a_highlight_is_left_out() -> None:
    spec = ProjectSpec("Film", rate=24)
    cut = spec.timeline("Cut", rate=24)
    film = spec.media("/films/a.mov", fps=24, frames=400)
    cut.clip(film, length=10)
    cut.clip(film, length=10, at=20, source=100)
    edit = read_edit(connect(Double(spec).globals()), "timeline")

    assert [(p.timeline_in, p.timeline_out) for p in pieces_of(edit, highlight(5, 25))] == [
        (5, 10),
        (20, 25),
    ]
