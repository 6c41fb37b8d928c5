"""Labelled clips: data sets, their split by film, and the frames of their windows."""

from shotlog.learning.clips.data_sets import GROUP, join, load_data_sets, read_data_set
from shotlog.learning.clips.frames import ClipFrames, ClipWindow, read_frames
from shotlog.learning.clips.labelled import DataSet, DataSetReader, LabelledClip, Part
from shotlog.learning.clips.plan import FramePlan

__all__ = [
    "GROUP",
    "ClipFrames",
    "ClipWindow",
    "DataSet",
    "DataSetReader",
    "FramePlan",
    "LabelledClip",
    "Part",
    "join",
    "load_data_sets",
    "read_data_set",
    "read_frames",
]
