from .destinations import Destinations, MarkerFile, check_free, real_path
from .forecast import show_forecast
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
    "check_free",
    "gather_footage",
    "open_timeline",
    "real_path",
    "show_forecast",
]
