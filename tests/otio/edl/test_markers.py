"""Markers of lists: those of others are read, ours are written and known again."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import pytest

from shotlog.markers import MarkerColours, MarkerOptions
from shotlog.schema import Marker, MarkerFamily
from shotlog_otio.markers import WriteResult
from tests.otio.edl.lists import EDL, event, inspect, inspected, listed, read
from tests.otio.marking import marker

FIRST = event(1, "01:00:00:00 01:00:10:00", "01:00:00:00 01:00:10:00")
SECOND = event(2, "05:00:00:00 05:00:10:00", "01:00:10:00 01:00:20:00", reel="A002")


def shot(number: int, frame: int, **facts: object) -> Marker:
    return marker(number, frame=frame, **{"family": MarkerFamily.SHOT, "note": "87 %", **facts})


def written(path: Path, markers: Sequence[Marker], **options: object) -> WriteResult:
    return EDL.write_markers(path, path, markers, read(path), **options)  # type: ignore[arg-type]


def lines_of(path: Path) -> list[str]:
    return path.read_bytes().decode().splitlines()


def test_a_locator_stands_on_its_record_timecode(tmp_path: Path) -> None:
    found = inspect(
        tmp_path,
        "* LOC: 01:00:00:12 GREEN   before the first event",
        FIRST,
        "* LOC: 01:00:01:14 RED     ANIM FIX NEEDED",
        "*LOC: 1:00:02:00  Yellow  mixed case",
        "* loc: 01:00:15:00 pink     outside of its event",
        "* LOC: 01:00:03:00 CYAN",
        "* LOC: 01:00:04:00 no colour",
        "* LOC: 00:59:00:00 RED     before the timeline",
        SECOND,
    )
    assert [(m.frame, m.color, m.name) for m in found.markers] == [
        (12, "GREEN", "before the first event"),
        (38, "RED", "ANIM FIX NEEDED"),
        (48, "Yellow", "mixed case"),
        (72, "CYAN", ""),
        (96, "", "no colour"),
        (360, "pink", "outside of its event"),
    ]
    assert {(m.on, m.ours, m.duration_frames) for m in found.markers} == {("timeline", False, 0)}
    assert found.hidden_markers == 1


def test_a_text_of_several_lines_goes_on_without_an_asterisk(tmp_path: Path) -> None:
    found = inspect(
        tmp_path,
        FIRST,
        "* LOC: 01:00:01:00 RED     first line",
        "second line",
        "third line",
        "* LOC: 01:00:02:00 RED     next",
        "",
        "not a part of it",
        SECOND,
    )
    assert [(m.name, m.note) for m in found.markers] == [
        ("first line", "second line\nthird line"),
        ("next", ""),
    ]


def test_a_locator_without_a_timecode_is_told(tmp_path: Path) -> None:
    found = inspect(tmp_path, FIRST, "* LOC: soon RED fix", "* LOC: 01:99:00:00 RED fix")
    assert found.markers == ()
    assert [p.message[:6] for p in found.problems] == ["line 3", "line 4"]


MARKER_LIST = (
    "FCM: NON-DROP FRAME",
    "",
    "001  001      V     C        01:00:02:03 01:00:02:04 01:00:02:03 01:00:02:04  ",
    "Two lines",
    " of a note |C:ResolveColorPurple |M:Marker 1 |D:25",
    "",
    "002  001      V     C        01:00:00:00 01:00:00:01 01:00:00:00 01:00:00:01  ",
    " |C:ResolveColorRed |M:Marker 2 |D:1",
)


def test_a_list_of_markers_holds_no_cut_and_says_so(tmp_path: Path) -> None:
    found = inspect(tmp_path, *MARKER_LIST)
    assert found.clips == ()
    assert [(m.frame, m.name, m.note, m.color, m.duration_frames) for m in found.markers] == [
        (0, "Marker 2", "", "Red", 1),
        (51, "Marker 1", "Two lines\n of a note", "Purple", 25),
    ]
    assert "it is a list of markers" in found.problems[0].message


def test_a_marker_follows_all_that_belongs_to_the_event_under_it(tmp_path: Path) -> None:
    path = tmp_path / "cut.edl"
    path.write_bytes(
        listed(
            FIRST,
            "",
            "* FROM CLIP NAME: first",
            "* LOC: 01:00:01:00 RED     two",
            "lines",
            "",
            "FCM: NON-DROP FRAME",
            SECOND,
            "* FROM CLIP NAME: second",
            "",
            ">>> SOURCE A002 A002",
        )
    )
    before = lines_of(path)
    result = written(path, [shot(1, 24, name="close up"), shot(2, 240, name="wide")])
    assert (result.added, result.changed, result.notes) == (2, True, ())
    after = lines_of(path)
    assert after[6] == "* LOC: 01:00:01:00 CYAN    close up"
    assert after[7].startswith("* SHOTLOG: 5 [shotlog 0000000000000001 shot ")
    assert after[8] == "* SHOTLOG NOTE: 87 %"
    assert after[9:13] == ["", "FCM: NON-DROP FRAME", SECOND, "* FROM CLIP NAME: second"]
    assert after[13] == "* LOC: 01:00:10:00 CYAN    wide"
    assert after[16:] == ["", ">>> SOURCE A002 A002"]
    assert [line for line in after if "SHOTLOG" not in line and "CYAN" not in line] == before


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("tail", ["", "END", "\x1a", "\0\0", "END\x1a\0"])
def test_every_other_byte_stays_and_clearing_gives_the_file_back(
    tmp_path: Path, end: str, tail: str
) -> None:
    path = tmp_path / "cut.edl"
    raw = listed(FIRST, "* FROM CLIP NAME: a", SECOND, "* LOC: 01:00:11:00 RED b", end=end)
    raw = raw.removesuffix(end.encode()) + tail.encode() if tail == "END" else raw + tail.encode()
    path.write_bytes(raw)
    markers = [shot(1, 0), shot(2, 245), shot(3, 300)]
    assert written(path, markers).added == 3
    once = path.read_bytes()
    assert written(path, markers).unchanged == 3
    assert path.read_bytes() == once
    assert once.count(b"\n") == (0 if end == "\r" else once.count(end.encode()))
    assert EDL.clear_markers(path, path) == 3
    assert path.read_bytes() == raw


def test_a_file_without_a_last_line_end_gets_it_back_without_one(tmp_path: Path) -> None:
    path = tmp_path / "cut.edl"
    for raw in (listed(FIRST).rstrip(), listed(FIRST).rstrip() + b"\x1a\0\0", FIRST.encode()):
        path.write_bytes(raw)
        written(path, [shot(1, 0), shot(2, 24)])
        assert len(read(path).clips) == 1
        assert [m.id[-1] for m in EDL.read_markers(path)] == ["1", "2"]
        assert EDL.clear_markers(path, path) == 2
        assert path.read_bytes() == raw


@pytest.mark.parametrize("codec", ["cp1252", "gbk", "utf-16", "utf-8-sig", "ascii"])
def test_markers_are_written_in_the_encoding_of_the_list(tmp_path: Path, codec: str) -> None:
    path = tmp_path / "cut.edl"
    name = {"ascii": "Cafe", "gbk": "影视镜头"}.get(codec, "Café Straße")
    raw = listed(FIRST, f"* FROM CLIP NAME: {name}", end="\r\n").decode().encode(codec)
    path.write_bytes(raw)
    markers = [shot(1, 0, name="MS · pan_left", note="87 %\nby builtin")]
    written(path, markers)
    (own,) = EDL.read_markers(path)
    assert (own.name, own.note, own.edited) == ("MS · pan_left", "87 %\nby builtin", False)
    assert read(path).clips[0].name == name
    assert written(path, markers).unchanged == 1
    EDL.clear_markers(path, path)
    assert path.read_bytes() == raw


def test_letters_that_the_encoding_has_not_do_not_make_a_marker_an_edited_one(
    tmp_path: Path,
) -> None:
    path = tmp_path / "cut.edl"
    path.write_bytes(listed(FIRST, "* FROM CLIP NAME: Café").decode().encode("cp1252"))
    written(path, [shot(1, 0, name="影 close", note="视")])
    (own,) = EDL.read_markers(path)
    assert (own.name, own.note, own.edited) == ("? close", "?", False)


@pytest.mark.parametrize(
    "change",
    [("close up", "CU of Anna"), ("CYAN", "GREEN"), ("01:00:01:00", "01:00:01:05"), ("87", "12")],
)
def test_a_marker_that_an_editor_changed_is_kept(tmp_path: Path, change: tuple[str, str]) -> None:
    path = tmp_path / "cut.edl"
    path.write_bytes(listed(FIRST, SECOND))
    markers = [shot(1, 24, name="close up"), shot(2, 240, name="wide")]
    written(path, markers)
    path.write_bytes(path.read_bytes().replace(change[0].encode(), change[1].encode(), 1))
    changed = path.read_bytes()

    result = written(path, [shot(1, 24, name="other"), shot(2, 240, name="wide")])
    assert (result.kept, result.unchanged, result.changed) == (("0000000000000001",), 1, False)
    assert path.read_bytes() == changed
    assert [m.edited for m in EDL.read_markers(path)] == [True, False]
    assert EDL.clear_markers(path, path) == 1
    assert EDL.clear_markers(path, path, edited=True) == 1
    assert path.read_bytes() == listed(FIRST, SECOND)


def test_findings_that_changed_replace_what_was_written(tmp_path: Path) -> None:
    path = tmp_path / "cut.edl"
    path.write_bytes(listed(FIRST, SECOND))
    written(path, [shot(1, 24, name="close up"), shot(2, 30), shot(3, 240)])
    result = written(path, [shot(1, 24, name="wide"), shot(3, 240)])
    assert (result.replaced, result.removed, result.unchanged) == (1, 1, 1)
    assert [(m.frame, m.name) for m in inspected(path, Fraction(24)).markers] == [
        (24, "wide"),
        (240, "MS · pan 3"),
    ]


def test_the_last_marker_of_a_file_without_a_last_line_end_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "cut.edl"
    path.write_bytes(listed(FIRST).rstrip())
    written(path, [shot(1, 24, name="close up")])
    assert written(path, [shot(1, 24, name="wide"), shot(2, 30)]).replaced == 1
    assert [m.name for m in EDL.read_markers(path)] == ["wide", "MS · pan 2"]
    assert not path.read_bytes().endswith(b"\n")
    EDL.clear_markers(path, path)
    assert path.read_bytes() == listed(FIRST).rstrip()


def test_markers_that_came_back_without_our_comment_are_not_written_twice(tmp_path: Path) -> None:
    path = tmp_path / "cut.edl"
    path.write_bytes(listed(FIRST, SECOND))
    markers = [shot(1, 24, name="MS · pan_left"), shot(2, 240, name="CS · pan_left")]
    written(path, markers)
    # Media Composer exports the locators anew, without comments that it does not know; and an
    # editor has corrected one.
    kept = [line for line in lines_of(path) if "SHOTLOG" not in line]
    path.write_text(
        "".join(f"{line}\n" for line in kept).replace("CS ·", "ECS ·"), encoding="utf-8"
    )
    before = path.read_bytes()
    result = written(path, markers)
    assert (result.added, result.unchanged, result.changed) == (0, 2, False)
    assert path.read_bytes() == before


def test_a_marker_of_another_on_the_frame_is_left_beside_ours(tmp_path: Path) -> None:
    path = tmp_path / "cut.edl"
    path.write_bytes(listed(FIRST, "* LOC: 01:00:01:00 RED     VFX_010"))
    assert written(path, [shot(1, 24)]).added == 1
    assert [m.name for m in inspected(path).markers] == ["VFX_010", "MS · pan 1"]


def test_each_of_our_markers_has_a_frame_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "cut.edl"
    path.write_bytes(listed(FIRST))
    result = written(path, [shot(1, 24), shot(2, 24), shot(3, 25)])
    assert [m.frame for m in inspected(path).markers] == [24, 25, 26]
    assert "1 marker was moved" in result.notes[0]


def test_a_text_keeps_a_comment_within_its_80_columns(tmp_path: Path) -> None:
    path = tmp_path / "cut.edl"
    path.write_bytes(listed(FIRST))
    long = shot(1, 0, name="word\n" * 40, family=MarkerFamily.MOVE)
    result = written(path, [long])
    line = next(line for line in lines_of(path) if "LOC" in line)
    assert line.startswith("* LOC: 01:00:00:00 MAGENTA word word")
    assert (len(line), line[-1]) == (80, "…")
    assert "1 marker was cut to 53 characters" in result.notes[0]
    assert written(path, [long]).unchanged == 1


def test_colours_are_those_that_the_user_chose(tmp_path: Path) -> None:
    path = tmp_path / "cut.edl"
    path.write_bytes(listed(FIRST))
    options = MarkerOptions(colours={"avid": MarkerColours(shot="green")})
    written(path, [shot(1, 0)], options=options)
    assert inspected(path).markers[0].color == "GREEN"


@pytest.mark.parametrize(
    ("lines", "labels"),
    [
        (["FCM: DROP FRAME", event(1, "00:00:50:00 00:01:10:00", "00:00:50:00 00:01:10:00")],
         ["00:00:50:00", "00:01:00:02"]),
        ([event(1, "00:00:50;00 00:01:10;00", "00:00:50;00 00:01:10;00")],
         ["00:00:50;00", "00:01:00;02"]),
        ([event(1, "0 600", "0 600")], ["0", "300"]),
    ],
)  # fmt: skip
def test_timecodes_are_written_as_those_of_the_list(
    tmp_path: Path, lines: list[str], labels: list[str]
) -> None:
    path = tmp_path / "cut.edl"
    path.write_bytes(listed(*lines))
    markers = [shot(1, 0, rate=read(path).rate), shot(2, 300, rate=read(path).rate)]
    written(path, markers)
    assert [line.split()[2] for line in lines_of(path) if "LOC" in line] == labels
    assert [m.frame for m in inspected(path).markers] == [0, 300]
    assert written(path, markers).unchanged == 2
