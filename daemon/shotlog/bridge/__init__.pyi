from .bridge import Bridge
from .edits import PlainEdit
from .errors import CANCELLED, ErrorDetails
from .parsing import parse_request
from .plain import to_edit
from .replies import (
    REPLIES,
    Accepted,
    DoneEvent,
    Error,
    Event,
    FailedEvent,
    JobProgress,
    Reply,
)
from .requests import CAPABILITIES, Request
from .result_models import EditSummary, ShotSummary
from .results import summarize_log
from .server import write_reply
from .stdio import LINE_BYTES, read_lines

__all__ = [
    "CANCELLED",
    "CAPABILITIES",
    "LINE_BYTES",
    "REPLIES",
    "Accepted",
    "Bridge",
    "DoneEvent",
    "EditSummary",
    "Error",
    "ErrorDetails",
    "Event",
    "FailedEvent",
    "JobProgress",
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
