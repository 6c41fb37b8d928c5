"""Learning from finished edits: what editors kept of their sources, against what they left."""

from shotlog.learning.backbones import choose_backbones
from shotlog.learning.calibration import (
    Calibrated,
    CalibrationReport,
    GenreFigures,
    calibrate,
    fit_calibration,
    measure_quality,
)
from shotlog.learning.condensed_movies import (
    CLIPS,
    TERMS,
    find_movies,
)
from shotlog.learning.copies import are_copies
from shotlog.learning.evaluation import Estimate, Figures, JudgedFilm, Report, evaluate
from shotlog.learning.excerpts import PER_SECOND, LoudnessReader, find_excerpt
from shotlog.learning.films import FilmReader, LabelledFilm, read_film
from shotlog.learning.fitted import FittedModel, Fitting
from shotlog.learning.genres import Genres, read_genres, read_movie_genres
from shotlog.learning.judged_passages import JudgedPassages, PassageReader
from shotlog.learning.licence import licence_of
from shotlog.learning.logistic import LogisticFit, fit_logistic
from shotlog.learning.methods import LEAST_PICKS, AskedMethod, MethodPlan, plan_methods
from shotlog.learning.movies import place_movies
from shotlog.learning.network import FEWEST_FILMS, NetworkFit, fit_network
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
    "CLIPS",
    "FEWEST_FILMS",
    "LEAST_PICKS",
    "NDCG_AT",
    "PER_SECOND",
    "TERMS",
    "AskedMethod",
    "Calibrated",
    "CalibrationReport",
    "Estimate",
    "Figures",
    "FilmReader",
    "FittedModel",
    "Fitting",
    "FoundGroups",
    "GenreFigures",
    "Genres",
    "JudgedFilm",
    "JudgedPassages",
    "LabelledFilm",
    "LogisticFit",
    "LoudnessReader",
    "MethodPlan",
    "NetworkFit",
    "PassageReader",
    "Report",
    "Source",
    "SourceGroup",
    "Trained",
    "are_copies",
    "auc",
    "average_precision",
    "calibrate",
    "check_groups",
    "choose_backbones",
    "divide",
    "edit_of",
    "evaluate",
    "find_excerpt",
    "find_groups",
    "find_movies",
    "fit_calibration",
    "fit_logistic",
    "fit_network",
    "licence_of",
    "measure_quality",
    "ndcg",
    "place_movies",
    "plan_methods",
    "read_film",
    "read_genres",
    "read_movie_genres",
    "train",
]
