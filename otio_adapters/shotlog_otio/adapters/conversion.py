"""OpenTimelineIO's objects to files of markers, by the exporters of Shotlog."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import opentimelineio as otio

from shotlog.schema import Edit, TimeRange
from shotlog_otio.documents import parse_document
from shotlog_otio.exporters import EXPORTERS, ExportMarker, markers_in, to_export_marker
from shotlog_otio.timeline import TimelineTree, reading_of, tree_of

_LOG = logging.getLogger("shotlog_otio")


def to_text(input_otio: Any, exporter: str, *, ours: bool = False) -> str:
    """Return the text of a file of markers; see :func:`to_bytes`."""
    return to_bytes(input_otio, exporter, ours=ours).decode()


def to_bytes(input_otio: Any, exporter: str, *, ours: bool = False) -> bytes:
    """Return the content of a file of markers; what its format changed is logged as warnings.

    Args:
        input_otio: A timeline, or another object of OpenTimelineIO that holds one. Markers of its
            stack, tracks and clips are written, at the frames of the timeline.
        exporter: Name of the exporter.
        ours: True for the markers that Shotlog wrote alone.

    Raises:
        TimelineError: There is no timeline in the object.
        OTIOError: There are more markers than one file takes.
    """
    kind = EXPORTERS.by_name[exporter]
    edit, markers, left = _read(input_otio, ours=ours)
    if kind.most is not None and len(markers) > kind.most:
        message = f"{len(markers)} markers, and {kind.description} holds {kind.most} at most"
        raise otio.exceptions.OTIOError(f"{message}; shotlog export makes several files")
    content, told = kind.export(markers, edit)
    for note in (*left, *told):
        _LOG.warning("%s: %s", kind.name, note)
    return content


def _read(input_otio: Any, *, ours: bool) -> tuple[Edit, list[ExportMarker], tuple[str, ...]]:
    # Not by the adapter otio_json, as hooks of the user would run in between.
    text = otio.core.serialize_json_to_string(input_otio)
    name = Path(str(getattr(input_otio, "name", "") or "timeline"))
    tree = tree_of(parse_document(name, name, text.encode()))
    reading = reading_of(tree)
    if not reading.clips:  # a list of markers that was read: of no length, it would hide them
        return _without_clips(tree, ours=ours)
    markers, left = markers_in(reading, everything=not ours)
    return reading.edit, markers, left


def _without_clips(
    tree: TimelineTree, *, ours: bool
) -> tuple[Edit, list[ExportMarker], tuple[str, ...]]:
    root = tree.root
    edit = Edit(
        name=tree.name,
        rate=tree.rate,
        start=tree.start,
        drop_frame=tree.drop_frame,
        duration=root.retiming.length,
        clips=(),
    )
    start = root.retiming.content.start
    markers = [
        to_export_marker(
            marker, TimeRange(start=marker.start - start, duration=marker.duration), tree.rate
        )
        for marker in root.markers
        if marker.tag or not ours
    ]
    return edit, sorted(markers, key=lambda m: m.frame), ()
