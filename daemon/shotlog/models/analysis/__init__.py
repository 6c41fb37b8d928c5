"""From the windows of a shot to labels: sampling, measures, decisions and analyzers."""

from shotlog.models.analysis.analyzers import HeadAnalyzer, build_analyzers
from shotlog.models.analysis.decisions import (
    DEFAULT_RULES,
    EXPECTED_SCALE,
    MOTION_SCORES,
    DecisionRules,
    apply_hysteresis,
    decide_label,
    decide_motion,
    decide_moves,
    decide_size,
)
from shotlog.models.analysis.measure import ModelMeasure
from shotlog.models.analysis.sampling import (
    sample_segments,
    sample_two_seconds,
    sample_uniform,
    sample_windows,
)

__all__ = [
    "DEFAULT_RULES",
    "EXPECTED_SCALE",
    "MOTION_SCORES",
    "DecisionRules",
    "HeadAnalyzer",
    "ModelMeasure",
    "apply_hysteresis",
    "build_analyzers",
    "decide_label",
    "decide_motion",
    "decide_moves",
    "decide_size",
    "sample_segments",
    "sample_two_seconds",
    "sample_uniform",
    "sample_windows",
]
