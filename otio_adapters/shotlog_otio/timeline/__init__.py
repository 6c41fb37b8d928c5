"""Timelines to clip ranges: layout, time effects, clocks."""

from shotlog_otio.timeline.footage import FootageClock, footage_clock
from shotlog_otio.timeline.new_timeline import make_timeline
from shotlog_otio.timeline.reader import read_edit

__all__ = ["FootageClock", "footage_clock", "make_timeline", "read_edit"]
