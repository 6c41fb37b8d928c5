"""The installed readers of data sets, and reading through them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from importlib.metadata import EntryPoint
from pathlib import Path

from shotlog import plugins
from shotlog.learning.clips.labelled import DataSet, DataSetReader
from shotlog.schema import DataSetReaderError, Family

GROUP = "shotlog.data_sets"


def load_data_sets(points: Iterable[EntryPoint] | None = None) -> list[DataSetReader]:
    """Return one instance of every installed reader, by name.

    Args:
        points: Entry points to load instead of the installed ones.

    Raises:
        DataSetReaderError: A reader cannot be loaded, or two have one name.
    """
    return plugins.load(
        GROUP,
        DataSetReader,  # type: ignore[type-abstract]
        error=DataSetReaderError,
        points=points,
        kind="reader of data sets",
    )


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
    readers = {reader.name: reader for reader in load_data_sets()}
    if kind not in readers:
        message = f"there is no such reader of data sets{plugins.did_you_mean(kind, readers)}"
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
