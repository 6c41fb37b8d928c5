from .destinations import Destinations, MarkerFile
from .in_process import OwnEngine
from .sources import Footage, gather_footage
from .through_daemon import analyze_in_daemon

__all__ = [
    "Destinations",
    "Footage",
    "MarkerFile",
    "OwnEngine",
    "analyze_in_daemon",
    "gather_footage",
]
