"""The bridge: JSON lines on stdio, for a caller that has only a standard library."""

from shotlog.bridge.bridge import Bridge
from shotlog.bridge.edits import PlainEdit
from shotlog.bridge.errors import CANCELLED
from shotlog.bridge.parsing import read
from shotlog.bridge.plain import edit_of
from shotlog.bridge.replies import ANSWERS, Answer, Event
from shotlog.bridge.requests import CAPABILITIES, Request
from shotlog.bridge.result_models import Found, FoundShot
from shotlog.bridge.results import found_in
from shotlog.bridge.server import write
from shotlog.bridge.stdio import LINE_BYTES, lines

__all__ = [
    "ANSWERS",
    "CANCELLED",
    "CAPABILITIES",
    "LINE_BYTES",
    "Answer",
    "Bridge",
    "Event",
    "Found",
    "FoundShot",
    "PlainEdit",
    "Request",
    "edit_of",
    "found_in",
    "lines",
    "read",
    "write",
]
