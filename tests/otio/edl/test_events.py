"""Events are read with their tracks, transitions, names and speeds."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from shotlog_otio import InspectedClip
from tests.otio.edl.lists import EDL, event, inspect, record, saved, source

FIRST = "01:00:00:00 01:00:02:00 00:00:00:00 00:00:02:00"


def only(folder: Path, *lines: str) -> InspectedClip:
    (clip,) = inspect(folder, *lines).clips
    return clip


@pytest.mark.parametrize(
    ("line", "reel"),
    [
        (f"001  A001     V     C        {FIRST} ", "A001"),
        (f"001 A001 V C {FIRST}", "A001"),
        (f" 000001  A001C002_220101_R1BY             V     C        {FIRST}", None),
        (f"0001\tA001\tV\tC\t{FIRST.replace(' ', chr(9))}", "A001"),
        (f"001  A001 TAKE 2 V     C        {FIRST}", "A001 TAKE 2"),
        (f"001  V V C {FIRST}", "V"),
        (f"001  A001     V1    C        {FIRST}", "A001"),
        (f"001  A001     AA/V  C        {FIRST}", "A001"),
        (f"001  A001     B     C        {FIRST}", "A001"),
        (f"001  A001 C {FIRST}", "A001"),
    ],
)
def test_the_event_line_is_read_in_every_spacing(
    tmp_path: Path, line: str, reel: str | None
) -> None:
    clip = only(tmp_path, line)
    assert (record(clip), source(clip)) == ((0, 48), (86400, 86448))
    assert clip.name == (reel or "A001C002_220101_R1BY")


def test_times_may_be_bare_numbers_of_frames(tmp_path: Path) -> None:
    clip = only(tmp_path, event(1, "120 168", "00:00:00:00 00:00:02:00"))
    assert (record(clip), source(clip)) == ((0, 48), (120, 168))
    clip = only(tmp_path, event(1, "120 168", "0 48"))
    assert (record(clip), source(clip)) == ((0, 48), (120, 168))


@pytest.mark.parametrize(
    ("channels", "more", "picture", "sound"),
    [
        ("V", [], ["V1"], []),
        ("V2", [], ["V2"], []),
        ("A", [], [], ["A1"]),
        ("A2", [], [], ["A2"]),
        ("AA", [], [], ["A1", "A2"]),
        ("A3A4", [], [], ["A3", "A4"]),
        ("B", [], ["V1"], ["A1"]),
        ("AA/V", [], ["V1"], ["A1", "A2"]),
        ("A2/V", [], ["V1"], ["A2"]),
        ("NONE", [], [], []),
        ("NONE", ["AUD  3    4"], [], ["A3", "A4"]),
        ("V", ["AUD  3"], ["V1"], ["A3"]),
    ],
)
def test_channels_are_tracks(
    tmp_path: Path, channels: str, more: list[str], picture: list[str], sound: list[str]
) -> None:
    found = inspect(tmp_path, event(1, FIRST[:23], FIRST[24:], channels=channels), *more)
    assert [clip.track for clip in found.clips] == picture
    assert [clip.track for clip in found.sound] == sound


def test_events_at_one_time_are_on_tracks_of_their_own(tmp_path: Path) -> None:
    found = inspect(
        tmp_path,
        event(1, "00:00:00:00 00:00:04:00", "00:00:00:00 00:00:04:00", reel="low"),
        event(2, "00:00:00:00 00:00:02:00", "00:00:01:00 00:00:03:00", reel="high"),
        event(3, "00:00:00:00 00:00:02:00", "00:00:04:00 00:00:06:00", reel="next"),
    )
    assert [(c.name, c.track) for c in found.clips] == [("low", "V1"), ("high", "V2"),
                                                       ("next", "V1")]  # fmt: skip


DISSOLVE = (
    event(1, "01:00:00:00 01:00:02:00", "00:00:00:00 00:00:02:00", reel="A"),
    "* FROM CLIP NAME: first.mov",
    event(2, "01:00:02:00 01:00:02:00", "00:00:02:00 00:00:02:00", reel="A"),
    event(2, "02:00:00:00 02:00:03:00", "00:00:02:00 00:00:05:00", reel="B", edit="D    024"),
    "EFFECTS NAME IS CROSS DISSOLVE",
    "* FROM CLIP NAME: first.mov",
    "* TO CLIP NAME: second.mov",
)


def test_a_dissolve_begins_the_incoming_clip_and_the_cut_of_no_length_is_none(
    tmp_path: Path,
) -> None:
    clips = inspect(tmp_path, *DISSOLVE).clips
    assert [(c.name, record(c)) for c in clips] == [("first.mov", (0, 48)), ("second.mov",
                                                                            (48, 120))]  # fmt: skip


def test_a_wrong_number_does_not_make_a_clip_of_what_a_dissolve_begins_with(
    tmp_path: Path,
) -> None:
    lines = [*DISSOLVE[:2], DISSOLVE[2].replace("002", "001", 1), *DISSOLVE[3:]]
    assert [c.name for c in inspect(tmp_path, *lines).clips] == ["first.mov", "second.mov"]


def test_the_outgoing_clip_goes_on_under_the_dissolve(tmp_path: Path) -> None:
    tree = EDL.open(saved(tmp_path, *DISSOLVE)).tree
    track = tree.root.children[0].node
    assert [child.node.tail for child in track.children] == [1, 0]


def test_a_dissolve_from_something_else_shows_no_more_of_the_clip_before(tmp_path: Path) -> None:
    lines = [line.replace("01:00:02:00 01:00:02:00", "05:00:00:00 05:00:00:00")
             for line in DISSOLVE]  # fmt: skip
    track = EDL.open(saved(tmp_path, *lines)).tree.root.children[0].node
    assert [child.node.tail for child in track.children] == [0, 0]


@pytest.mark.parametrize("edit", ["W001 010", "W001  010", "D 010", "D010"])
def test_the_line_of_a_transition_is_read_in_every_spacing(tmp_path: Path, edit: str) -> None:
    lines = [*DISSOLVE[:3], DISSOLVE[3].replace("D    024", edit), *DISSOLVE[4:]]
    clips = inspect(tmp_path, *lines).clips
    assert [c.name for c in clips] == ["first.mov", "second.mov"]
    tree = EDL.open(saved(tmp_path, *lines)).tree
    assert tree.root.children[0].node.children[0].node.tail == Fraction(10, 24)


def test_the_foreground_of_a_key_is_above_its_background(tmp_path: Path) -> None:
    found = inspect(
        tmp_path,
        event(6, "00:01:08:22 00:01:09:18", "00:00:03:23 00:00:04:19", reel="BG"),
        event(6, "00:01:09:18 00:01:10:07", "00:00:04:19 00:00:05:08", reel="BG", edit="K B"),
        event(6, "00:02:08:22 00:02:09:11", "00:00:04:19 00:00:05:08", reel="FG", edit="K    000"),
        "* FROM CLIP NAME: street.mov",
        "* KEY CLIP NAME: title.mov",
        event(7, "00:02:09:11 00:02:10:11", "00:00:05:08 00:00:06:08", reel="FG", edit="K O  024"),
    )
    assert [(c.track, c.name, record(c)) for c in found.clips] == [
        ("V1", "street.mov", (0, 20)),
        ("V1", "BG", (20, 33)),
        ("V2", "title.mov", (20, 33)),
        ("V2", "FG", (33, 57)),
    ]


@pytest.mark.parametrize(
    ("lines", "name", "media"),
    [
        (["* FROM CLIP NAME: shot 1"], "shot 1", "shot 1"),
        (["*FROM CLIP NAME:shot 1 ", "*SOURCE FILE: A001.MXF"], "shot 1", "A001.MXF"),
        (["* SOURCE FILE: A001.MXF", "* FROM CLIP NAME: shot 1"], "shot 1", "A001.MXF"),
        (["* CLIP NAME: shot 1", "* SOURCE FILE: (NULL)"], "shot 1", "shot 1"),
        (["* from clip name: shot 1", "* FROM CLIP: S:/a/b.mov"], "shot 1", "S:/a/b.mov"),
        (["* SOURCE FILE: A001.MXF"], "A001.MXF", "A001.MXF"),
        (["* COMMENT: nice", "* ASC_SOP (1 1 1)(0 0 0)(1 1 1)"], "R1", "R1"),
        (["FINAL CUT PRO REEL: REEL_ONE REPLACED BY: R1"], "R1", "REEL_ONE"),
        ([], "R1", "R1"),
    ],
)
def test_the_names_of_comments_are_those_of_the_clip(
    tmp_path: Path, lines: list[str], name: str, media: str
) -> None:
    clip = only(tmp_path, event(1, FIRST[:23], FIRST[24:], reel="R1"), *lines)
    assert (clip.name, clip.media) == (name, media)


def test_a_name_lies_beside_the_list_with_a_suffix(tmp_path: Path) -> None:
    (tmp_path / "A001_c002.mov").touch()
    path = saved(tmp_path, event(1, FIRST[:23], FIRST[24:], reel="A001_C002"))
    (clip,) = EDL.read(path).clips
    assert clip.media is not None
    assert clip.media.path == str(tmp_path / "A001_c002.mov")


def test_black_has_no_media_and_needs_none(tmp_path: Path) -> None:
    found = inspect(tmp_path, event(1, FIRST[:23], FIRST[24:], reel="BL"))
    assert found.clips[0].media is None
    assert "generated by the editor" in found.problems[0].message


def test_a_record_out_before_its_record_in_costs_that_event_alone(tmp_path: Path) -> None:
    found = inspect(
        tmp_path,
        event(1, FIRST[:23], FIRST[24:]),
        event(2, "01:00:00:00 01:00:02:00", "00:00:04:00 00:00:02:00", reel="bad"),
        event(3, "01:00:00:00 01:00:02:00", "00:00:02:00 00:00:04:00"),
    )
    assert [record(c) for c in found.clips if c.name != "bad"] == [(0, 48), (48, 96)]
    (problem,) = (p for p in found.problems if p.clip == "bad")
    assert "record out lies before its record in" in problem.message


def test_a_timecode_that_does_not_exist_costs_that_event_alone(tmp_path: Path) -> None:
    found = inspect(
        tmp_path,
        event(1, FIRST[:23], FIRST[24:]),
        event(2, "01:75:00:00 01:75:02:00", "00:00:02:00 00:00:04:00", reel="bad"),
    )
    assert [record(c) for c in found.clips if c.name != "bad"] == [(0, 48)]
    (problem,) = (p for p in found.problems if p.clip == "bad")
    assert "no timecode 01:75:00:00" in problem.message


def test_a_record_runs_over_midnight(tmp_path: Path) -> None:
    found = inspect(
        tmp_path,
        event(1, "00:00:00:00 00:00:04:00", "23:59:58:00 00:00:02:00"),
        event(2, "00:00:00:00 00:00:01:00", "00:00:02:00 00:00:03:00"),
    )
    assert [record(c) for c in found.clips] == [(0, 96), (96, 120)]
    assert found.start_frame == (24 * 3600 - 2) * 24


def test_lengths_that_differ_without_a_speed_are_told_and_the_record_counts(
    tmp_path: Path,
) -> None:
    found = inspect(tmp_path, event(1, "01:00:00:00 01:00:03:00", FIRST[24:]))
    assert source(found.clips[0]) == (86400, 86448)
    assert any("72 frames of its source for 48 of the record" in text for text in found.warnings)


def test_a_split_edit_is_told(tmp_path: Path) -> None:
    found = inspect(
        tmp_path,
        event(1, FIRST[:23], FIRST[24:], channels="B"),
        "SPLIT:    AUDIO DELAY=  00:00:00:05",
    )
    assert "line 3 delays" in found.problems[0].message


def test_the_timeline_begins_at_the_lowest_record_in(tmp_path: Path) -> None:
    found = inspect(
        tmp_path,
        event(1, "00:00:00:00 00:00:02:00", "01:00:04:00 01:00:06:00"),
        event(2, "00:00:00:00 00:00:02:00", "01:00:00:00 01:00:02:00"),
    )
    assert (found.start_frame, found.duration_frames) == (86400, 144)
    assert [record(c) for c in found.clips] == [(0, 48), (96, 144)]


@pytest.mark.parametrize(
    ("title", "name"), [("TITLE: My cut ", "My cut"), ("title:My cut", "My cut")]
)
def test_the_title_is_the_name(tmp_path: Path, title: str, name: str) -> None:
    path = tmp_path / "a.edl"
    path.write_text(f"\n{title}\n{event(1, FIRST[:23], FIRST[24:])}\n")
    assert EDL.read(path).name == name
    path.write_text(f"{event(1, FIRST[:23], FIRST[24:])}\n")
    assert EDL.read(path).name == "a"
