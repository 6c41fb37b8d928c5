"""Labelled clips: data sets, their split by film, and the frames of their windows."""

from shotlog.learning.clips.labelled import DataSet, DataSetReader, LabelledClip, Part

__all__ = ["DataSet", "DataSetReader", "LabelledClip", "Part"]
