"""Figures of what was learned: rankings, confidences, intervals over films."""

from shotlog.learning.figures.confidences import Quality, measure_quality
from shotlog.learning.figures.estimates import Bootstrap, Estimate
from shotlog.learning.figures.ranking import NDCG_AT, auc, average_precision, ndcg

__all__ = [
    "NDCG_AT",
    "Bootstrap",
    "Estimate",
    "Quality",
    "auc",
    "average_precision",
    "measure_quality",
    "ndcg",
]
