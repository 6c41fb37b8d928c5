"""Labelled clips: data sets, their split by film, and the frames of their windows."""

from shotlog.learning.clips.data_sets import GROUP, join, load_data_sets, read_data_set
from shotlog.learning.clips.labelled import DataSet, DataSetReader, LabelledClip, Part

__all__ = [
    "GROUP",
    "DataSet",
    "DataSetReader",
    "LabelledClip",
    "Part",
    "join",
    "load_data_sets",
    "read_data_set",
]
