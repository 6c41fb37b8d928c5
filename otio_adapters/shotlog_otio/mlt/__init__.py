"""Projects of MLT: those of Kdenlive, and those of Shotcut and other programs."""

from shotlog_otio.mlt.kdenlive_format import KdenliveFormat
from shotlog_otio.mlt.mlt_format import MltFormat

__all__ = ["KdenliveFormat", "MltFormat"]
