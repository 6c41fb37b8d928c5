"""Labelled clips: data sets, their split by film, and the frames of their windows."""

from shotlog.learning.clips.data_sets import DATA_SETS, join, read_data_set
from shotlog.learning.clips.frames import ClipFrames, ClipWindow, read_frames
from shotlog.learning.clips.labelled import DataSet, DataSetReader, LabelledClip, Part
from shotlog.learning.clips.plan import FramePlan

__all__ = [
    "DATA_SETS",
    "ClipFrames",
    "ClipWindow",
    "DataSet",
    "DataSetReader",
    "FramePlan",
    "LabelledClip",
    "Part",
    "join",
    "read_data_set",
    "read_frames",
]
