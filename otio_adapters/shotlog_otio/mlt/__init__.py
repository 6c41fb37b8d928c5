"""Projects of MLT: those of Kdenlive, and those of Shotcut and other programs."""

from shotlog_otio.mlt.kdenlive_format import KdenliveFormat
from shotlog_otio.mlt.mlt_format import MltFormat
from shotlog_otio.mlt.times import clock_of, frames_of

__all__ = ["KdenliveFormat", "MltFormat", "clock_of", "frames_of"]
