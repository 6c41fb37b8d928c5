"""``shotlog highlights find``: the best passages of a timeline or a film."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import click

from shotlog.cli.analysis import (
    DaemonChoice,
    Destinations,
    OwnEngine,
    analyze_edit,
    open_timeline,
)
from shotlog.cli.highlights.options import ChosenPassages, choose_passages, passage_options
from shotlog.cli.highlights.views import passage_table, passages_json
from shotlog.cli.options import (
    ANY_PATH,
    asks_of,
    check_cache,
    engine_options,
    model_options,
    read_options_of,
    reading_options,
    set_option,
)
from shotlog.cli.output import (
    SafeLine,
    json_text,
    print_json_text,
    say,
    show_problems,
    terminal,
)
from shotlog.schema import Log, OutputNotWritable, TimelineEmpty, readable
from shotlog.settings import MarkerSection, load_settings
from shotlog_otio import check_output, check_output_file, read_edit, save

if TYPE_CHECKING:
    from shotlog.selects import Selects


@click.command()
@click.argument("inputs", nargs=-1, required=True, type=ANY_PATH)
@passage_options
@click.option(
    "-o",
    "--output",
    type=ANY_PATH,
    help="Write the passages as a new timeline, best first, with markers: an .otio file.",
)
@click.option(
    "--json",
    "json_file",
    type=click.Path(path_type=Path, allow_dash=True, readable=False),
    help="Write the passages as JSON, with exact times and all figures; '-' prints them.",
)
@click.option(
    "--markers",
    "markers_file",
    metavar="FILE",
    type=ANY_PATH,
    help="Write markers of the passages, to be imported into the given timeline. The suffix tells"
    " the kind of file. See: shotlog export --help.",
)
@click.option(
    "--save-weights",
    metavar="FILE",
    type=ANY_PATH,
    help="Write the weights that were used, as an ensemble_weights.json.",
)
@reading_options
@model_options
@set_option
@engine_options
@click.option("-q", "--quiet", is_flag=True, help="Only show problems.")
def find(
    inputs: Sequence[Path], backends: Sequence[str], preset: str | None, weights_file: Path | None,
    weight_viral: float | None, weight_compelling: float | None, min_duration: float | None,
    max_duration: float | None, top: int | None, aspect: str | None, faces: bool | None,
    genre: str | None, output: Path | None, json_file: Path | None, markers_file: Path | None,
    save_weights: Path | None, sequence: str | None, dialect: str | None, rate: Fraction | None,
    relinks: Sequence[str], models: str | None, names: Sequence[str], cuts: str | None,
    device: str | None, precision: str | None, flags: Mapping[str, object], in_process: bool,
    keep_alive: int | None, context: str, no_cache: bool, cache_file: Path | None, quiet: bool,
) -> None:  # fmt: skip
    """Find the passages of a timeline or of footage that can be shown alone, the best first.

    The timeline is analysed, as by 'shotlog analyze'. A passage begins and ends at a cut, in a
    pause of speech or with a sentence, never within a word, and goes on for 0.7 s after the last
    one. Passages never overlap. Their score, 0 to 100, is the weighted mean of two percentages
    within this timeline: viral (its peaks, and its first 3 s) and compelling (all of it). They say
    what stands out here, not what will please. The given timeline is never changed: -o writes a new
    one, which holds the clip ranges of the passages. Without -o, --json and --markers nothing is
    written, and you see what there is.

    \b
    shotlog highlights find film.mp4 --preset social --top 5 -o best.otio
    shotlog highlights find cut.otio --weight-viral 0.4 --weight-compelling 0.6
    shotlog highlights find cut.otio --backend heuristic,embedding --format square
    shotlog highlights find cut.otio --weights ensemble_weights.json --json -
    shotlog highlights find cut.xml --preset movieclips --markers cut.edl

    What the judgement of a moment rests on shows: shotlog highlights explain.

    Exit codes: 0: done, also where nothing stands out. 1: it failed, or there is no passage to
    write with -o. 130: stopped by Ctrl-C; nothing was written, and the same command resumes.
    """
    chosen = choose_passages(
        backends=backends, preset=preset, weights_file=weights_file, weight_viral=weight_viral,
        weight_compelling=weight_compelling, min_duration=min_duration, max_duration=max_duration,
        top=top, aspect=aspect, faces=faces, genre=genre,
    )  # fmt: skip
    to = Destinations.of(inputs, None, report=None, findings=json_file, markers=markers_file)
    _check_places(inputs, output, save_weights)
    check_cache(in_process, no_cache, cache_file)
    settings = load_settings(inputs[0], flags).settings
    asks = asks_of(
        settings.analysis, models=models, names=names, cuts=cuts, device=device,
        precision=precision,
    ).model_copy(update={"highlights": chosen.highlights})  # fmt: skip
    printed = json_file is not None and str(json_file) == "-"
    console = terminal(stderr=printed, quiet=quiet)
    selects = None
    with (
        OwnEngine(cache_file, keep=not no_cache, size=settings.storage.cache_size) as engine,
        open_timeline(inputs, output, engine, console) as (timeline, problems, warnings),
    ):
        edit = read_edit(timeline, read_options_of(inputs[0], sequence, dialect, relinks, rate))
        chosen.check(edit)  # before the analysis, which may take hours
        daemon = None if in_process else DaemonChoice(context, keep_alive)
        log = analyze_edit(edit, asks, engine, daemon, console)
        more = {"problems": problems + log.problems, "warnings": warnings + log.warnings}
        log = log.model_copy(update=more)
        if output is not None:
            selects = _write_timeline(output, log, engine, chosen, settings.markers)
    files, notes = to.write_markers(log, _of_highlights(settings.markers))
    written = [*filter(None, [output]), *files]
    if save_weights is not None:
        save(save_weights, chosen.weights.encode())
        written.append(save_weights)
    if json_file is not None:
        text = json_text(passages_json(log, chosen))
        if printed:
            print_json_text(text)
        else:
            save(json_file, text.encode() + b"\n")
            written.append(json_file)
    console.print(passage_table(log))
    for path in written:
        say(SafeLine.assemble(("wrote ", "green"), (str(path), "bold")), stderr=printed)
    told = (*chosen.notes, *log.warnings, *(selects.log.warnings if selects else ()), *notes)
    lost = selects.problems if selects else ()
    show_problems(terminal(stderr=True), (*log.problems, *lost), () if quiet else told)


def _check_places(inputs: Sequence[Path], output: Path | None, weights: Path | None) -> None:
    """Check that the files can be written, and that the timeline is none that is read.

    Raises:
        OutputNotWritable: One cannot, or the timeline is an input.
    """
    if weights is not None:
        check_output_file(weights, ".json", option="--save-weights")
    if output is None:
        return
    check_output(None, output)
    # Names may be links to one file. Not Path.resolve(): it raises on links that form a ring.
    if os.path.realpath(output) in {os.path.realpath(path) for path in inputs}:
        message = "this is what is read; the passages are a new timeline and change no other"
        raise OutputNotWritable(str(output), message, "Choose another place with -o.")


def _write_timeline(
    output: Path, log: Log, engine: OwnEngine, chosen: ChosenPassages, markers: MarkerSection
) -> Selects:
    """Write the passages as a new timeline.

    Raises:
        TimelineEmpty: There is no passage, or no media of one can be used.
        OutputNotWritable: It cannot be written.
        DiskFull: There is no room.
    """
    from shotlog.selects import Layout, group_by_highlight, with_highlights, write_selects

    groups = group_by_highlight(log)
    if not groups:
        raise TimelineEmpty(
            log.edit.name,
            "no passage stands out in it, so there is none to write",
            "Ask for shorter ones with --min-duration, or look at a moment with"
            " shotlog highlights explain.",
        )
    layout = Layout(facts=chosen.facts)
    made = engine.make_stringouts(groups, readable(output.stem), layout, ())
    made = with_highlights(made, log.highlights)
    write_selects(output, made, markers, on=markers.on, payload=chosen.facts)
    return made


def _of_highlights(markers: MarkerSection) -> MarkerSection:
    """Return options of markers of highlights alone."""
    others = {"sizes": False, "moves": False, "problems": False, "highlights": True}
    return markers.model_copy(update={**others, "most_highlights": "all"})
