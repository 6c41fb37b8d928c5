"""Final Cut Pro, by way of OpenTimelineIO's adapter for FCPXML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from shotlog.schema import MarkerFamily
from shotlog_otio.dialects.contract import Dialect

_KEYS = ("fcpx", "fcpx_xml", "fcpxml")

_PALETTE = MappingProxyType({
    MarkerFamily.SHOT: "PURPLE",
    MarkerFamily.MOVE: "CYAN",
    MarkerFamily.HIGHLIGHT: "YELLOW",
    MarkerFamily.PROBLEM: "RED",
    MarkerFamily.GROUP: "PINK",
    MarkerFamily.DEFECT: "RED",
    MarkerFamily.REFRAMING: "YELLOW",
})  # fmt: skip
"""The adapter makes a to-do item of a red marker, a done one of a green marker, and an ordinary
marker of every other (``otio-fcpx-xml-adapter`` 1.0.0)."""


@dataclass(frozen=True)
class FinalCutDialect(Dialect):
    """The conventions of OpenTimelineIO's adapter for FCPXML, which keeps the names of markers.

    Shotlog reads and writes FCPXML itself; that keeps more.
    """

    name: str = "finalcut"
    palette: Mapping[MarkerFamily, str] = field(default_factory=lambda: _PALETTE)

    def detect(self, metadata: Mapping[str, Any]) -> bool:
        """Return whether the metadata hold a key of the adapter."""
        return any(key in metadata for key in _KEYS)
