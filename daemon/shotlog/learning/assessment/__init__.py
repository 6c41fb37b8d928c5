"""Assessment of models: figures of their scores on clips whose labels are known."""

from shotlog.learning.assessment.analyzed import Measure, score_by_analyzers
from shotlog.learning.assessment.assessment import Assessment, Guess, LabelFigures, assess
from shotlog.learning.assessment.comparison import Comparison, compare
from shotlog.learning.assessment.judged import macro_f1
from shotlog.learning.assessment.scores import ClipScores

__all__ = [
    "Assessment",
    "ClipScores",
    "Comparison",
    "Guess",
    "LabelFigures",
    "Measure",
    "assess",
    "compare",
    "macro_f1",
    "score_by_analyzers",
]
