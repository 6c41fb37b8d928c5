"""Projects of GStreamer Editing Services, as Pitivi saves them."""

from shotlog_otio.xges.xges_format import XgesFormat

__all__ = ["XgesFormat"]
