"""Kdenlive, from 25.04 on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from shotlog.schema import TimeRange
from shotlog_otio.dialects.contract import Dialect

_KEY = "kdenlive"


@dataclass(frozen=True)
class KdenliveDialect(Dialect):
    """The conventions of Kdenlive's own OpenTimelineIO export and import.

    It reads the comment of a marker and not its name, keeps one marker on a frame, and counts the
    markers of a clip from the clip's in point (``src/otio/otioexport.cpp``, ``otioimport.cpp``).
    """

    name: str = "kdenlive"
    one_per_frame: bool = True

    def detect(self, metadata: Mapping[str, Any]) -> bool:
        """Return whether the metadata hold the key of Kdenlive."""
        return _KEY in metadata

    def detect_part(self, metadata: Mapping[str, Any]) -> bool:
        """Return whether the metadata of a marker hold the key of Kdenlive's exporter."""
        # It writes nothing on the timeline itself.
        return _KEY in metadata

    def marker_texts(self, name: str, note: str) -> tuple[str, str]:
        """Return the name, and the name again as the comment, which is all that is shown."""
        del note
        return name, name

    def marker_origin(self, own: TimeRange) -> Fraction:
        """Return the clip's in point."""
        return own.start
