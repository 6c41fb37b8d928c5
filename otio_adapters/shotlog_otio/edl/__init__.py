"""Edit decision lists, read as timelines and patched in place."""

from shotlog_otio.edl.format import MAX_BYTES, EdlFormat
from shotlog_otio.edl.text import EdlText

__all__ = ["MAX_BYTES", "EdlFormat", "EdlText"]
