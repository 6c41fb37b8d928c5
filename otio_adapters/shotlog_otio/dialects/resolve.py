"""DaVinci Resolve."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shotlog.markers import names_in
from shotlog_otio.dialects.contract import Dialect

_KEY = "Resolve_OTIO"

_COLOURS = names_in("resolve")
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
