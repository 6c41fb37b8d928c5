"""Final Cut Pro XML, ``.fcpxml`` and ``.fcpxmld``: read, and marked in place."""

from shotlog_otio.fcpxml.format import FcpxmldFormat, FcpxmlFormat
from shotlog_otio.fcpxml.source import FcpxmlFile

__all__ = ["FcpxmlFile", "FcpxmlFormat", "FcpxmldFormat"]
