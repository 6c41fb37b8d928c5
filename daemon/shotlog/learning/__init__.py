"""Learning from finished edits: what editors kept of their sources, against what they left."""

from shotlog.learning.condensed_movies import (
    CLIPS,
    TERMS,
    FoundMovies,
    Movie,
    Video,
    find_movies,
)
from shotlog.learning.copies import are_copies
from shotlog.learning.evaluation import Estimate, Figures, JudgedFilm, Report, evaluate
from shotlog.learning.excerpts import PER_SECOND, LoudnessReader, find_excerpt, sound_of
from shotlog.learning.films import WINDOW, FilmReader, LabelledFilm, read_film
from shotlog.learning.fitting import Fit, fit
from shotlog.learning.licence import licence_of
from shotlog.learning.movies import place_videos, probe_movie
from shotlog.learning.ranking import NDCG_AT, auc, average_precision, ndcg
from shotlog.learning.source_groups import (
    FoundGroups,
    Source,
    SourceGroup,
    check_groups,
    edit_of,
    find_groups,
    join_groups,
)
from shotlog.learning.splits import divide
from shotlog.learning.training import Trained, train

__all__ = [
    "CLIPS",
    "NDCG_AT",
    "PER_SECOND",
    "TERMS",
    "WINDOW",
    "Estimate",
    "Figures",
    "FilmReader",
    "Fit",
    "FoundGroups",
    "FoundMovies",
    "JudgedFilm",
    "LabelledFilm",
    "LoudnessReader",
    "Movie",
    "Report",
    "Source",
    "SourceGroup",
    "Trained",
    "Video",
    "are_copies",
    "auc",
    "average_precision",
    "check_groups",
    "divide",
    "edit_of",
    "evaluate",
    "find_excerpt",
    "find_groups",
    "find_movies",
    "fit",
    "join_groups",
    "licence_of",
    "ndcg",
    "place_videos",
    "probe_movie",
    "read_film",
    "sound_of",
    "train",
]
