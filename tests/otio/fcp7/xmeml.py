"""Small Final Cut Pro 7 XML files for tests, written as text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from shotlog_otio import DEFAULT_READING, InspectedClip, Inspection, ReadOptions, inspection_of
from shotlog_otio.fcp7 import Fcp7Format

FORMAT = Fcp7Format()
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE xmeml>\n<xmeml version="4">\n'


def tag(name: str, content: Any) -> str:
    return f"<{name}>{content}</{name}>\n"


def rate(base: Any = 24, *, ntsc: bool = False) -> str:
    return tag("rate", tag("timebase", base) + tag("ntsc", "TRUE" if ntsc else "FALSE"))


def timecode(frame: int | None, string: str = "", form: str = "NDF", at: str = "") -> str:
    inside = at + tag("string", string) + tag("displayformat", form)
    return tag("timecode", inside + ("" if frame is None else tag("frame", frame)))


def file(id_: str = "file-1", url: str = "file://localhost/media/a.mov", inside: str = "") -> str:
    inside = inside or rate() + tag("duration", 1000) + timecode(86400, "01:00:00:00")
    return f'<file id="{id_}">\n{tag("pathurl", url)}{inside}</file>\n'


def item(
    start: int,
    end: int,
    first: int = 0,
    last: int | None = None,
    inside: str | None = None,
    *,
    name: str = "a",
    own: str = rate(),
    kind: str = "clipitem",
) -> str:
    last = first + end - start if last is None else last
    points = tag("start", start) + tag("end", end) + tag("in", first) + tag("out", last)
    inside = file() if inside is None else inside
    return f"<{kind}>\n{tag('name', name)}{own}{points}{inside}</{kind}>\n"


def transition(start: int, end: int) -> str:
    return tag("transitionitem", tag("start", start) + tag("end", end))


def track(*items: str, inside: str = "") -> str:
    return tag("track", "".join(items) + inside)


def sequence(
    *tracks: str,
    name: str = "edit",
    id_: str = "sequence-1",
    own: str = rate(),
    audio: str = "",
    inside: str = "",
) -> str:
    media = tag("media", tag("video", "".join(tracks)) + tag("audio", audio))
    return f'<sequence id="{id_}">\n{tag("name", name)}{own}{media}{inside}</sequence>\n'


def document(*inside: str) -> str:
    return f"{HEAD}{''.join(inside)}</xmeml>\n"


def marker(first: Any, last: Any = -1, name: str = "m", comment: str = "", inside: str = "") -> str:
    texts = tag("comment", comment) + tag("name", name)
    return tag("marker", f"{texts}{tag('in', first)}{tag('out', last)}{inside}")


def remap(
    speed: Any = None,
    graph: list[tuple[Any, Any]] | None = None,
    *,
    variable: bool = False,
    reverse: bool | None = None,
) -> str:
    def parameter(id_: str, inside: str) -> str:
        return tag("parameter", tag("parameterid", id_) + inside)

    parameters = parameter("variablespeed", tag("value", int(variable)))
    if speed is not None:
        parameters += parameter("speed", tag("value", speed))
    if reverse is not None:
        parameters += parameter("reverse", tag("value", "TRUE" if reverse else "FALSE"))
    keys = "".join(tag("keyframe", tag("when", x) + tag("value", y)) for x, y in graph or [])
    parameters += parameter("graphdict", keys)
    return tag("filter", tag("effect", tag("effectid", "timeremap") + parameters))


def write(folder: Path, text: str | bytes, name: str = "cut.xml") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def inspected(
    folder: Path, text: str | bytes, options: ReadOptions = DEFAULT_READING
) -> Inspection:
    return inspection_of(FORMAT.open(write(folder, text), options))


def one_clip(folder: Path, text: str) -> InspectedClip:
    [clip] = inspected(folder, text).clips
    return clip


def record(clip: InspectedClip) -> tuple[int, int]:
    return clip.record_in, clip.record_out


def told(*values: Any) -> tuple[Any, ...]:
    """Values to be compared, exact fractions with whole numbers among them."""
    return values
