"""Blender's video sequencer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shotlog_otio.dialects.contract import Dialect

_KEY = "blender"


@dataclass(frozen=True)
class BlenderDialect(Dialect):
    """The conventions of Blender's own OpenTimelineIO export and import.

    It keeps the names of markers on the timeline and nothing else of them. Their frames are those
    of the scene, whose first is 1, while clips are placed from 0
    (``source/blender/io/otio/exporter/otio_export.cc``).
    """

    name: str = "blender"
    on_clips: bool = False
    marker_shift: int = 1

    def detect(self, metadata: Mapping[str, Any]) -> bool:
        """Return whether the metadata hold the key of Blender."""
        return _KEY in metadata

    def detect_part(self, metadata: Mapping[str, Any]) -> bool:
        """Return whether the metadata of an item hold the key of Blender's exporter."""
        # It writes its key on strips and transitions, not on the timeline.
        return _KEY in metadata
