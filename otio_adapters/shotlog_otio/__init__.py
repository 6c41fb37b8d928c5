"""Timelines in, markers out: OpenTimelineIO files to clip ranges, findings to markers."""

from shotlog_otio.newtimeline import make_timeline
from shotlog_otio.reader import read_edit

__all__ = ["make_timeline", "read_edit"]
