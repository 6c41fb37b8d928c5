"""``shotlog train highlights``: learn from what finished timelines kept of their sources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console

from shotlog.cli.analysis import OwnEngine
from shotlog.cli.options import (
    ANY_PATH,
    cache_option,
    json_option,
    read_options_of,
    reading_options,
    set_option,
)
from shotlog.cli.output import SafeLine, print_json, show_problems, terminal
from shotlog.cli.train.views import plan_line, report_table
from shotlog.schema import Edit, LabelsMissing, Problem, ShotlogError
from shotlog.settings import load_settings
from shotlog_otio import ReadOptions, is_timeline, read_edit

if TYPE_CHECKING:
    from shotlog.learning import FoundGroups, LabelledFilm


@click.command()
@click.argument("more", nargs=-1, type=ANY_PATH, metavar="[TIMELINE]...")
@click.option(
    "--from",
    "first",
    metavar="TIMELINE",
    multiple=True,
    type=ANY_PATH,
    help="A finished timeline, or a folder of them. Further ones may follow, as in"
    " --from finished/*.otio.",
)
@click.option(
    "--media-map",
    metavar="FILE",
    type=ANY_PATH,
    help="For CondensedMovies: a table (CSV) with the columns id and path, which names the files of"
    " films by imdbid and of videos by videoid.",
)
@click.option(
    "-o",
    "--output",
    metavar="FOLDER",
    type=ANY_PATH,
    help="Write the model into this folder: weights, features, report and licence.",
)
@click.option(
    "--force",
    is_flag=True,
    help="Write the model even if it is worse than the heuristic on films that it has not seen.",
)
@reading_options
@set_option
@cache_option
@json_option
@click.option("-q", "--quiet", is_flag=True, help="Show no progress and no notes.")
def highlights(
    more: Sequence[Path], first: Sequence[Path], media_map: Path | None,
    output: Path | None, force: bool, sequence: str | None, dialect: str | None,
    rate: Fraction | None, relinks: Sequence[str], flags: Mapping[str, object],
    cache_file: Path | None, as_json: bool, quiet: bool,
) -> None:  # fmt: skip
    """Train a model of highlights on what your finished timelines kept of their sources.

    The parts of the media that a timeline shows are what you kept; the rest of the same media is
    what you left. So give timelines whose media are whole takes, not trimmed copies, of two films
    or projects at least. Timelines that share media count as one film.

    The model weighs the features that the heuristic judges by, and some more, in windows of 2 s.
    It departs from the heuristic only as far as your picks bear it out. Every film is judged by a
    model of the other films, and the figures stand beside those of the heuristic, of the middle of
    each source, and of chance. A model that is worse than the heuristic there is refused. Without
    -o nothing is written, and you see the figures.

    The media are measured once, in this process, into the result cache: after Ctrl-C the same
    command goes on where it stopped. Nothing leaves this machine.

    CondensedMovies is read too: give the folder with its clips.csv and durations.csv. It holds what
    was picked, not what was left, and not where in the film; so it needs the files of the films and
    of the videos, by --media-map. The videos are found in the films by their sound.

    \b
    shotlog train highlights --from finished/*.otio
    shotlog train highlights --from finished/ -o my_model
    shotlog train highlights --from CondensedMovies/data/metadata --media-map map.csv
    shotlog highlights find film.mp4 --backend trained:folder=my_model

    Exit codes: 0: done. 1: there is nothing to learn from, or the model was refused. 130: stopped
    by Ctrl-C; the same command resumes.
    """
    inputs = [*first, *more]
    if not inputs:
        raise click.UsageError("Give finished timelines with --from.")
    # Imported here: SciPy takes longer to import than the help to print.
    from shotlog.highlights.trained import check_model_folder, write_model
    from shotlog.learning import CLIPS, TERMS, licence_of
    from shotlog.learning import train as train_on

    if output is not None:
        check_model_folder(output)  # before the work, which may take hours
    console = terminal(stderr=as_json, quiet=quiet)
    size = load_settings(inputs[0], flags).settings.storage.cache_size
    is_data_set = (inputs[0] / CLIPS).exists()
    if media_map is not None and not is_data_set:
        raise click.UsageError(f"--media-map needs a folder of tables, which holds {CLIPS}.")
    with OwnEngine(cache_file, size=size) as engine:
        if is_data_set:
            found = _movies(inputs, media_map, engine, console)
        else:
            read = [
                _read(path, read_options_of(path, sequence, dialect, relinks, rate))
                for path in _timelines(inputs)
            ]
            found = _sources(read, engine)
        films, problems = _films(found, engine, console)
    trained = train_on(films)
    if as_json:
        print_json(trained.facts)
    else:
        terminal().print(report_table(trained))
    show_problems(terminal(stderr=True), problems, () if quiet else found.warnings)
    if output is not None:
        if not force:
            trained.check()
        write_model(output, trained.model, trained.facts, licence_of(films, TERMS * is_data_set))
        line = SafeLine.assemble(("wrote ", "green"), (str(output), "bold"))
        console.print(line, soft_wrap=True)


def _movies(
    inputs: Sequence[Path], media_map: Path | None, engine: OwnEngine, console: Console
) -> FoundGroups:
    """Return the films of a data set with the parts that its videos show.

    Raises:
        LabelsMissing: Fewer than two films with videos are here.
        TableUnreadable: A table cannot be read.
        Stopped: On Ctrl-C.
    """
    from shotlog.learning import find_movies, place_movies

    if len(inputs) > 1:
        raise click.UsageError("Give the folder of a data set alone.")
    movies = find_movies(inputs[0], media_map)
    console.print(SafeLine("; ".join(movies.warnings)), soft_wrap=True)
    measure = partial(engine.measure, console=console)
    return place_movies(movies.movies, engine.probe_cache, measure)


def _sources(read: Sequence[Edit | Problem], engine: OwnEngine) -> FoundGroups:
    """Return the sources of timelines, with the timelines that cannot be read.

    Raises:
        LabelsMissing: No timeline can be read.
    """
    from shotlog.learning import find_groups

    lost = tuple(item for item in read if isinstance(item, Problem))
    edits = [item for item in read if isinstance(item, Edit)]
    if not edits:
        raise LabelsMissing(lost[0].subject, lost[0].message, lost[0].hint)
    found = find_groups(edits, engine.probe_cache)
    return replace(found, problems=lost + found.problems)


def _films(
    found: FoundGroups, engine: OwnEngine, console: Console
) -> tuple[list[LabelledFilm], tuple[Problem, ...]]:
    """Measure sources; return the films, and all that cannot be used.

    Raises:
        LabelsMissing: There is nothing to learn from.
        Stopped: On Ctrl-C.
    """
    from shotlog.learning import FilmReader, check_groups, edit_of

    try:
        check_groups(found.groups)
    except LabelsMissing:
        show_problems(terminal(stderr=True), found.problems, found.warnings)
        raise
    console.print(plan_line(found.groups), soft_wrap=True)
    films, problems = [], found.problems
    for number, group in enumerate(found.groups, start=1):
        line = SafeLine(f"film {number} of {len(found.groups)}: {group.name}", "dim")
        console.print(line, soft_wrap=True)
        reader = FilmReader(group)
        problems += engine.measure(edit_of(group), reader, console).problems
        films += [reader.film] if reader.film is not None else []
    return films, problems


def _read(path: Path, options: ReadOptions) -> Edit | Problem:
    """Return the edit of a timeline, or why it cannot be used; it does not cost the others."""
    try:
        return read_edit(path, options)
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
