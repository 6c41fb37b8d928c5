"""MovieShots: shots of trailers with their size and movement.

Rao, Wang, Xu, Jiang, Huang, Zhou and Lin, "A Unified Framework for Shot Type Classification Based
on Subject Centric Lens", ECCV 2020; the files are those of https://movienet.github.io.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from shotlog.learning.clips.labelled import DataSet, DataSetReader, Part
from shotlog.learning.clips.readers.collecting import ClipCollector
from shotlog.learning.clips.readers.texts import parse_json, read_text
from shotlog.schema import DataSetUnreadable, Family

_TABLES: Final = (
    "v1_split_trailer.json", "v1_full_trailer.json", "v2_full_trailer.json", "v3_full.json",
)  # fmt: skip
"""The published tables; the first has the split of the paper."""
_KEYS: Final = {Family.SIZE: "scale", Family.MOVEMENT: "movement"}
_TERMS: Final = (
    "MovieShots, see the terms at https://movienet.github.io; the films belong to their owners"
)


class _Shot(NamedTuple):
    """A row: folder of its kind of video, part, IMDb id, number of the shot, its labels."""

    videos: str
    part: Part | None
    film: str
    number: str
    entry: Any


class MovieShotsReader(DataSetReader):
    """Reader of MovieShots: a folder with one of its tables, or the table itself.

    Videos lie beside the table as ``trailer/<imdb id>/shot_0007.mp4``. Classes are read by
    ``label``, never by ``value``, whose numbers are in another order than those of the models.
    """

    name = "movieshots"
    title = "MovieShots: v1_split_trailer.json beside trailer/<imdb id>/shot_0007.mp4"

    def read(self, path: Path, families: Sequence[Family]) -> DataSet:
        """Read a table; its own split is kept."""
        if not set(families) & set(_KEYS):
            message = f"MovieShots has no labels of {', '.join(families)}"
            raise DataSetUnreadable(str(path), message, "It has sizes and movements.")
        table = _find_table(path)
        clips = ClipCollector(families)
        for shot in _shots(parse_json(read_text(table), str(table)), table):
            if not isinstance(shot.entry, Mapping):
                clips.skip("its entry is damaged")
                continue
            file = table.parent / shot.videos / shot.film / f"shot_{shot.number}.mp4"
            clips.add(
                f"{shot.film}/{shot.number}", file, _labels(shot.entry),
                film=shot.film, part=shot.part,
            )  # fmt: skip
        return clips.finish(f"MovieShots, {table.name}", str(table), licence=_TERMS)


def _find_table(path: Path) -> Path:
    if not path.is_dir():
        return path
    for name in _TABLES:
        if (path / name).is_file():
            return path / name
    message = "there is no table of MovieShots in it"
    raise DataSetUnreadable(str(path), message, f"It is one of: {', '.join(_TABLES)}.")


def _shots(tree: Any, table: Path) -> Iterator[_Shot]:
    """Yield the shots of a table in any of its shapes.

    ``{film: {number: labels}}``, that by part, or that by kind of video below ``full``.

    Raises:
        DataSetUnreadable: It is of another shape.
    """
    shape = _branches(tree, table)
    if shape and shape.keys() <= set(Part):
        for part, films in shape.items():
            yield from _shots_of(films, "trailer", Part(part), table)
    elif shape.keys() == {"full"}:
        for videos, films in _branches(shape["full"], table).items():
            yield from _shots_of(films, videos, None, table)
    else:
        yield from _shots_of(shape, "trailer", None, table)


def _shots_of(films: Any, videos: str, part: Part | None, table: Path) -> Iterator[_Shot]:
    for film, shots in _branches(films, table).items():
        for number, entry in _branches(shots, table).items():
            yield _Shot(videos, part, film, number, entry)


def _branches(value: Any, table: Path) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    raise DataSetUnreadable(str(table), "it has not the shape of a table of MovieShots")


def _labels(entry: Mapping[str, Any]) -> dict[Family, list[str]]:
    """Return the labels of a shot, as they are spelled; either may be missing."""
    found = {}
    for family, key in _KEYS.items():
        answer = entry.get(key)
        label = answer.get("label") if isinstance(answer, Mapping) else None
        if isinstance(label, str):
            found[family] = [label]
    return found
