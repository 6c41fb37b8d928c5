"""Learning from finished edits: what editors kept of their sources, against what they left."""

from shotlog.learning.evaluation import Estimate, Figures, JudgedFilm, Report, evaluate
from shotlog.learning.films import WINDOW, FilmReader, LabelledFilm, read_film
from shotlog.learning.fitting import Fit, fit
from shotlog.learning.licence import licence_of
from shotlog.learning.ranking import NDCG_AT, auc, average_precision, ndcg
from shotlog.learning.source_groups import (
    FoundGroups,
    Source,
    SourceGroup,
    check_groups,
    edit_of,
    find_groups,
)
from shotlog.learning.splits import divide
from shotlog.learning.training import Trained, train

__all__ = [
    "NDCG_AT",
    "WINDOW",
    "Estimate",
    "Figures",
    "FilmReader",
    "Fit",
    "FoundGroups",
    "JudgedFilm",
    "LabelledFilm",
    "Report",
    "Source",
    "SourceGroup",
    "Trained",
    "auc",
    "average_precision",
    "check_groups",
    "divide",
    "edit_of",
    "evaluate",
    "find_groups",
    "fit",
    "licence_of",
    "ndcg",
    "read_film",
    "train",
]
