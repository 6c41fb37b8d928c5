"""OpenTimelineIO as its own library and adapters write it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shotlog_otio.dialects.contract import Dialect


@dataclass(frozen=True)
class PlainDialect(Dialect):
    """The conventions of OpenTimelineIO itself, which hold where no other dialect is detected."""

    name: str = "plain"

    def detect(self, metadata: Mapping[str, Any]) -> bool:
        """Return False: plain OpenTimelineIO bears no mark."""
        del metadata
        return False
