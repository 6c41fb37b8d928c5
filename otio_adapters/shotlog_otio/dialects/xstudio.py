"""xSTUDIO."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shotlog_otio.dialects.contract import Dialect

_KEY = "xstudio"


@dataclass(frozen=True)
class XStudioDialect(Dialect):
    """xSTUDIO, which reads and writes OpenTimelineIO by its library.

    A marker has a name, a range and a flag there, and properties that take any JSON
    (``src/timeline/src/marker.cpp``).
    """

    name: str = "xstudio"

    def detect(self, metadata: Mapping[str, Any]) -> bool:
        """Return whether the metadata hold the key of xSTUDIO."""
        return _KEY in metadata

    def detect_part(self, metadata: Mapping[str, Any]) -> bool:
        """Return whether the metadata of an item hold the key of xSTUDIO."""
        return _KEY in metadata
