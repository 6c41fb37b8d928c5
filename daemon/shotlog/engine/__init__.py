"""The engine: reads media, measures them once, draws conclusions, and keeps the evidence.

:func:`analyze` is a pure function of the edit, its media and the analyzers. It runs in the process
that calls it; the daemon's worker and the command line call the same function.
"""

from shotlog.engine.analysis import EngineOptions, analyze, analyze_together
from shotlog.engine.analyzer_selection import (
    AnalyzerSelection,
    CandidateModels,
    ModelChoice,
    ask_provider,
    find_candidates,
    make_analyzers,
    select_analyzers,
)
from shotlog.engine.cache import Cache
from shotlog.engine.conclusions import Conclusions, conclude
from shotlog.engine.coverage import cache_key, missing_cells, missing_ranges, need_key
from shotlog.engine.plugins import ANALYZERS, load_analyzers
from shotlog.engine.profiles import apply_profile
from shotlog.engine.progress import RunProgress, SilentProgress, StageProgress
from shotlog.engine.resident import ResidentMeasure
from shotlog.engine.shared_cache import SharedCache
from shotlog.engine.shot_pictures import make_thumbnail_reader
from shotlog.engine.shot_vectors import make_vector_reader
from shotlog.engine.sources import ProbeCache
from shotlog.engine.tiers import run_by_tiers, tell_fallback, tier_attempts

__all__ = [
    "ANALYZERS",
    "AnalyzerSelection",
    "Cache",
    "CandidateModels",
    "Conclusions",
    "EngineOptions",
    "ModelChoice",
    "ProbeCache",
    "ResidentMeasure",
    "RunProgress",
    "SharedCache",
    "SilentProgress",
    "StageProgress",
    "analyze",
    "analyze_together",
    "apply_profile",
    "ask_provider",
    "cache_key",
    "conclude",
    "find_candidates",
    "load_analyzers",
    "make_analyzers",
    "make_thumbnail_reader",
    "make_vector_reader",
    "missing_cells",
    "missing_ranges",
    "need_key",
    "run_by_tiers",
    "select_analyzers",
    "tell_fallback",
    "tier_attempts",
]
