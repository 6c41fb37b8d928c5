"""DaVinci Resolve."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from shotlog_otio.dialects.contract import Dialect

_KEY = "Resolve_OTIO"


_COLOURS = MappingProxyType({
    "Blue": "BLUE", "Cyan": "CYAN", "Green": "GREEN", "Yellow": "YELLOW", "Red": "RED",
    "Pink": "PINK", "Purple": "PURPLE", "Fuchsia": "MAGENTA", "Rose": "PINK",
    "Lavender": "PURPLE", "Sky": "CYAN", "Mint": "GREEN", "Lemon": "YELLOW", "Sand": "ORANGE",
    "Cocoa": "ORANGE", "Cream": "WHITE",
})  # fmt: skip
"""The sixteen marker colours of its scripting API. OpenTimelineIO has fewer, so a file gets the
nearest one: Resolve's own export does so too (Mint becomes GREEN, as was seen; the others of the
last six are guesses)."""


@dataclass(frozen=True)
class ResolveDialect(Dialect):
    """The conventions of DaVinci Resolve's OpenTimelineIO export."""

    name: str = "resolve"
    colours: Mapping[str, str] = field(default_factory=lambda: _COLOURS)

    def detect(self, metadata: Mapping[str, Any]) -> bool:
        """Return whether the metadata hold the key of Resolve's exporter."""
        return _KEY in metadata

    def describe_effect(self, metadata: Mapping[str, Any]) -> str | None:
        """Return a description of a speed ramp: its number of key frames."""
        # The meaning of their numbers is not documented, so the curve cannot be computed.
        own = metadata.get(_KEY)
        frames = own.get("Key Frames") if isinstance(own, Mapping) else None
        return f"a speed ramp of {len(frames)} key frames" if isinstance(frames, Sequence) else None
