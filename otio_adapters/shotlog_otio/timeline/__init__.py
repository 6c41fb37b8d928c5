"""Timelines to clip ranges: layout, time effects, clocks; new timelines of footage."""

from shotlog_otio.timeline.footage import FootageClock, footage_clock
from shotlog_otio.timeline.new_timeline import make_timeline
from shotlog_otio.timeline.reader import edit_of

__all__ = ["FootageClock", "edit_of", "footage_clock", "make_timeline"]
