"""Strict readers of the exporters' texts and tables, by other programs where there are any."""

from __future__ import annotations

import csv
import html
import json
import re
from fractions import Fraction
from io import BytesIO, StringIO
from typing import Any

import av
import openpyxl
import opentimelineio as otio

from shotlog.schema import Edit, counts_drop_frame, knows_drop_frame, nearest_frame
from tests.otio.exporters.reading import MarkerRead

_AVID_COLOURS = {"red", "green", "blue", "cyan", "magenta", "yellow", "black", "white"}
_CLOCK = r"(\d\d+):([0-5]\d):([0-5]\d\.\d{3})"


def frame_of(timecode: str, edit: Edit) -> int:
    """The frame from the timeline's first, by OpenTimelineIO's own rules of timecode."""
    expected = edit.drop_frame
    if expected is None:
        expected = counts_drop_frame(edit.start, edit.rate)
    assert (";" in timecode) == (bool(expected) and knows_drop_frame(edit.rate))
    frame = int(otio.opentime.from_timecode(timecode, float(edit.rate)).value)
    return frame - nearest_frame(edit.start, edit.rate)


def _frame_at(clock: tuple[str, ...], rate: Fraction) -> int:
    hours, minutes, seconds = clock
    moment = int(hours) * 3600 + int(minutes) * 60 + Fraction(seconds)
    assert abs(round(moment * rate) / rate - moment) <= Fraction(1, 2000)
    return round(moment * rate)


def read_avid_txt(content: bytes, edit: Edit) -> list[MarkerRead]:
    read = []
    for line in _lines(content):
        user, timecode, track, colour, comment, length = line.split("\t")
        assert (user, track) == ("Shotlog", "V1")
        assert colour in _AVID_COLOURS
        read.append(MarkerRead(frame_of(timecode, edit), int(length), colour, comment, ""))
    return read


def read_webvtt(content: bytes, edit: Edit) -> list[MarkerRead]:
    head, *cues = content.decode().removesuffix("\n").split("\n\n")
    assert head == "WEBVTT"
    read = []
    for number, cue in enumerate(cues, start=1):
        told, times, text = cue.split("\n")
        assert told == str(number)
        found = re.fullmatch(f"{_CLOCK} --> {_CLOCK}", times)
        assert found, times
        assert not re.search(r"<|>|-->|&(?!amp;|lt;|gt;)", text)
        start, end = (_frame_at(found.groups()[n : n + 3], edit.rate) for n in (0, 3))
        read.append(MarkerRead(start, end - start, "", html.unescape(text), ""))
    return read


def read_ffmetadata(content: bytes, edit: Edit) -> list[MarkerRead]:
    """FFmpeg's own demuxer."""
    with av.open(BytesIO(content), format="ffmetadata") as container:
        read = []
        for chapter in container.chapters():
            base = chapter["time_base"]
            assert base == 1 / edit.rate
            start, end = chapter["start"], chapter["end"]
            read.append(MarkerRead(start, end - start, "", chapter["metadata"]["title"], ""))
        return read


def read_youtube(content: bytes, edit: Edit) -> list[MarkerRead]:
    assert len(content) <= 5000
    read = []
    seconds: list[int] = []
    for line in _lines(content):
        found = re.fullmatch(r"(?:([1-9]\d*):)?(0|[1-9]\d?|\d\d):([0-5]\d) ([^<>]+)", line)
        assert found, line
        hours, minutes, rest, title = found.groups()
        assert hours is None or len(minutes) == 2
        seconds.append(int(hours or 0) * 3600 + int(minutes) * 60 + int(rest))
        read.append(MarkerRead(round(seconds[-1] * edit.rate), 1, "", title, ""))
    assert not seconds or seconds[0] == 0
    ends = [*seconds[1:], int(edit.duration)][: len(seconds)]
    assert all(end - start >= 10 for start, end in zip(seconds, ends, strict=True))
    return read


def read_csv(content: bytes, edit: Edit) -> list[MarkerRead]:
    rows = list(csv.DictReader(StringIO(content.decode(), newline=""), strict=True))
    for row in rows:
        assert None not in row
        assert None not in row.values()
        assert not any(re.match(r"[=+\-@\t\r]", cell) for cell in row.values())
    return [_row(row, edit) for row in rows]


def read_xlsx(content: bytes, edit: Edit) -> list[MarkerRead]:
    sheet = openpyxl.load_workbook(BytesIO(content))["Markers"]
    head, *rows = sheet.iter_rows()
    for row in rows:
        assert all(cell.data_type in {"s", "n"} for cell in row)  # not a formula among them
        assert not any(cell.hyperlink for cell in row)
    titles = [cell.value for cell in head]
    return [
        _row({t: c.value or "" for t, c in zip(titles, row, strict=True)}, edit) for row in rows
    ]


def _row(row: dict[str, Any], edit: Edit) -> MarkerRead:
    frame, length = int(row["frame"] or 0), int(row["duration_frames"])
    assert frame_of(row["timecode_in"], edit) == frame
    assert frame_of(row["timecode_out"], edit) == frame + length
    assert abs(Fraction(row["start_seconds"] or 0) - frame / edit.rate) <= Fraction(1, 10**6)
    return MarkerRead(frame, length, row["color"], row["name"], row["note"])


def read_json(content: bytes, edit: Edit) -> list[MarkerRead]:
    told = json.loads(content)
    assert (Fraction(told["rate"]), told["name"]) == (edit.rate, edit.name)
    assert told["start_frame"] == nearest_frame(edit.start, edit.rate)
    for marker in told["markers"]:
        assert frame_of(marker["timecode"], edit) == marker["frame"]
    keys = ("frame", "duration_frames", "color", "name", "note")
    return [MarkerRead(*(marker[key] for key in keys)) for marker in told["markers"]]


def read_kdenlive(content: bytes, edit: Edit) -> list[MarkerRead]:
    del edit
    guides = json.loads(content)
    assert isinstance(guides, list)
    read = []
    for guide in guides:
        assert set(guide) == {"pos", "comment", "type", "duration"}
        assert guide["type"] in range(9)
        length = max(1, guide["duration"])
        read.append(MarkerRead(guide["pos"], length, str(guide["type"]), guide["comment"], ""))
    # Kdenlive takes nothing of a file in which two guides stand on one frame.
    assert len({marker.frame for marker in read}) == len(read)
    return read


def _lines(content: bytes) -> list[str]:
    text = content.decode()
    assert not text or text.endswith("\n")
    lines = text.split("\n")[:-1]
    assert not any(re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]", line) for line in lines)
    return lines
