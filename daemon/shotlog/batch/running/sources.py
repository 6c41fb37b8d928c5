"""An item as timelines: the sequences of its file, or a new timeline of its media."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from shotlog.batch.manifest import BatchOptions, Item, OutputPlace
from shotlog.engine import ProbeCache
from shotlog.schema import (
    Edit,
    MediaReference,
    Problem,
    ShotlogError,
    TimelineAmbiguous,
    TimelineMissing,
    readable,
)
from shotlog_otio import ReadOptions, Relinks, make_timeline, read_edit


@dataclass(frozen=True)
class OpenSequence:
    """One sequence of a timeline file.

    Attributes:
        edit: Its clips.
        reading: The options by which it is read again, to write markers into it.
    """

    edit: Edit
    reading: ReadOptions


@dataclass(frozen=True)
class OpenItem:
    """An item that can be analysed.

    Attributes:
        timeline: The timeline file: the item's own, or a temporary one of its media.
        sequences: Its sequences that could be read; all of one file that holds several.
        problems: Sequences that could not be read.
    """

    timeline: Path
    sequences: tuple[OpenSequence, ...]
    problems: tuple[Problem, ...] = ()


def read_sequences(path: Path, reading: ReadOptions) -> OpenItem:
    """Read every sequence of a timeline that is not inside another one.

    Raises:
        TimelineError: None of them can be read.
    """
    try:
        return OpenItem(path, (OpenSequence(read_edit(path, reading), reading),))
    except TimelineAmbiguous as ambiguous:
        names = dict.fromkeys(name for name, _, _ in ambiguous.sequences)
        several = ambiguous
    sequences: list[OpenSequence] = []
    problems: list[Problem] = []
    for name in names:
        one = replace(reading, sequence=name)
        try:
            sequences.append(OpenSequence(read_edit(path, one), one))
        except ShotlogError as error:
            problem = error.problem
            subject = f"{problem.subject}, sequence {readable(name)}"
            problems.append(problem.model_copy(update={"subject": subject}))
    if not sequences:
        raise several
    return OpenItem(path, tuple(sequences), tuple(problems))


def reading_of(options: BatchOptions, relinks: Sequence[str]) -> ReadOptions:
    """Return the options of reading the timelines of a batch.

    Raises:
        SettingInvalid: A map of paths is none.
    """
    return ReadOptions(relinks=Relinks.parse(relinks), rate=options.rate)


@contextmanager
def open_place(
    item: Item,
    place: OutputPlace,
    options: BatchOptions,
    maps: Sequence[str],
    probe_cache: ProbeCache,
) -> Iterator[OpenItem]:
    """Yield an item as it lies in one of its places.

    Args:
        item: The item.
        place: The item itself, or one of its copies.
        options: Options of its batch.
        maps: Maps of paths from the machine that planned to this one.
        probe_cache: Keeps the probed media for the analysis.

    Raises:
        TimelineMissing: The file is not here.
        ShotlogError: It cannot be read.
    """
    path = find_here(place.path, maps)
    if item.kind == "timeline":
        if not path.exists():
            hint = "Check that this machine sees it; lead to it with --map OLD=NEW."
            raise TimelineMissing(str(path), hint=hint)
        yield read_sequences(path, reading_of(options, (*maps, *item.relinks)))
        return
    reference = MediaReference(path=str(path), sequence=item.frames)
    if item.frames is not None and (moved := find_here(item.frames.pattern, maps)):
        frames = item.frames.model_copy(update={"pattern": str(moved)})
        reference = MediaReference(path=str(path), sequence=frames)
    media = probe_cache.get(reference)
    with tempfile.TemporaryDirectory(prefix="shotlog-") as folder:
        made = Path(folder) / "footage.otio"
        made.write_bytes(make_timeline([media], readable(path.stem)))
        yield read_sequences(made, ReadOptions())


def find_here(path: str, maps: Sequence[str]) -> Path:
    """Return the path of a file of the planning machine as it is on this one.

    The first map that leads to something that exists decides; without any, the path itself.
    """
    possible = Relinks.parse(maps).apply([path])
    return Path(next((each for each in possible if os.path.lexists(each)), possible[0]))
