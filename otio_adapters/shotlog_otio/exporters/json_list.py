"""Markers as JSON, for programs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import ClassVar

from shotlog.markers import colour_named, frames_of
from shotlog.schema import Edit
from shotlog_otio.exporters.contract import Exporter
from shotlog_otio.exporters.fitting import ExportMarker
from shotlog_otio.exporters.texts import first_frame, is_drop_frame, timecode_at


class JsonExporter(Exporter):
    """One object: the timeline's facts, by the names of ``shotlog inspect``, and its markers."""

    name: ClassVar[str] = "json"
    suffix: ClassVar[str] = ".json"
    description: ClassVar[str] = "a list of markers as JSON"
    imported: ClassVar[str] = "Programs and scripts: one object, with times in frames"

    def write(self, markers: Sequence[ExportMarker], edit: Edit) -> bytes:
        """Return the content of a file."""
        told = {
            "name": edit.name,
            "rate": str(edit.rate),
            "drop_frame": is_drop_frame(edit),
            "start_frame": first_frame(edit),
            "duration_frames": frames_of(edit),
            "markers": [
                {
                    "frame": marker.frame,
                    "duration_frames": marker.duration,
                    "timecode": timecode_at(edit, marker.frame),
                    "name": marker.name,
                    "note": marker.note,
                    "color": colour_named("otio", marker.colour).otio,
                    "clip": marker.clip or None,
                    "family": marker.family or None,
                    "id": marker.id or None,
                    "edited": marker.edited,
                }
                for marker in markers
            ],
        }
        text = json.dumps(told, ensure_ascii=False, indent=2)
        return f"{text}\n".encode("utf-8", "backslashreplace")
