"""From the windows of a shot to labels: sampling, measures, decisions and analyzers."""

from shotlog.models.analysis.analyzers import HeadAnalyzer, build_analyzers
from shotlog.models.analysis.calibrating import calibrate_windows
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
from shotlog.models.analysis.labels import name_outputs, read_label
from shotlog.models.analysis.measure import ModelMeasure, activate
from shotlog.models.analysis.sampling import (
    sample_segments,
    sample_two_seconds,
    sample_uniform,
    sample_windows,
)
from shotlog.models.analysis.zero_shot import (
    PRIOR,
    ZeroShotSizeAnalyzer,
    limit_to_prior,
    size_probabilities,
)

__all__ = [
    "DEFAULT_RULES",
    "EXPECTED_SCALE",
    "MOTION_SCORES",
    "PRIOR",
    "DecisionRules",
    "HeadAnalyzer",
    "ModelMeasure",
    "ZeroShotSizeAnalyzer",
    "activate",
    "apply_hysteresis",
    "build_analyzers",
    "calibrate_windows",
    "decide_label",
    "decide_motion",
    "decide_moves",
    "decide_size",
    "limit_to_prior",
    "name_outputs",
    "read_label",
    "sample_segments",
    "sample_two_seconds",
    "sample_uniform",
    "sample_windows",
    "size_probabilities",
]
