"""The readers of data sets that come with Shotlog; each is a plugin of ``shotlog.data_sets``."""

from shotlog.learning.clips.readers.camerabench import PRIMITIVES, CameraBenchReader, Primitive
from shotlog.learning.clips.readers.collecting import ClipCollector
from shotlog.learning.clips.readers.folders import FoldersReader
from shotlog.learning.clips.readers.json_lines import JsonLinesReader
from shotlog.learning.clips.readers.kinetics_list import KineticsListReader
from shotlog.learning.clips.readers.movieshots import MovieShotsReader

__all__ = [
    "PRIMITIVES",
    "CameraBenchReader",
    "ClipCollector",
    "FoldersReader",
    "JsonLinesReader",
    "KineticsListReader",
    "MovieShotsReader",
    "Primitive",
]
