"""The adapters of OpenTimelineIO, called by its library."""

from __future__ import annotations

import json
import logging
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import opentimelineio as otio
import pytest

from tests.otio.exporters.reading_xml import parse

RATE = 24.0


def time(frames: float, rate: float = RATE) -> Any:
    return otio.opentime.RationalTime(frames, rate)


def span(start: float, length: float, rate: float = RATE) -> Any:
    return otio.opentime.TimeRange(time(start, rate), time(length, rate))


def put(item: Any, name: str, start: float, length: float = 1, color: str = "RED") -> None:
    made = otio.schema.Marker(name, span(start, length), color=color)
    made.comment = f"note of {name}"
    item.markers.append(made)


def timeline() -> Any:
    """Three clips: plain, twice as fast, backwards; the timeline starts at an hour."""
    made = otio.schema.Timeline("cut", global_start_time=time(86_400))
    track = otio.schema.Track("V1", kind="Video")
    for speed in (1, 2, -1):
        media = otio.schema.ExternalReference("/media/a.mov", span(86_400, 1000))
        clip = otio.schema.Clip(f"clip {speed}", media, span(86_500, 48))
        if speed != 1:
            clip.effects.append(otio.schema.LinearTimeWarp(time_scalar=float(speed)))
        track.append(clip)
    made.tracks.append(track)
    return made


@pytest.fixture
def marked() -> Any:
    made = timeline()
    put(made.tracks, "stack", 7, 3)
    plain, fast, backwards = made.tracks[0]
    put(plain, "plain", 86_510, 4)
    put(fast, "fast", 86_520, 8)  # 20 media frames at double speed: frame 10 of the clip
    put(backwards, "backwards", 86_510, 1)  # frames 86500 to 86547, the last one first
    put(plain, "hidden", 86_400)
    return made


FRAMES = {"stack": (7, 3), "plain": (10, 4), "fast": (48 + 10, 4), "backwards": (96 + 37, 1)}
"""By hand: on a clip that runs backwards, frame 86547 is shown first and 86510 after 37 others."""


def write(item: Any, adapter: str, **arguments: Any) -> str:
    return str(otio.adapters.write_to_string(item, adapter, **arguments))


def test_markers_of_the_stack_and_of_clips_are_written_at_the_frames_of_the_timeline(
    marked: Any,
) -> None:
    told = json.loads(write(marked, "shotlog_json"))

    assert (told["rate"], told["start_frame"]) == ("24", 86_400)
    frames = {m["name"]: (m["frame"], m["duration_frames"]) for m in told["markers"]}
    assert frames == FRAMES
    clips = {m["name"]: m["clip"] for m in told["markers"]}
    assert (clips["stack"], clips["fast"]) == (None, "clip 2")


def test_what_was_left_out_is_logged(marked: Any, caplog: pytest.LogCaptureFixture) -> None:
    write(marked, "shotlog_json")

    (record,) = caplog.records
    assert (record.name, record.levelno) == ("shotlog_otio", logging.WARNING)
    assert record.message == "json: 1 marker outside what their clips show left out"


@pytest.mark.parametrize(
    ("adapter", "part"),
    [
        ("shotlog_resolve_markers", "01:00:02:10 01:00:02:11 01:00:02:10 01:00:02:11  \n"
         "note of fast |C:ResolveColorRed |M:fast |D:4"),
        ("shotlog_avid_markers", "Shotlog\t01:00:02:10\tV1\tred\tfast: note of fast\t4\n"),
        ("shotlog_webvtt", "00:00:02.417 --> 00:00:02.583\nfast\n"),
        ("shotlog_ffmetadata", "TIMEBASE=1/24\nSTART=58\nEND=62\ntitle=fast\n"),
        ("shotlog_youtube", "0:00 "),
        ("shotlog_csv", "01:00:02:10,01:00:02:14,58,4,2.416667,fast,note of fast,RED,,clip 2,,"),
        ("shotlog_kdenlive_guides", '"pos": 58'),
        ("shotlog_premiere_markers", "<in>58</in>"),
        ("shotlog_fcpxml_markers", 'start="29/12s"'),
        ("shotlog_shotcut_markers", ">00:00:02.417<"),
        ("shotlog_avid_xml", ">58</AvProp>"),
    ],
)  # fmt: skip
def test_every_adapter_writes_the_form_of_its_name(marked: Any, adapter: str, part: str) -> None:
    content = write(marked, adapter)

    assert part in content
    if content.startswith("<?xml"):
        parse(content.encode())


def test_a_workbook_is_written_to_a_file(marked: Any, tmp_path: Path) -> None:
    path = tmp_path / "m.xlsx"
    otio.adapters.write_to_file(marked, str(path), "shotlog_xlsx")

    rows = list(openpyxl.load_workbook(BytesIO(path.read_bytes()))["Markers"].values)
    assert [row[5] for row in rows[1:]] == ["stack", "plain", "fast", "backwards"]


def test_the_timeline_that_is_written_is_not_changed(marked: Any) -> None:
    before = otio.core.serialize_json_to_string(marked)
    write(marked, "shotlog_csv")
    assert otio.core.serialize_json_to_string(marked) == before


def test_more_markers_than_a_file_takes_are_refused_with_the_way_around() -> None:
    made = timeline()
    for n in range(1000):
        put(made.tracks, "a", n % 144)

    with pytest.raises(otio.exceptions.OTIOError, match=r"1000 markers.* 999 .*shotlog export"):
        write(made, "shotlog_resolve_markers")


# ---- reading


EDL = """\
TITLE: Reel 1
FCM: NON-DROP FRAME

001  001      V     C        10:00:18:06 10:00:18:07 10:00:18:06 10:00:18:07@@
two
lines |C:ResolveColorYellow |M:Marker 1 |D:1

002  001      V     C        10:00:19:00 10:00:19:01 10:00:19:00 10:00:19:01@@
 |C:ResolveColorFuchsia |M:|D:48

003  AX       V     C        00:00:00:00 00:00:10:00 10:00:20:00 10:00:30:00
* FROM CLIP NAME: a cut, not a marker
""".replace("@@", "  ")  # Resolve ends events with two blanks


def read(text: str, adapter: str, **arguments: Any) -> Any:
    return otio.adapters.read_from_string(text, adapter, **arguments)


def places(made: Any) -> list[tuple[int, int, str, str, str]]:
    return [
        (
            round(m.marked_range.start_time.value), round(m.marked_range.duration.value),
            m.name, m.comment, m.color,
        )
        for m in made.tracks.markers
    ]  # fmt: skip


def test_a_marker_edl_becomes_a_timeline_whose_stack_holds_the_markers() -> None:
    made = read(EDL, "shotlog_resolve_markers")

    assert made.name == "Reel 1"
    assert made.global_start_time == time(36_000 * 24)
    assert places(made) == [
        (18 * 24 + 6, 1, "Marker 1", "two\nlines", "YELLOW"),
        (19 * 24, 48, "", "", "MAGENTA"),
    ]
    assert made.duration() == time(19 * 24 + 48)


def test_rate_and_start_of_a_marker_edl_are_arguments() -> None:
    made = read(EDL, "shotlog_resolve_markers", rate="25", start="10:00:10:00")

    assert made.global_start_time == time(36_010 * 25, 25)
    assert [place[0] for place in places(made)] == [8 * 25 + 6, 9 * 25]


def test_drop_frame_is_counted_also_where_only_the_head_tells_it() -> None:
    text = EDL.replace("NON-DROP", "DROP").replace("10:00:18:06", "10:01:00:02")
    made = read(text, "shotlog_resolve_markers", rate=29.97)

    # The label after 10:00:59;29, which is frame 1799 of the hour.
    assert places(made)[0][0] == 1800
    assert made.global_start_time.to_timecode(30000 / 1001, True) == "10:00:00;00"


@pytest.mark.parametrize("rate", [24, 25, 30000 / 1001])
@pytest.mark.parametrize("adapter", ["shotlog_resolve_markers", "shotlog_avid_markers"])
def test_what_is_written_is_read_and_written_again_as_it_was(adapter: str, rate: float) -> None:
    made = timeline()
    made.global_start_time = otio.opentime.from_timecode(
        "01:00:00;00" if rate > 29 else "01:00:00:00", rate
    )
    put(made.tracks, "one", 7, 3, "CYAN")
    put(made.tracks, "two", 90, 1, "BLUE")
    text = write(made, adapter)
    again = write(read(text, adapter, rate=made.global_start_time.rate), adapter)

    assert again.split("\n", 1)[1] == text.split("\n", 1)[1]  # a text of Avid has no title


@pytest.mark.parametrize(("sample", "rate", "first"), [("demo_v3", 25, 53), ("tcmagik", 24, 438)])
def test_marker_edls_of_resolve_are_read_whole(
    data_dir: Path, sample: str, rate: int, first: int
) -> None:
    path = data_dir / "resolve" / "nle" / f"resolve_marker_edl_{sample}.edl"
    text = path.read_text()
    made = read(text, "shotlog_resolve_markers", rate=rate)

    assert len(made.tracks.markers) == text.count("|C:ResolveColor") > 0
    assert places(made)[0][0] == first  # 2 s and 3 frames; 18 s and 6 frames of the hour


def test_a_text_of_media_composer_in_frames_is_read(data_dir: Path) -> None:
    (path,) = (data_dir / "timelines" / "avid_marker_txt").iterdir()
    made = read(path.read_text(), "shotlog_avid_markers")

    told = places(made)
    assert [place[0] for place in told[:6]] == [0, 5, 6, 16, 17, 28]
    assert {place[4] for place in told} == {"RED"}
    assert len(told) == len(path.read_text().splitlines())


# ---- Marker.3


def newer() -> str:
    """The timeline as OpenTimelineIO 0.19 writes it: Marker.3, its colour an object."""
    made = timeline()
    put(made.tracks, "new", 5, 2, "PURPLE")
    data = json.loads(otio.core.serialize_json_to_string(made))
    (told,) = data["tracks"]["markers"]
    told["OTIO_SCHEMA"] = "Marker.3"
    told["color"] = {
        "OTIO_SCHEMA": "Color.1", "name": "PURPLE", "r": 0.5, "g": 0.0, "b": 0.5, "a": 1.0,
    }  # fmt: skip
    return json.dumps(data)


def test_a_newer_marker_fails_the_file_in_the_library_and_is_read_by_the_adapter() -> None:
    with pytest.raises(otio.exceptions.UnsupportedSchemaError):
        otio.adapters.read_from_string(newer(), "otio_json")

    assert places(read(newer(), "shotlog_otio_compat")) == [(5, 2, "new", "note of new", "PURPLE")]


def test_a_newer_file_of_the_corpus_is_read(data_dir: Path) -> None:
    newer = [
        path
        for path in (data_dir / "timelines" / "otio").glob("*.otio")
        if '"Marker.3"' in path.read_text(encoding="utf-8", errors="replace")
    ]
    assert newer
    for path in newer:
        made = otio.adapters.read_from_file(str(path), "shotlog_otio_compat")
        assert any(item.markers for item in made.find_children(otio.core.Item))


def test_what_the_compatible_adapter_writes_holds_the_range_under_both_names(marked: Any) -> None:
    text = write(marked, "shotlog_otio_compat")
    data = json.loads(text)

    (told,) = data["tracks"]["markers"]
    assert told["range"] == told["marked_range"]
    assert told["OTIO_SCHEMA"] == "Marker.2"
    again = otio.adapters.read_from_string(text, "otio_json")
    assert places(again) == places(marked)
