"""Markers in FCPXML: their frames, their kinds, and which of them the timeline shows."""

from __future__ import annotations

from pathlib import Path

from tests.otio.fcpxml.projects import inspected_spine, places


def on_clip(*markers: str) -> str:
    return (
        '<asset-clip ref="film" name="a" start="3610s" duration="2s">'
        + "".join(markers)
        + "</asset-clip>"
    )


def test_markers_lie_on_the_time_of_their_clip(tmp_path: Path) -> None:
    found = inspected_spine(
        tmp_path,
        '<gap duration="1s"/>'
        + on_clip(
            '<marker start="3611s" duration="1/24s" value="plain" note="a note"/>',
            '<marker start="3611s" value="open" completed="0"/>',
            '<marker start="3611s" value="done" completed="1"/>',
            '<chapter-marker start="3611s" value="chapter" posterOffset="1s"/>',
        ),
    )

    assert [(m.frame, m.duration_frames, m.name, m.note, m.color, m.on) for m in found.markers] == [
        (48, 1, "plain", "a note", "Standard", 0),
        (48, 0, "open", "", "To Do", 0),
        (48, 0, "done", "", "Completed", 0),
        (48, 0, "chapter", "", "Chapter", 0),
    ]


def test_markers_past_an_end_of_their_clip_are_hidden(tmp_path: Path) -> None:
    found = inspected_spine(
        tmp_path,
        on_clip(
            '<marker start="3609s" value="before"/>',
            '<marker start="3612s" value="after"/>',
            '<chapter-marker start="5000000000000000s" value="far" posterOffset="0s"/>',
        ),
    )

    assert (found.markers, found.hidden_markers) == ((), 3)


def test_ratings_keywords_and_analysis_markers_are_no_markers(tmp_path: Path) -> None:
    found = inspected_spine(
        tmp_path,
        on_clip(
            '<rating value="favorite" start="3610s" duration="1s"/>',
            '<keyword value="b-roll"/>',
            '<analysis-marker start="3610s" duration="1s"><shot-type value="closeUp"/>'
            "</analysis-marker>",
        ),
    )

    assert (found.markers, found.hidden_markers) == ((), 0)


def test_a_marker_on_a_gap_is_the_timelines(tmp_path: Path) -> None:
    found = inspected_spine(
        tmp_path,
        '<gap start="107999892/30000s" duration="10s">'
        '<marker start="108149892/30000s" duration="1/48000s" value="m"/></gap>' + on_clip(),
    )

    assert [(m.frame, m.on) for m in found.markers] == [(120, "timeline")]


def test_markers_on_a_transition_count_from_an_hour(tmp_path: Path) -> None:
    found = inspected_spine(
        tmp_path,
        on_clip() + '<transition offset="3/2s" duration="1s"><marker start="3600s" value="first"/>'
        '<marker start="86411/24s" value="later"/></transition>' + on_clip(),
    )

    assert [(m.frame, m.name, m.on) for m in found.markers] == [
        (36, "first", "timeline"),
        (47, "later", "timeline"),
    ]


def test_markers_on_sound_are_listed_and_move_no_track(tmp_path: Path) -> None:
    found = inspected_spine(
        tmp_path,
        on_clip(
            '<asset-clip ref="song" lane="-1" offset="3610s" start="5s" duration="2s">'
            '<marker start="6s" value="m"/></asset-clip>',
            '<video ref="pal" lane="1" offset="3610s" name="over" duration="1s"/>',
        ),
    )

    assert [(m.frame, m.name) for m in found.markers] == [(24, "m")]
    assert [track for track, *_ in places(found.clips)] == ["V1", "V2"]


def test_a_marker_without_a_time_is_passed_over(tmp_path: Path) -> None:
    found = inspected_spine(
        tmp_path, on_clip('<marker value="none"/>', '<marker start="NaNs" value="nan"/>')
    )

    assert (found.markers, found.hidden_markers) == ((), 0)
