"""``shotlog highlights find``: the best passages of a timeline or a film."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import click

from shotlog.cli.analysis import DaemonChoice, OwnEngine, analyze_edit, open_timeline
from shotlog.cli.highlights.judged import check_judged
from shotlog.cli.highlights.options import ChosenPassages, choose_passages, passage_options
from shotlog.cli.highlights.outputs import PassageOutputs
from shotlog.cli.highlights.views import passage_table
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
from shotlog.cli.output import SafeLine, show_problems, terminal
from shotlog.schema import Log
from shotlog.settings import load_settings
from shotlog_otio import read_edit


@click.command()
@click.argument("inputs", nargs=-1, required=True, type=ANY_PATH)
@passage_options
@click.option(
    "-o",
    "--output",
    type=ANY_PATH,
    help="Write the passages, the best first: NAME.otio is a new timeline with markers; a folder,"
    " which is made, gets video files, clips.json and clips.otio.",
)
@click.option(
    "--copy",
    is_flag=True,
    help="Copy the media into those video files instead of encoding them: fast, without loss, but"
    " each begins at the keyframe before its passage.",
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
    inputs: Sequence[Path], output: Path | None, copy: bool, json_file: Path | None,
    markers_file: Path | None, save_weights: Path | None, sequence: str | None, dialect: str | None,
    rate: Fraction | None, relinks: Sequence[str], models: str | None, names: Sequence[str],
    cuts: str | None, device: str | None, precision: str | None, flags: Mapping[str, object],
    in_process: bool, keep_alive: int | None, context: str, no_cache: bool, cache_file: Path | None,
    quiet: bool, **asked: Any,
) -> None:  # fmt: skip
    """Find the passages of a timeline or of footage that can be shown alone, the best first.

    The timeline is analysed, as by 'shotlog analyze'. A passage begins and ends at a cut, in a
    pause of speech or with a sentence, never within a word, and goes on for 0.7 s after the last
    one. Passages never overlap. Their score, 0 to 100, is the weighted mean of two percentages
    within this timeline: viral (its peaks, and its first 3 s) and compelling (all of it). They say
    what stands out here, not what will please. The given timeline is never changed: -o writes a new
    one, which holds the clip ranges of the passages, or video files of them, exact to the frame:
    H.264 and AAC, at the size and rate of the media. Without -o, --json and --markers nothing is
    written, and you see what there is.

    \b
    shotlog highlights find film.mp4 --preset social --top 5 -o best.otio
    shotlog highlights find film.mp4 --preset social --top 5 -o clips/
    shotlog highlights find cut.otio --weight-viral 0.4 --weight-compelling 0.6
    shotlog highlights find cut.otio --backend heuristic,embedding --format square
    shotlog highlights find talk.mp4 --backend transcript --transcript talk.srt \
            --llm-url http://localhost:11434/v1
    shotlog highlights find cut.otio --weights ensemble_weights.json --json -
    shotlog highlights find cut.xml --preset movieclips --markers cut.edl

    What the judgement of a moment rests on shows: shotlog highlights explain.

    Exit codes: 0: done, also where nothing stands out. 1: it failed, or there is no passage to
    write with -o, or nothing could be judged. 130: stopped by Ctrl-C; the files that are there are
    whole, and the same command resumes.
    """
    chosen = choose_passages(**asked)
    outputs = PassageOutputs.of(inputs, output, json_file, markers_file, save_weights, copy=copy)
    check_cache(in_process, no_cache, cache_file)
    settings = load_settings(inputs[0], flags).settings
    asks = asks_of(
        settings.analysis, models=models, names=names, cuts=cuts, device=device,
        precision=precision, profile="",
    ).model_copy(update={"highlights": chosen.highlights})  # fmt: skip
    console = terminal(stderr=outputs.prints, quiet=quiet)
    with (
        OwnEngine(cache_file, keep=not no_cache, size=settings.storage.cache_size) as engine,
        open_timeline(inputs, outputs.timeline, engine, console) as (timeline, problems, warnings),
    ):
        edit = read_edit(timeline, read_options_of(inputs[0], sequence, dialect, relinks, rate))
        chosen.check(edit)  # before the analysis, which may take hours
        daemon = None if in_process else DaemonChoice(context, keep_alive)
        log = analyze_edit(edit, asks, engine, daemon, console)
        more = {"problems": problems + log.problems, "warnings": warnings + log.warnings}
        log = log.model_copy(update=more)
        check_judged(log, judged=log.excitement is not None or bool(log.highlights))
        written = outputs.write(log, engine, chosen, settings.markers, console)
    console.print(passage_table(log))
    for path in written.files:
        line = SafeLine.assemble(("wrote ", "green"), (str(path), "bold"))
        console.print(line, soft_wrap=True)
    told = (*chosen.notes, *_fewer(log, chosen), *log.warnings, *written.notes)
    lost = (*log.problems, *written.problems)
    show_problems(terminal(stderr=True), lost, () if quiet else told)


def _fewer(log: Log, chosen: ChosenPassages) -> tuple[str, ...]:
    """Return a note where there are passages, but fewer than were asked for."""
    options, found = chosen.weights, len(log.highlights)
    wanted = options.top_n_clips * len(chosen.highlights.backends)
    if not 0 < found < wanted:
        return ()
    lengths = f"{options.min_duration:g} to {options.max_duration:g} s"
    return (f"found {found} of {wanted} passages: no other of {lengths} fits beside them",)
