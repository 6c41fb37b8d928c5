"""Figures of what was learned: rankings, confidences, intervals over films."""

from shotlog.learning.figures.confidences import (
    Quality,
    ReliabilityBin,
    measure_quality,
    reliability,
)
from shotlog.learning.figures.estimates import Bootstrap, Estimate
from shotlog.learning.figures.ranking import NDCG_AT, ScoreRanking, auc, average_precision, ndcg

__all__ = [
    "NDCG_AT",
    "Bootstrap",
    "Estimate",
    "Quality",
    "ReliabilityBin",
    "ScoreRanking",
    "auc",
    "average_precision",
    "measure_quality",
    "ndcg",
    "reliability",
]
