"""Assessment of models: figures of their scores on clips whose labels are known."""

from shotlog.learning.assessment.analyzed import Measure, score_by_analyzers
from shotlog.learning.assessment.answers import ClipAnswer, answers_of, scores_table, worst_of
from shotlog.learning.assessment.assessment import Assessment, Guess, LabelFigures, assess
from shotlog.learning.assessment.comparison import ModelComparison, compare
from shotlog.learning.assessment.evaluation import (
    OTHER_DATA,
    BoardFigures,
    BoardRow,
    Evaluation,
    evaluate,
    place_on,
)
from shotlog.learning.assessment.judged import macro_f1
from shotlog.learning.assessment.page import render_evaluation
from shotlog.learning.assessment.scores import ClipScores
from shotlog.learning.assessment.scoring import find_head, frame_plan, open_model, score_clips

__all__ = [
    "OTHER_DATA",
    "Assessment",
    "BoardFigures",
    "BoardRow",
    "ClipAnswer",
    "ClipScores",
    "Evaluation",
    "Guess",
    "LabelFigures",
    "Measure",
    "ModelComparison",
    "answers_of",
    "assess",
    "compare",
    "evaluate",
    "find_head",
    "frame_plan",
    "macro_f1",
    "open_model",
    "place_on",
    "render_evaluation",
    "score_by_analyzers",
    "score_clips",
    "scores_table",
    "worst_of",
]
