"""Plan, decode, measure, conclude; and the result cache. In process, a pure function."""

from shotlog.engine.analysis import Options, analyze, analyze_together
from shotlog.engine.analyzer_selection import Candidates, Voices, candidates, voices, voices_of
from shotlog.engine.cache import Cache
from shotlog.engine.conclude import Conclusions, conclude
from shotlog.engine.coverage import cache_key, missing, missing_cells
from shotlog.engine.plugins import GROUP, load_analyzers
from shotlog.engine.progress import Bar, Progress, Silent
from shotlog.engine.resident import ResidentMeasure
from shotlog.engine.shot_pictures import thumbnails
from shotlog.engine.sources import ProbeCache

__all__ = [
    "GROUP",
    "Bar",
    "Cache",
    "Candidates",
    "Conclusions",
    "Options",
    "ProbeCache",
    "Progress",
    "ResidentMeasure",
    "Silent",
    "Voices",
    "analyze",
    "analyze_together",
    "cache_key",
    "candidates",
    "conclude",
    "load_analyzers",
    "missing",
    "missing_cells",
    "thumbnails",
    "voices",
    "voices_of",
]
