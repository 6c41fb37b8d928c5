from .in_process import OwnEngine
from .sources import Footage, gather_footage
from .through_daemon import analyze_in_daemon

__all__ = ["Footage", "OwnEngine", "analyze_in_daemon", "gather_footage"]
