"""Labelled clips, and the readers of data sets that hold them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from shotlog.schema import Family, TimeRange


class Part(StrEnum):
    """Part of a split."""

    TRAIN = "train"
    """Learned from."""
    VAL = "val"
    """Decides when training stops, the temperature and the thresholds."""
    TEST = "test"
    """Judged once, at the end."""


@dataclass(frozen=True)
class LabelledClip:
    """A clip with its labels.

    Attributes:
        id: Its name, unique in the data set: ``tt0068646/0007``.
        path: Its media file.
        span: Its range in media time; None for the whole file.
        labels: By family, names of the family's vocabulary; several moves may hold together. A
            family that is not a key is not known.
        film: Its film: clips of one film are never in two parts of a split.
        part: Its part in the data set's own split; None where that has none.
        judged: By family, the labels of which it is known whether they hold; all of a family that
            is not a key.
    """

    id: str
    path: Path
    span: TimeRange | None
    labels: Mapping[Family, tuple[str, ...]]
    film: str
    part: Part | None = None
    judged: Mapping[Family, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class PublishedBoard:
    """Published average precisions of models on a data set.

    Attributes:
        title: Name of the board.
        source: Where it is published, with its terms, for people.
        columns: (k,) a label and the title of its column, in the order of the board.
        rows: By model, (k + 1,) the average precision of each column in percent, then the published
            mean.
    """

    title: str
    source: str
    columns: tuple[tuple[str, str], ...]
    rows: Mapping[str, tuple[float, ...]]


@dataclass(frozen=True)
class DataSet:
    """The clips of a data set that can be used.

    Attributes:
        name: Its name, for the model card.
        clips: The clips, by id.
        skipped: Number of clips that were left out, by the reason, for people.
        licence: Its terms, for the model card; empty where they are not known.
        warnings: Sentences for people.
        board: Published figures on it; None where it has no board.
    """

    name: str
    clips: tuple[LabelledClip, ...]
    skipped: Counter[str] = field(default_factory=Counter)
    licence: str = ""
    warnings: tuple[str, ...] = ()
    board: PublishedBoard | None = None


class DataSetReader(ABC):
    """A reader of one format of data sets; a plugin of the group ``shotlog.data_sets``.

    Attributes:
        name: Unique name, by which users choose it: ``movieshots``.
        title: One line about it, for help.
    """

    name: str
    title: str

    @abstractmethod
    def read(self, path: Path, families: Sequence[Family]) -> DataSet:
        """Read a data set; clips without a label of these families are skipped and counted.

        Media files are not opened; those that are missing are skipped and counted.

        Args:
            path: The file or folder that the user named.
            families: Families whose labels are wanted: size, movement, move.

        Raises:
            DataSetUnreadable: It is of another format, damaged, or holds no clip that can be used.
        """
