"""Lists of markers in text as timelines of OpenTimelineIO: Resolve's marker EDL, Avid's text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Any, NamedTuple

import opentimelineio as otio

from shotlog.markers import standard_colour
from shotlog.schema import exact_rate

_TIMECODE = r"\d\d:\d\d:\d\d[:;]\d\d"
_EVENT = re.compile(rf"\d{{3,}}\s+\S+\s+\S+\s+C\s+({_TIMECODE})(?:\s+{_TIMECODE}){{3}}\s*")
_TOLD = re.compile(
    r"(?P<note>.*?)\s*\|C:(?P<colour>\w+)\s*\|M:(?P<name>.*?)\s*\|D:(?P<length>\d+)\s*", re.DOTALL
)


class ListedMarker(NamedTuple):
    """A marker of a list.

    Attributes:
        frame: Its frame from timecode 0.
        hour: The frame of the whole hour before it, by its label.
        length: Its length in frames.
        name: Its name.
        note: Its note.
        colour: Its colour as a name of OpenTimelineIO; None for an unknown one.
    """

    frame: int
    hour: int
    length: int
    name: str
    note: str
    colour: str | None


def read_resolve_edl(text: str, rate: float | str, start: str | None) -> Any:
    """Return a timeline of the markers in a marker EDL of DaVinci Resolve.

    Notes may have several lines; events that are no markers are passed over.

    Args:
        text: The EDL.
        rate: The timeline's frame rate.
        start: Timecode of its first frame; None for the whole hour before the first marker.
    """
    exact = _rate(rate)
    drop = re.search(r"^FCM:\s*DROP FRAME", text, re.MULTILINE) is not None
    title = re.search(r"^TITLE:[ ]*(.*)$", text, re.MULTILINE)
    markers = list(_of_events(text.replace("\r\n", "\n"), exact, drop))
    name = title[1].strip() if title else ""
    return _timeline(name, markers, exact, _first(markers, exact, start))


def read_avid_txt(text: str, rate: float | str, start: str | None) -> Any:
    """Return a timeline of the markers in a text of Avid Media Composer; see above for the rest.

    A list counts in timecode or, in projects of film, in frames from the sequence's first.
    """
    exact = _rate(rate)
    rows = [line.split("\t") for line in text.splitlines() if line.count("\t") >= 4]
    if rows and all(row[1].strip().isdecimal() for row in rows):
        first = 0 if start is None else _frame(start, exact)
        places = [(first + int(row[1]), first) for row in rows]
    else:
        places = [_place(row[1].strip(), exact) for row in rows]
    markers = [
        ListedMarker(
            frame=frame,
            hour=hour,
            length=int(row[5]) if len(row) > 5 and row[5].strip().isdecimal() else 1,
            name=row[4].strip(),
            note="",
            colour=standard_colour("avid", row[3].strip()),
        )
        for row, (frame, hour) in zip(rows, places, strict=True)
    ]
    return _timeline("", markers, exact, _first(markers, exact, start))


def _of_events(text: str, rate: Fraction, drop: bool) -> Iterator[ListedMarker]:
    at: str | None = None
    told: list[str] = []
    for line in (*text.split("\n"), None):
        event = _EVENT.fullmatch(line) if line is not None else None
        if line is not None and event is None:
            told.append(line)
            continue
        found = _TOLD.fullmatch("\n".join(told).rstrip())
        if at is not None and found is not None:
            counted = at[:-3] + ";" + at[-2:] if drop else at
            colour = found["colour"].removeprefix("ResolveColor")
            frame, hour = _place(counted, rate)
            yield ListedMarker(
                frame=frame,
                hour=hour,
                length=max(1, int(found["length"])),
                name=found["name"],
                note=found["note"].strip(),
                colour=standard_colour("resolve", colour),
            )
        at, told = (event[1] if event else None), []


def _timeline(name: str, markers: list[ListedMarker], rate: Fraction, first: int) -> Any:
    timeline = otio.schema.Timeline(name, global_start_time=_time(first, rate))
    length = max([1, *(marker.frame + marker.length - first for marker in markers)])
    track = otio.schema.Track("V1", kind=otio.schema.TrackKind.Video)
    track.append(otio.schema.Gap(duration=_time(length, rate)))
    timeline.tracks.append(track)
    for marker in markers:
        range_ = otio.opentime.TimeRange(
            _time(marker.frame - first, rate), _time(marker.length, rate)
        )
        made = otio.schema.Marker(
            marker.name, range_, color=marker.colour or otio.schema.MarkerColor.GREEN
        )
        made.comment = marker.note
        timeline.tracks.markers.append(made)
    return timeline


def _first(markers: list[ListedMarker], rate: Fraction, start: str | None) -> int:
    if start is not None:
        return _frame(start, rate)
    return min(markers, key=lambda marker: marker.frame).hour if markers else 0


def _place(timecode: str, rate: Fraction) -> tuple[int, int]:
    """Return the frame of a timecode, and that of the whole hour before it."""
    sign = timecode[-3]  # of drop-frame, by which the hour is counted too
    return _frame(timecode, rate), _frame(f"{timecode[:2]}:00:00{sign}00", rate)


def _frame(timecode: str, rate: Fraction) -> int:
    return int(otio.opentime.from_timecode(timecode, float(rate)).to_frames())


def _rate(rate: float | str) -> Fraction:
    return exact_rate(Fraction(rate) if isinstance(rate, str) else rate)


def _time(frames: int, rate: Fraction) -> Any:
    return otio.opentime.RationalTime(frames, float(rate))
