"""``shotlog train highlights``: learn from what finished timelines kept of their sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console

from shotlog.cli.analysis import OwnEngine
from shotlog.cli.options import (
    ANY_PATH,
    asks_of,
    cache_option,
    json_option,
    place_options,
    read_options_of,
    reading_options,
    set_option,
)
from shotlog.cli.output import SafeLine, print_json, show_problems, terminal
from shotlog.cli.train.labelled import LabelledInputs, each_group, labelled_options
from shotlog.cli.train.views import method_line, report_table
from shotlog.schema import Problem
from shotlog.settings import load_settings
from shotlog_otio import ReadOptions

if TYPE_CHECKING:
    from shotlog.highlights.trained import WindowBlocks
    from shotlog.learning.highlights import AskedMethod, FoundGroups, LabelledFilm


@click.command()
@labelled_options
@click.option(
    "--method",
    type=click.Choice(["auto", "logistic", "network"]),
    default="auto",
    show_default=True,
    help="logistic: weights of 13 features. network: a network over the vectors of --model, the"
    " sound, faces and motion. auto: from 200 picks on and with --model both, and the better one on"
    " films that it has not seen is kept; else logistic.",
)
@click.option(
    "--model",
    "names",
    metavar="NAME",
    multiple=True,
    help="Installed video model whose vectors a network takes; an image-text model may be given"
    " besides. See: shotlog models list.",
)
@place_options
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
    more: Sequence[Path], first: Sequence[Path], media_map: Path | None, method: AskedMethod,
    names: Sequence[str], device: str | None, precision: str | None, output: Path | None,
    force: bool, sequence: str | None, dialect: str | None,
    rate: Fraction | None, relinks: Sequence[str], flags: Mapping[str, object],
    cache_file: Path | None, as_json: bool, quiet: bool,
) -> None:  # fmt: skip
    """Train a model of highlights on what your finished timelines kept of their sources.

    The parts of the media that a timeline shows are what you kept; the rest of the same media is
    what you left. So give timelines whose media are whole takes, not trimmed copies, of two films
    or projects at least. Timelines that share media count as one film.

    The model weighs the features that the heuristic judges by, and some more, in windows of 2 s.
    It departs from the heuristic only as far as your picks bear it out. With 200 picks or more and
    a video model (--model) a network of many features is tried as well. Every film is judged by a
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
    shotlog train highlights --from finished/ --model movieshots-scale -o my_model
    shotlog train highlights --from CondensedMovies/data/metadata --media-map map.csv
    shotlog highlights find film.mp4 --backend trained:folder=my_model

    Exit codes: 0: done. 1: there is nothing to learn from, or the model was refused. 130: stopped
    by Ctrl-C; the same command resumes.
    """
    inputs = LabelledInputs.of(first, more, media_map)
    if method == "network" and not names:
        raise click.UsageError("--method network needs a video model: name one with --model.")
    # Imported here: SciPy takes longer to import than the help to print.
    from shotlog.highlights.trained import check_model_folder, write_model
    from shotlog.learning.highlights import TERMS, choose_backbones, licence_of
    from shotlog.learning.highlights import train as train_on

    if output is not None:
        check_model_folder(output)  # before the work, which may take hours
    console = terminal(stderr=as_json, quiet=quiet)
    settings = load_settings(inputs.paths[0], flags).settings
    asks = asks_of(settings.analysis, device=device, precision=precision, profile="")
    blocks = choose_backbones(names, asks.device, asks.precision) if names else None
    with OwnEngine(cache_file, size=settings.storage.cache_size) as engine:

        def reading(path: Path) -> ReadOptions:
            return read_options_of(path, sequence, dialect, relinks, rate)

        found = inputs.find(reading, engine, console)
        films, problems = _films(found, engine, console, method, blocks)
    trained = train_on(films, blocks, method)
    if as_json:
        print_json(trained.facts)
    else:
        terminal().print(report_table(trained))
    show_problems(terminal(stderr=True), problems, () if quiet else found.warnings)
    if output is not None:
        if not force:
            trained.check()
        licence = licence_of(films, trained.model, TERMS * inputs.is_data_set)
        write_model(output, trained.model, trained.facts, licence)
        line = SafeLine.assemble(("wrote ", "green"), (str(output), "bold"))
        console.print(line, soft_wrap=True)


def _films(
    found: FoundGroups,
    engine: OwnEngine,
    console: Console,
    method: AskedMethod,
    blocks: WindowBlocks | None,
) -> tuple[list[LabelledFilm], tuple[Problem, ...]]:
    """Measure sources; return the films, and all that cannot be used.

    Raises:
        LabelsMissing: There is nothing to learn from.
        Stopped: On Ctrl-C.
    """
    from shotlog.learning.highlights import FilmReader, edit_of, plan_methods

    picks = sum(group.picks for group in found.groups)
    plan = plan_methods(method, picks, len(found.groups), model=blocks is not None)
    films, problems = [], found.problems
    for group in each_group(found, console, method_line(plan)):
        reader = FilmReader(group, blocks if plan.network else None)
        problems += engine.measure(edit_of(group), [reader], console).problems
        films += [reader.film] if reader.film is not None else []
    return films, problems
