"""Kdenlive's file of guides."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import ClassVar

from shotlog.markers import colour_in
from shotlog.schema import Edit
from shotlog_otio.exporters.contract import Exporter
from shotlog_otio.exporters.fitting import Crowd, ExportMarker
from shotlog_otio.exporters.texts import name_and_note


class KdenliveJsonExporter(Exporter):
    """The list of guides that Kdenlive imports, in frames of the project.

    Kdenlive keeps one guide on a frame, and takes nothing of a file in which two differ. A guide
    has one text. The project must have the timeline's frame rate.
    """

    name: ClassVar[str] = "kdenlive-json"
    suffix: ClassVar[str] = ".json"
    owns_suffix: ClassVar[bool] = False
    description: ClassVar[str] = "a file of guides for Kdenlive"
    imported: ClassVar[str] = "Kdenlive: View > Guides, the menu of the panel > Import"
    palette: ClassVar[str] = "kdenlive"
    crowd: ClassVar[Crowd] = Crowd.MOVE

    def write(self, markers: Sequence[ExportMarker], edit: Edit) -> bytes:
        """Return the content of a file; a guide of one frame has the length 0."""
        del edit  # positions are frames
        guides = [
            {
                "comment": name_and_note(marker),
                "duration": marker.duration if marker.duration > 1 else 0,
                "pos": marker.frame,
                "type": colour_in("kdenlive", marker.colour),
            }
            for marker in markers
        ]
        return f"{json.dumps(guides, indent=4)}\n".encode()
