"""Colours of markers by kind; the bridge and each dialect spell them as their editor does."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from shotlog.schema import MarkerFamily

PALETTE: Mapping[MarkerFamily, str] = MappingProxyType({
    MarkerFamily.SHOT: "Cyan",
    MarkerFamily.MOVE: "Purple",
    MarkerFamily.HIGHLIGHT: "Yellow",
    MarkerFamily.PROBLEM: "Red",
    MarkerFamily.GROUP: "Pink",
    MarkerFamily.DEFECT: "Red",
    MarkerFamily.REFRAMING: "Yellow",
})  # fmt: skip
"""Names that DaVinci Resolve and, in capitals, OpenTimelineIO (``MarkerColor`` 0.18) both have."""
