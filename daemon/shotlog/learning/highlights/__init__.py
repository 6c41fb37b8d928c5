"""Learning from finished edits: what editors kept of their sources, against what they left."""

from shotlog.learning.highlights.backbones import choose_backbones
from shotlog.learning.highlights.calibration import (
    Calibrated,
    CalibrationReport,
    GenreFigures,
    calibrate,
    fit_calibration,
)
from shotlog.learning.highlights.condensed_movies import (
    CLIPS,
    TERMS,
    find_movies,
)
from shotlog.learning.highlights.evaluation import Figures, JudgedFilm, Report, evaluate
from shotlog.learning.highlights.excerpts import PER_SECOND, LoudnessReader, find_excerpt
from shotlog.learning.highlights.films import FilmReader, LabelledFilm, read_film
from shotlog.learning.highlights.fitted import FittedModel, Fitting
from shotlog.learning.highlights.genres import Genres, read_genres, read_movie_genres
from shotlog.learning.highlights.judged_passages import JudgedPassages, PassageReader
from shotlog.learning.highlights.licence import licence_of
from shotlog.learning.highlights.logistic import LogisticFit, fit_logistic
from shotlog.learning.highlights.methods import LEAST_PICKS, AskedMethod, MethodPlan, plan_methods
from shotlog.learning.highlights.movies import place_movies
from shotlog.learning.highlights.network import FEWEST_FILMS, NetworkFit, fit_network
from shotlog.learning.highlights.source_groups import (
    FoundGroups,
    Source,
    SourceGroup,
    check_groups,
    edit_of,
    find_groups,
)
from shotlog.learning.highlights.training import Trained, train

__all__ = [
    "CLIPS",
    "FEWEST_FILMS",
    "LEAST_PICKS",
    "PER_SECOND",
    "TERMS",
    "AskedMethod",
    "Calibrated",
    "CalibrationReport",
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
    "calibrate",
    "check_groups",
    "choose_backbones",
    "edit_of",
    "evaluate",
    "find_excerpt",
    "find_groups",
    "find_movies",
    "fit_calibration",
    "fit_logistic",
    "fit_network",
    "licence_of",
    "place_movies",
    "plan_methods",
    "read_film",
    "read_genres",
    "read_movie_genres",
    "train",
]
