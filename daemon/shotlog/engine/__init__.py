"""Plan, decode, measure, conclude; and the result cache. In process, a pure function."""

from shotlog.engine.analyze import Options, analyze, analyze_together
from shotlog.engine.cache import Cache
from shotlog.engine.plugins import load_analyzers
from shotlog.engine.progress import Bar, Progress, Silent
from shotlog.engine.sources.locate import MediaShelf
from shotlog.engine.thumbnails import thumbnails

__all__ = [
    "Bar",
    "Cache",
    "MediaShelf",
    "Options",
    "Progress",
    "Silent",
    "analyze",
    "analyze_together",
    "load_analyzers",
    "thumbnails",
]
