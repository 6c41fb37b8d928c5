"""``shotlog highlights calibrate``: from scores of passages to probabilities, by genre."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console

from shotlog.cli.analysis import OwnEngine
from shotlog.cli.highlights.calibration_view import calibration_table
from shotlog.cli.highlights.options import ChosenPassages, choose_passages, judging_options
from shotlog.cli.options import (
    ANY_PATH,
    asks_of,
    cache_option,
    json_option,
    model_options,
    read_options_of,
    reading_options,
    set_option,
)
from shotlog.cli.output import SafeLine, print_json, show_problems, terminal
from shotlog.cli.train import LabelledInputs, each_group, labelled_options
from shotlog.schema import EnsembleWeights, LabelsMissing, Problem, TimelineTooShort
from shotlog.settings import load_settings
from shotlog_otio import ReadOptions, check_output_file, save

if TYPE_CHECKING:
    from shotlog.learning.highlights import Calibrated, FoundGroups, Genres, JudgedPassages
    from shotlog.service.protocol import AnalysisOptions


@click.command()
@labelled_options
@click.option(
    "--genre",
    metavar="NAME",
    help="The genre of all these films.",
)
@click.option(
    "--genres",
    "genres_file",
    metavar="FILE",
    type=ANY_PATH,
    help="A table (CSV) with the columns film and genre, where films differ: film is the name of a"
    " timeline's file, genre one or more with | between: Drama|Comedy.",
)
@judging_options
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=ANY_PATH,
    help="Write the weights with the calibration, as an ensemble_weights.json. It may be the file"
    " that --weights reads.",
)
@click.option(
    "--force",
    is_flag=True,
    help="Write it even if it is worse than none on films that it has not seen.",
)
@reading_options
@model_options
@set_option
@cache_option
@json_option
@click.option("-q", "--quiet", is_flag=True, help="Show no progress and no notes.")
def calibrate(
    more: Sequence[Path], first: Sequence[Path], media_map: Path | None, genre: str | None,
    genres_file: Path | None, output: Path | None, force: bool, sequence: str | None,
    dialect: str | None, rate: Fraction | None, relinks: Sequence[str], models: str | None,
    names: Sequence[str], cuts: str | None, device: str | None, precision: str | None,
    flags: Mapping[str, object], cache_file: Path | None, as_json: bool, quiet: bool, **asked: Any,
) -> None:  # fmt: skip
    """Learn how probable it is that an editor takes a passage, from its score and its genre.

    A score tells how a passage ranks within its film. How often passages of that score are taken
    differs from genre to genre, and your finished timelines tell it: the finder divides their whole
    sources into passages, and those of which half or more was kept were taken; those of which
    nothing was kept were left. With the result, 'shotlog highlights find --weights FILE --genre
    NAME' makes probabilities of scores. Order and scores stay as they are.

    A genre with fewer than 50 passages that were taken, or in one film alone, uses the calibration
    of all genres; so does one whose own is worse. Every film is judged by a fit of other films, and
    its Brier score, the mean squared error, stands beside that of plain confidences. A calibration
    that is worse than these is refused. Without -o nothing is written, and you see the figures.

    Ask for passages as long as your picks are, with --min-duration and --max-duration, and give all
    films at once: calibrations that the file held before are replaced. CondensedMovies is read as
    by 'shotlog train highlights'; its movie_info.csv tells the genres. After Ctrl-C the same
    command goes on where it stopped.

    \b
    shotlog highlights calibrate --from finished/*.otio --genre Drama -o ensemble_weights.json
    shotlog highlights calibrate --from finished/*.otio --genres genres.csv \\
            --min-duration 10 --max-duration 30 -o ensemble_weights.json
    shotlog highlights calibrate --from CondensedMovies/data/metadata --media-map map.csv \\
            --preset movieclips -o ensemble_weights.json
    shotlog highlights find film.mp4 --weights ensemble_weights.json --genre Drama

    Exit codes: 0: done. 1: there is nothing to learn from, or the calibration was refused. 130:
    stopped by Ctrl-C; nothing was written, and the same command resumes.
    """
    inputs = LabelledInputs.of(first, more, media_map)
    if genre is not None and genres_file is not None:
        raise click.UsageError("Give either --genre or --genres.")
    chosen = choose_passages(**asked)
    if len(chosen.highlights.backends) > 1:
        raise click.UsageError("A calibration is of one highlighter: give --backend once.")
    if output is not None:
        check_output_file(output, ".json", option="-o")  # before the work, which may take hours
    settings = load_settings(inputs.paths[0], flags).settings
    asks = asks_of(
        settings.analysis, models=models, names=names, cuts=cuts, device=device,
        precision=precision, profile="",
    ).model_copy(update={"highlights": chosen.highlights})  # fmt: skip
    console = terminal(stderr=as_json, quiet=quiet)
    with OwnEngine(cache_file, size=settings.storage.cache_size) as engine:

        def reading(path: Path) -> ReadOptions:
            return read_options_of(path, sequence, dialect, relinks, rate)

        told = _told_genres(inputs, genres_file)
        found = inputs.find(reading, engine, console)
        genres = _GenresOf(genre, told)
        films, problems = _films(found, genres, chosen, asks, engine, console)
    made = _fit(films, problems)
    if as_json:
        print_json(made.report.model_dump(mode="json"))
    else:
        terminal().print(calibration_table(made))
    notes = (*found.warnings, *genres.notes(films))
    show_problems(terminal(stderr=True), problems, () if quiet else notes)
    if output is not None:
        if not force:
            made.check()
        save(output, _calibrated(chosen, made).encode())
        line = SafeLine.assemble(("wrote ", "green"), (str(output), "bold"))
        console.print(line, soft_wrap=True)


@dataclass(frozen=True)
class _GenresOf:
    """The genres of films.

    Attributes:
        all: The genre of all films; None where a table tells them.
        told: The genres that a table tells, by the name of a film or of its file.
    """

    all: str | None
    told: Genres

    def of(self, names: Sequence[str]) -> frozenset[str]:
        """Return the genres of a film that has these timelines."""
        if self.all is not None:
            return frozenset({self.all})
        return frozenset(
            genre
            for film, genres in self.told.items()
            if film in names or Path(film).stem in names
            for genre in genres
        )

    def notes(self, films: Sequence[JudgedPassages]) -> tuple[str, ...]:
        """Return a sentence on films whose genre is not known."""
        unknown = [film.name for film in films if not film.genres]
        if not unknown:
            return ()
        return (
            f"no genre is told of {len(unknown)} films, such as {unknown[0]}: they count for the"
            " calibration of all genres alone",
        )


def _told_genres(inputs: LabelledInputs, table: Path | None) -> Genres:
    """Return the genres that a table tells; none without one.

    Raises:
        TableUnreadable: It cannot be read.
    """
    from shotlog.learning.highlights import read_genres, read_movie_genres

    if table is not None:
        return read_genres(table)
    return read_movie_genres(inputs.paths[0]) if inputs.is_data_set else {}


def _films(
    found: FoundGroups,
    genres: _GenresOf,
    chosen: ChosenPassages,
    asks: AnalysisOptions,
    engine: OwnEngine,
    console: Console,
) -> tuple[list[JudgedPassages], tuple[Problem, ...]]:
    """Measure sources; return the passages of the films, and all that cannot be used.

    Raises:
        LabelsMissing: There is nothing to learn from.
        Stopped: On Ctrl-C.
    """
    from shotlog.learning.highlights import PassageReader, edit_of

    films, problems = [], found.problems
    for group in each_group(found, console):
        edit, told = edit_of(group), genres.of(group.names)
        try:
            chosen.check(edit)
        except TimelineTooShort as error:
            problems += (error.problem,)
            continue
        reader = partial(PassageReader, group=group, genres=told)
        log, readers = engine.read(edit, asks, reader, console)
        problems += log.problems
        films += [reader.found for reader in readers if reader.found is not None]
    return films, problems


def _fit(films: Sequence[JudgedPassages], problems: Sequence[Problem]) -> Calibrated:
    """Fit the calibrations.

    Raises:
        LabelsMissing: There is nothing to learn from; the problems, which may be why, are shown.
    """
    from shotlog.learning.highlights import calibrate as fit

    try:
        return fit(films)
    except LabelsMissing:
        show_problems(terminal(stderr=True), problems, ())
        raise


def _calibrated(chosen: ChosenPassages, made: Calibrated) -> EnsembleWeights:
    calibration = {
        "x_genres": made.genres,
        "x_all_genres": made.all_genres,
        "x_calibrated_for": chosen.highlights.backends[0],
    }
    return chosen.weights.model_copy(update=calibration)
