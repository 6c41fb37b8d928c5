from .corrections import Correction, CorrectionKind
from .profiles import (
    EditorProfile,
    HeadCorrection,
    LabelCalibration,
    analyzer_key,
)
from .training_errors import (
    CalibrationWorse,
    CorrectionsUnreadable,
    DataSetUnreadable,
    LabelsMissing,
    ModelWorse,
    ProfileUnusable,
    ProfileWorse,
    ScoresUnusable,
    SplitUnusable,
    TableUnreadable,
    TrainingError,
    TrainingInterrupted,
)

__all__ = [
    "CalibrationWorse",
    "Correction",
    "CorrectionKind",
    "CorrectionsUnreadable",
    "DataSetUnreadable",
    "EditorProfile",
    "HeadCorrection",
    "LabelCalibration",
    "LabelsMissing",
    "ModelWorse",
    "ProfileUnusable",
    "ProfileWorse",
    "ScoresUnusable",
    "SplitUnusable",
    "TableUnreadable",
    "TrainingError",
    "TrainingInterrupted",
    "analyzer_key",
]
