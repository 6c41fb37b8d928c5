"""``shotlog train highlights``: learn from what finished timelines kept of their sources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
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
    from shotlog.learning import LabelledFilm


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
    more: Sequence[Path], first: Sequence[Path], output: Path | None, force: bool,
    sequence: str | None, dialect: str | None, rate: Fraction | None, relinks: Sequence[str],
    flags: Mapping[str, object], cache_file: Path | None, as_json: bool, quiet: bool,
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

    \b
    shotlog train highlights --from finished/*.otio
    shotlog train highlights --from finished/ -o my_model
    shotlog highlights find film.mp4 --backend trained:folder=my_model

    Exit codes: 0: done. 1: there is nothing to learn from, or the model was refused. 130: stopped
    by Ctrl-C; the same command resumes.
    """
    inputs = [*first, *more]
    if not inputs:
        raise click.UsageError("Give finished timelines with --from.")
    # Imported here: SciPy takes longer to import than the help to print.
    from shotlog.highlights.trained import check_model_folder, write_model
    from shotlog.learning import licence_of
    from shotlog.learning import train as train_on

    if output is not None:
        check_model_folder(output)  # before the work, which may take hours
    console = terminal(stderr=as_json, quiet=quiet)
    size = load_settings(inputs[0], flags).settings.storage.cache_size
    read = [
        _read(path, read_options_of(path, sequence, dialect, relinks, rate))
        for path in _timelines(inputs)
    ]
    with OwnEngine(cache_file, size=size) as engine:
        films, problems, warnings = _learnable(read, engine, console)
    trained = train_on(films)
    if as_json:
        print_json(trained.facts)
    else:
        terminal().print(report_table(trained))
    show_problems(terminal(stderr=True), problems, () if quiet else warnings)
    if not force:
        trained.check()
    if output is not None:
        write_model(output, trained.model, trained.facts, licence_of(films))
        line = SafeLine.assemble(("wrote ", "green"), (str(output), "bold"))
        console.print(line, soft_wrap=True)


def _learnable(
    read: Sequence[Edit | Problem], engine: OwnEngine, console: Console
) -> tuple[list[LabelledFilm], list[Problem], tuple[str, ...]]:
    """Measure the sources of edits; return the films, and what to tell of them.

    Raises:
        LabelsMissing: There is nothing to learn from.
        Stopped: On Ctrl-C.
    """
    from shotlog.learning import check_groups

    problems = [item for item in read if isinstance(item, Problem)]
    edits = [item for item in read if isinstance(item, Edit)]
    if not edits:
        raise LabelsMissing(problems[0].subject, problems[0].message, problems[0].hint)
    found = engine.find_groups(edits)
    problems += found.problems
    try:
        check_groups(found.groups)
    except LabelsMissing:
        show_problems(terminal(stderr=True), problems, found.warnings)
        raise
    console.print(plan_line(found.groups), soft_wrap=True)
    films = []
    for group in found.groups:
        film, lost = engine.read_film(group, console)
        problems += lost
        films += [film] if film is not None else []
    return films, problems, found.warnings


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
