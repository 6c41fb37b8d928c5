"""Timeline markers as EDL: what the editor exports and imports by hand, in every edition.

The format is known from two exports of Resolve; how its importer reads is told by those who write
such files: an event line begins with a digit, so a note must not; at most 999 events; one marker on
a frame.
"""

import re
from typing import Any, List, Match, Optional, Tuple

from .frames import frames_of, timecode_of
from .markers import Marker
from .palette import MARKER_COLOURS

_EVENT = re.compile(r"^(\d{3})\s+001\s+V\s+C((?:\s+\d\d:\d\d:\d\d[:;]\d\d){4})\s*$")
_MARKER = re.compile(r"^(.*?)\s?\|C:ResolveColor(\w+) \|M:(.*) \|D:(\d+)$", re.DOTALL)


def written(timeline: Any) -> str:
    """Return the markers of a timeline as the menu "Timeline Markers to EDL" writes them."""
    fcm = "DROP FRAME" if timeline.drop else "NON-DROP FRAME"
    lines = ["TITLE: %s" % timeline.name, "FCM: %s" % fcm, ""]
    for number, (at, marker) in enumerate(sorted(timeline.markers.items()), 1):
        times = " ".join(
            timecode_of(timeline.first + at + plus, timeline.rate, timeline.drop)
            for plus in (0, 1, 0, 1)
        )
        told = (marker.note, marker.color, marker.name, marker.duration)
        lines.append("%03d  001      V     C        %s  " % (number, times))
        lines.append("%s |C:ResolveColor%s |M:%s |D:%d" % told)
        lines.append("")
    return "\n".join(lines) + "\n"


def read(timeline: Any, text: str) -> int:
    """Put the markers of an EDL on a timeline and return how many; ValueError of a bad file."""
    lines = text.split("\n")
    if not lines[0].startswith("TITLE:"):
        raise ValueError("an EDL begins with TITLE")
    events: List[Tuple[Match[str], List[str]]] = []
    for number, line in enumerate(lines[1:], 2):
        if line.startswith("FCM:"):
            continue
        event = _EVENT.match(line)
        if event:
            events.append((event, []))
        elif re.match(r"\d", line):
            raise ValueError("line %d begins with a digit and is no event" % number)
        elif events:
            events[-1][1].append(line)
        elif line.strip():
            raise ValueError("line %d stands before the first event" % number)
    if len(events) > 999:
        raise ValueError("an EDL holds 999 events, this one %d" % len(events))
    for place, (event, body) in enumerate(events, 1):
        if int(event.group(1)) != place:
            raise ValueError("event %s is the %dth" % (event.group(1), place))
        _put(timeline, event.group(2).split(), "\n".join(body).strip("\n"))
    return len(events)


def _put(timeline: Any, times: List[str], body: str) -> None:
    told: Optional[Match[str]] = _MARKER.match(body)
    if told is None:
        raise ValueError("no marker: %r" % body)
    note, color, name, duration = told.groups()
    first, end, record, record_end = (frames_of(each, timeline.rate) for each in times)
    if (end, record, record_end) != (first + 1, first, first + 1):
        raise ValueError("an event is one frame long: %s" % " ".join(times))
    if timeline.drop != (";" in times[0]):
        raise ValueError("drop-frame is not that of the timeline: %s" % times[0])
    at = first - timeline.first
    if color not in MARKER_COLOURS or "|" in note + name or int(duration) < 1:
        raise ValueError("no marker: %r" % body)
    if at in timeline.markers or not 0 <= at < timeline.length:
        raise ValueError("frame %d is taken, or not on the timeline" % at)
    timeline.markers[at] = Marker(color, name, note.strip(), int(duration))
