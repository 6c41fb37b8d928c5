from .destinations import Destinations, MarkerFile
from .in_process import OwnEngine
from .running import DaemonChoice, analyze_edit, open_timeline
from .sources import Footage, gather_footage

__all__ = [
    "DaemonChoice",
    "Destinations",
    "Footage",
    "MarkerFile",
    "OwnEngine",
    "analyze_edit",
    "gather_footage",
    "open_timeline",
]
