"""The watch of a folder: timelines that are exported into it come back with markers."""

from shotlog.watch.events import (
    Advanced,
    Answered,
    Failed,
    Finished,
    Ignored,
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
    "Advanced",
    "Answered",
    "Failed",
    "Finished",
    "Ignored",
    "Scanner",
    "Started",
    "Trouble",
    "WatchEvent",
    "WatchOptions",
    "Watcher",
    "Watching",
]
