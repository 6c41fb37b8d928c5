"""Lists of ``path label`` lines, as VideoMAE, SlowFast and MMAction2 read for Kinetics."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from shotlog.learning.clips.labelled import DataSet, DataSetReader, Part
from shotlog.learning.clips.readers.collecting import ClipCollector
from shotlog.learning.clips.readers.texts import read_text
from shotlog.models.analysis import read_label
from shotlog.schema import DataSetUnreadable, Family

_SUFFIXES: Final = (".csv", ".txt", ".list", ".tsv")
_LABELS: Final = "labels.txt"
_LONGEST: Final = 3
"""Words of the longest label, "Point of View"."""
_NUMBER: Final = r"\d+"


class KineticsListReader(DataSetReader):
    """Reader of lists: a file, or a folder with the lists ``train``, ``val`` and ``test``.

    A line is the path of a clip and its label, separated by a tab, a comma or a blank; paths may
    hold blanks, and are relative to the folder of the list. A number is the line of ``labels.txt``
    beside the list, from 0. A clip that comes again has several moves. Each clip is a film of its
    own, as the lists name none.
    """

    name = "kinetics-list"
    title = "lists of 'path label' lines: train.csv, val.csv, test.csv, labels.txt for numbers"

    def read(self, path: Path, families: Sequence[Family]) -> DataSet:
        """Read one list, or those of a folder by part."""
        clips = ClipCollector(families)
        for part, table in _lists(path):
            numbered = _numbered(table.with_name(_LABELS))
            for number, line in enumerate(read_text(table).splitlines(), start=1):
                if not line.strip() or line.startswith("#"):
                    continue
                file, label = _divide(line, families, numbered, f"{table}, line {number}")
                name = str(file)
                texts = {family: [label] for family in families}
                film = f"{path.resolve().stem}/{name}"
                clips.add(name, table.parent / file, texts, film=film, part=part, joins=True)
        warning = "a list names no films: every clip of it counts as a film of its own"
        return clips.finish(f"list, {path.resolve().name}", str(path), warnings=[warning])


def _lists(path: Path) -> list[tuple[Part | None, Path]]:
    if not path.is_dir():
        return [(None, path)]
    found: list[tuple[Part | None, Path]] = []
    for part in Part:
        named = [path / f"{part}{suffix}" for suffix in _SUFFIXES]
        found += [(part, file) for file in named if file.is_file()][:1]
    if not found:
        names = ", ".join(f"{part}.csv" for part in Part)
        message = "there is no list in it"
        raise DataSetUnreadable(str(path), message, f"Name the list, or have {names} in it.")
    return found


def _numbered(file: Path) -> Mapping[str, str]:
    """Return the labels by their numbers, from 0; none where there is no such file."""
    lines = read_text(file).splitlines() if file.is_file() else []
    return {str(number): line.strip() for number, line in enumerate(lines)}


def _divide(
    line: str, families: Sequence[Family], numbered: Mapping[str, str], subject: str
) -> tuple[Path, str]:
    """Return the path and the label of a line.

    Raises:
        DataSetUnreadable: The line has no label, or a number that no label has.
    """
    path, label = _fields(line.strip(), families)
    if not path or not label:
        raise DataSetUnreadable(subject, f"'{line.strip()}' is not a path and its label")
    if re.fullmatch(_NUMBER, label):
        if label not in numbered:
            message = f"{_LABELS} beside the list has no label {label}"
            raise DataSetUnreadable(subject, message, "Its first line is label 0.")
        label = numbered[label]
    return Path(path.strip().strip('"')), label


def _fields(line: str, families: Sequence[Family]) -> tuple[str, str]:
    """Return the path and the label, at the separator after which a label or a number stands."""
    divided = list(_divisions(line))
    for path, label in divided:
        if re.fullmatch(_NUMBER, label) or any(read_label(one, label) for one in families):
            return path, label
    return divided[0]


def _divisions(line: str) -> Iterator[tuple[str, str]]:
    """Yield the paths and labels that a line may mean, the likeliest first."""
    for separator in ("\t", ","):
        path, sign, label = line.rpartition(separator)
        if sign:
            yield path, label.strip().strip('"')
    words = line.split(" ")
    # Labels may hold blanks as paths do, so the longest comes first.
    for count in range(min(_LONGEST, len(words) - 1), 0, -1):
        yield " ".join(words[:-count]), " ".join(words[-count:])
    yield "", line
