"""Hiero and Nuke Studio."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from shotlog.schema import MarkerFamily
from shotlog_otio.dialects.contract import Dialect

_KEYS = ("Hiero", "hiero")

_PALETTE = MappingProxyType({
    MarkerFamily.SHOT: "CYAN",
    MarkerFamily.MOVE: "MAGENTA",
    MarkerFamily.HIGHLIGHT: "YELLOW",
    MarkerFamily.PROBLEM: "RED",
    MarkerFamily.GROUP: "BLUE",
    MarkerFamily.DEFECT: "RED",
    MarkerFamily.REFRAMING: "YELLOW",
})  # fmt: skip
"""It has tags of six colours: magenta, red, yellow, green, cyan, blue (``OTIOExportTask.py`` of
OpenTimelineIO's plugins for Hiero)."""

_COLOURS = MappingProxyType({
    name: name.upper() for name in ("Magenta", "Red", "Yellow", "Green", "Cyan", "Blue")
})  # fmt: skip


@dataclass(frozen=True)
class HieroDialect(Dialect):
    """The conventions of OpenTimelineIO's plugins for Hiero, where markers are tags."""

    name: str = "hiero"
    palette: Mapping[MarkerFamily, str] = field(default_factory=lambda: _PALETTE)
    colours: Mapping[str, str] = field(default_factory=lambda: _COLOURS)

    def detect(self, metadata: Mapping[str, Any]) -> bool:
        """Return whether the metadata hold the key of Hiero's exporter."""
        return any(key in metadata for key in _KEYS)

    def detect_part(self, metadata: Mapping[str, Any]) -> bool:
        """Return whether the metadata of a clip or marker hold the key of Hiero's exporter."""
        return self.detect(metadata)
