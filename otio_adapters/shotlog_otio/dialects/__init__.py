"""Dialects: the conventions by which one NLE writes and reads OpenTimelineIO."""

from shotlog_otio.dialects.contract import DIALECTS, Dialect, Retiming
from shotlog_otio.dialects.detection import detect_dialect
from shotlog_otio.dialects.easing import KeyFrame, curve_points
from shotlog_otio.dialects.of_document import dialect_of, named_dialect

__all__ = [
    "DIALECTS",
    "Dialect",
    "KeyFrame",
    "Retiming",
    "curve_points",
    "detect_dialect",
    "dialect_of",
    "named_dialect",
]
