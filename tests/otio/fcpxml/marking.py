"""Markers of ours in FCPXML, for tests."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from lxml import etree

from shotlog.markers import markers_of
from shotlog.schema import Marker, MarkerFamily
from shotlog_otio.markers import WriteResult
from tests.otio.fcpxml.projects import FORMAT
from tests.otio.marking import log_of, marker

On = Literal["timeline", "clips"]

CLIP = '<asset-clip ref="film" offset="0s" name="a" start="3610s" duration="4s"/>'
SHOT = {"family": MarkerFamily.SHOT, "name": "CS · pan", "note": "Size: 90 %"}
LABELS = {"size.label": "CS", "move.label": "pan_left+shake"}


def shot(frame: int, duration: int = 24, **facts: Any) -> Marker:
    return marker(
        frame + 1, **{**SHOT, "frame": frame, "duration": duration, "payload": LABELS, **facts}
    )


def put(path: Path, markers: Sequence[Marker], on: On = "timeline", **facts: Any) -> WriteResult:
    return FORMAT.write_markers(path, path, markers, FORMAT.read(path), on=on, **facts)


def put_shots(path: Path, on: On = "timeline") -> WriteResult:
    """One marker for each clip of a file, with a size and a move."""
    return put(path, markers_of(log_of(FORMAT.read(path)), on=on), on)


def tree(path: Path) -> Any:
    return etree.fromstring(path.read_bytes())


def elements(path: Path, tag: str) -> list[dict[str, str]]:
    return [dict(item.attrib) for item in tree(path).iter(tag)]


def changed(path: Path, before: str, after: str) -> None:
    """An editor's change of one text."""
    content = path.read_text()
    assert content.count(before) == 1
    path.write_text(content.replace(before, after))


FULL = """<asset-clip ref="film" offset="0s" name="a" start="3610s" duration="4s">
                            <note>n</note>
                            <conform-rate scaleEnabled="0"/>
                            <adjust-volume amount="1dB"/>
                            <video ref="pal" lane="1" offset="3613s" name="b" duration="1s"/>
                            <marker start="3611s" duration="1/24s" value="theirs"/>
                            <keyword start="3611s" duration="1s" value="theirs"/>
                            <audio-channel-source srcCh="1" role="dialogue"/>
                            <filter-video ref="clouds"/>
                            <metadata/>
                        </asset-clip>"""
