"""Edit decision lists, read as timelines and patched in place."""

from shotlog_otio.edl.format import EdlFormat

__all__ = ["EdlFormat"]
