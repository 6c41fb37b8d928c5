"""Labelled clips: data sets, their split by film, and the frames of their windows."""

from shotlog.learning.clips.augmentations import (
    AUGMENTATIONS,
    MIRROR,
    REVERSE,
    Augmentation,
    augment,
)
from shotlog.learning.clips.balance import balanced
from shotlog.learning.clips.copies import find_copies
from shotlog.learning.clips.data_sets import DATA_SETS, join, read_data_set
from shotlog.learning.clips.frames import ClipFrames, ClipWindow, read_frames
from shotlog.learning.clips.labelled import (
    DataSet,
    DataSetReader,
    LabelledClip,
    Part,
    PublishedBoard,
)
from shotlog.learning.clips.learned_films import (
    FILMS_FILE,
    LearnedFilms,
    read_learned_films,
)
from shotlog.learning.clips.plan import FramePlan
from shotlog.learning.clips.splitting import check_leaks, count_labels, split

__all__ = [
    "AUGMENTATIONS",
    "DATA_SETS",
    "FILMS_FILE",
    "MIRROR",
    "REVERSE",
    "Augmentation",
    "ClipFrames",
    "ClipWindow",
    "DataSet",
    "DataSetReader",
    "FramePlan",
    "LabelledClip",
    "LearnedFilms",
    "Part",
    "PublishedBoard",
    "augment",
    "balanced",
    "check_leaks",
    "count_labels",
    "find_copies",
    "join",
    "read_data_set",
    "read_frames",
    "read_learned_films",
    "split",
]
