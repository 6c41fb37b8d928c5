"""The kind of plugin that reads data sets, and reading through one of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from shotlog.learning.clips.labelled import DataSet, DataSetReader
from shotlog.plugins import PluginKind, did_you_mean
from shotlog.schema import DataSetReaderError, Family

DATA_SETS = PluginKind(
    "shotlog.data_sets", DataSetReader, "reader of data sets", DataSetReaderError
)
"""Readers of data sets."""


def read_data_set(kind: str, path: Path, families: Sequence[Family]) -> DataSet:
    """Read a data set.

    Args:
        kind: Name of its reader: ``movieshots``.
        path: Its file or folder.
        families: Families whose labels are wanted: size, movement, move.

    Raises:
        DataSetReaderError: There is no such reader.
        DataSetUnreadable: It is of another format, damaged, or holds no clip that can be used.
    """
    readers = DATA_SETS.by_name
    if kind not in readers:
        message = f"there is no such reader of data sets{did_you_mean(kind, readers)}"
        raise DataSetReaderError(kind, message, f"Choose one of: {', '.join(readers)}.")
    return readers[kind].read(path, families)


def join(data: Sequence[DataSet]) -> DataSet:
    """Return several data sets as one; films of one name are one film.

    Ids of clips get the number of their data set, from 1, where there are several.

    Args:
        data: At least one.
    """
    if len(data) == 1:
        return data[0]
    clips = (
        replace(clip, id=f"{number}/{clip.id}")
        for number, one in enumerate(data, start=1)
        for clip in one.clips
    )
    return DataSet(
        name=" + ".join(one.name for one in data),
        clips=tuple(clips),
        skipped=sum((one.skipped for one in data), Counter()),
        licence="; ".join(dict.fromkeys(one.licence for one in data if one.licence)),
        warnings=tuple(warning for one in data for warning in one.warnings),
    )
