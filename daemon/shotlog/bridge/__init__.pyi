from .bridge import Bridge
from .edits import PlainEdit
from .errors import CANCELLED
from .parsing import read
from .plain import edit_of
from .replies import ANSWERS, Answer, Event
from .requests import CAPABILITIES, Request
from .result_models import Found, FoundShot
from .results import found_in
from .server import write
from .stdio import LINE_BYTES, lines

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
