"""Dialects: the conventions by which one NLE writes and reads OpenTimelineIO."""

from shotlog_otio.dialects.contract import Dialect, Retiming
from shotlog_otio.dialects.detection import GROUP, detect_dialect, load_dialects

__all__ = ["GROUP", "Dialect", "Retiming", "detect_dialect", "load_dialects"]
