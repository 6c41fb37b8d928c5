"""Final Cut Pro XML, ``.fcpxml`` and ``.fcpxmld``: read, and marked in place."""

from shotlog_otio.fcpxml.format import FcpxmldFormat, FcpxmlFormat

__all__ = ["FcpxmlFormat", "FcpxmldFormat"]
