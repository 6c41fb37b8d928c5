"""From windows to labels: sampling, measures, decisions, analyzers."""

from shotlog.models.analysis.analyzers import HeadAnalyzer, analyzers_of
from shotlog.models.analysis.decisions import (
    AMOUNTS,
    RULES,
    SCALE,
    Rules,
    held,
    moves,
    one_of,
    size,
)
from shotlog.models.analysis.measure import ModelMeasure, Place
from shotlog.models.analysis.sampling import segments, two_seconds, uniform, windows_of

__all__ = [
    "AMOUNTS",
    "RULES",
    "SCALE",
    "HeadAnalyzer",
    "ModelMeasure",
    "Place",
    "Rules",
    "analyzers_of",
    "held",
    "moves",
    "one_of",
    "segments",
    "size",
    "two_seconds",
    "uniform",
    "windows_of",
]
