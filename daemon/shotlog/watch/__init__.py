"""The watch of a folder: timelines that are exported into it come back with markers."""

from shotlog.watch.events import (
    Answered,
    Failed,
    Finished,
    Ignored,
    Progress,
    Started,
    Trouble,
    WatchEvent,
    Watching,
)
from shotlog.watch.scan import Scanner
from shotlog.watch.watcher import LOCK, SETTLE_SECONDS, Watcher, WatchOptions

__all__ = [
    "LOCK",
    "SETTLE_SECONDS",
    "Answered",
    "Failed",
    "Finished",
    "Ignored",
    "Progress",
    "Scanner",
    "Started",
    "Trouble",
    "WatchEvent",
    "WatchOptions",
    "Watcher",
    "Watching",
]
