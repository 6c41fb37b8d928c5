from .format import FcpxmldFormat, FcpxmlFormat
from .items import StoryItem
from .source import FcpxmlFile
from .times import parse_time, write_time

__all__ = [
    "FcpxmlFile",
    "FcpxmlFormat",
    "FcpxmldFormat",
    "StoryItem",
    "parse_time",
    "write_time",
]
