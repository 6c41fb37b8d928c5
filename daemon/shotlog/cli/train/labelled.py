"""Labelled films that commands learn from: finished timelines, or a data set of picks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console

from shotlog.cli.analysis import OwnEngine
from shotlog.cli.options import ANY_PATH
from shotlog.cli.output import SafeLine, show_problems, terminal
from shotlog.cli.train.views import plan_line
from shotlog.schema import Edit, EditAnalyzer, LabelsMissing, Log, Problem, ShotlogError
from shotlog_otio import ReadOptions, is_timeline, read_edit

if TYPE_CHECKING:
    from shotlog.learning.highlights import FoundGroups, SourceGroup


def labelled_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the arguments ``more``, ``first`` and ``media_map`` of :meth:`LabelledInputs.of`."""
    for option in reversed((
        click.argument("more", nargs=-1, type=ANY_PATH, metavar="[TIMELINE]..."),
        click.option(
            "--from",
            "first",
            metavar="TIMELINE",
            multiple=True,
            type=ANY_PATH,
            help="A finished timeline, or a folder of them. Further ones may follow, as in"
            " --from finished/*.otio.",
        ),
        click.option(
            "--media-map",
            metavar="FILE",
            type=ANY_PATH,
            help="For CondensedMovies: a table (CSV) with the columns id and path, which names the"
            " files of films by imdbid and of videos by videoid.",
        ),
    )):  # fmt: skip
        command = option(command)
    return command


@dataclass(frozen=True)
class LabelledInputs:
    """The inputs that a command learns from.

    Attributes:
        paths: Finished timelines and folders of them, or the folder of a data set.
        media_map: The table of a data set's files; None for none.
        is_data_set: True for a data set.
    """

    paths: tuple[Path, ...]
    media_map: Path | None
    is_data_set: bool

    @classmethod
    def of(
        cls, first: Sequence[Path], more: Sequence[Path], media_map: Path | None
    ) -> LabelledInputs:
        """Return the inputs that the options name.

        Args:
            first: The paths after ``--from``.
            more: Those that follow, as a shell writes them for ``finished/*.otio``.
            media_map: The path after ``--media-map``.
        """
        # Imported here: SciPy takes longer to import than the help to print.
        from shotlog.learning.highlights import CLIPS

        paths = (*first, *more)
        if not paths:
            raise click.UsageError("Give finished timelines with --from.")
        is_data_set = (paths[0] / CLIPS).exists()
        if is_data_set and len(paths) > 1:
            raise click.UsageError("Give the folder of a data set alone.")
        if media_map is not None and not is_data_set:
            raise click.UsageError(f"--media-map needs a folder of tables, which holds {CLIPS}.")
        return cls(paths, media_map, is_data_set)

    def find(
        self, reading: Callable[[Path], ReadOptions], engine: OwnEngine, console: Console
    ) -> FoundGroups:
        """Return the sources of films, and what was kept of them.

        Args:
            reading: Returns the options by which a timeline is read.
            engine: Probes the media.
            console: Shows progress.

        Raises:
            LabelsMissing: No timeline can be read, or fewer than two films with videos are here.
            TableUnreadable: A table cannot be read.
            Stopped: On Ctrl-C.
        """
        if self.is_data_set:
            return _movies(self.paths[0], self.media_map, engine, console)
        return _sources([_read(path, reading(path)) for path in _timelines(self.paths)], engine)


def each_group(found: FoundGroups, console: Console, *notes: SafeLine) -> Iterator[SourceGroup]:
    """Yield every group after a line about it, for what is measured of each.

    Args:
        found: The groups.
        console: Shows the lines.
        notes: Lines that are shown before those of the groups.

    Raises:
        LabelsMissing: There is nothing to learn from.
    """
    from shotlog.learning.highlights import check_groups

    try:
        check_groups(found.groups)
    except LabelsMissing:
        show_problems(terminal(stderr=True), found.problems, found.warnings)
        raise
    for line in (plan_line(found.groups), *notes):
        console.print(line, soft_wrap=True)
    for number, group in enumerate(found.groups, start=1):
        line = SafeLine(f"film {number} of {len(found.groups)}: {group.name}", "dim")
        console.print(line, soft_wrap=True)
        yield group


def _movies(
    folder: Path, media_map: Path | None, engine: OwnEngine, console: Console
) -> FoundGroups:
    """Return the films of a data set with the parts that its videos show.

    Raises:
        LabelsMissing: Fewer than two films with videos are here.
        TableUnreadable: A table cannot be read.
        Stopped: On Ctrl-C.
    """
    from shotlog.learning.highlights import find_movies, place_movies

    movies = find_movies(folder, media_map)
    console.print(SafeLine("; ".join(movies.warnings)), soft_wrap=True)

    def measure(edit: Edit, analyzer: EditAnalyzer) -> Log:
        return engine.measure(edit, [analyzer], console)

    return place_movies(movies.movies, engine.probe_cache, measure)


def _sources(read: Sequence[Edit | Problem], engine: OwnEngine) -> FoundGroups:
    """Return the sources of timelines, with the timelines that cannot be read.

    Raises:
        LabelsMissing: No timeline can be read.
    """
    from shotlog.learning.highlights import find_groups

    lost = tuple(item for item in read if isinstance(item, Problem))
    edits = [item for item in read if isinstance(item, Edit)]
    if not edits:
        raise LabelsMissing(lost[0].subject, lost[0].message, lost[0].hint)
    found = find_groups(edits, engine.probe_cache)
    return replace(found, problems=lost + found.problems)


def _read(path: Path, options: ReadOptions) -> Edit | Problem:
    """Return the edit of a timeline, or why it cannot be used; it does not cost the others."""
    try:
        # By the name of its file: many timelines are called 'Timeline 1'.
        return read_edit(path, options).model_copy(update={"name": path.stem})
    except ShotlogError as error:
        return error.problem


def _timelines(inputs: Sequence[Path]) -> Iterator[Path]:
    """Yield the timelines that were named, and those in folders.

    Raises:
        LabelsMissing: A folder holds none.
    """
    for path in inputs:
        if not path.is_dir() or is_timeline(path):
            yield path
            continue
        inside = [each for each in sorted(path.iterdir()) if is_timeline(each)]
        if not inside:
            hint = "Give finished timelines, or a folder of them."
            raise LabelsMissing(str(path), "there is no timeline in this folder", hint)
        yield from inside
