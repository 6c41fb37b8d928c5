"""The bridge: JSON lines on stdio, for callers that have only a standard library."""

from shotlog.bridge.bridge import Bridge
from shotlog.bridge.edits import PlainEdit
from shotlog.bridge.errors import CANCELLED
from shotlog.bridge.parsing import parse_request
from shotlog.bridge.plain import to_edit
from shotlog.bridge.replies import REPLIES, Event, Reply
from shotlog.bridge.requests import CAPABILITIES, Request
from shotlog.bridge.result_models import EditSummary, ShotSummary
from shotlog.bridge.results import summarize_log
from shotlog.bridge.server import write_reply
from shotlog.bridge.stdio import LINE_BYTES, read_lines

__all__ = [
    "CANCELLED",
    "CAPABILITIES",
    "LINE_BYTES",
    "REPLIES",
    "Bridge",
    "EditSummary",
    "Event",
    "PlainEdit",
    "Reply",
    "Request",
    "ShotSummary",
    "parse_request",
    "read_lines",
    "summarize_log",
    "to_edit",
    "write_reply",
]
