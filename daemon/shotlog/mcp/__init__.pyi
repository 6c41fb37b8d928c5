from .access import Access, PathRefused
from .calls import Call, CallCancelled, Progress, Running
from .logs import Logs
from .process import run_server
from .records import LogChoice
from .replacing import check_marked, check_new
from .summaries import describe_highlights, describe_shots, span_of, summarize

__all__ = [
    "Access",
    "Call",
    "CallCancelled",
    "LogChoice",
    "Logs",
    "PathRefused",
    "Progress",
    "Running",
    "check_marked",
    "check_new",
    "describe_highlights",
    "describe_shots",
    "run_server",
    "span_of",
    "summarize",
]
