"""``shotlog highlights explain``: every feature of a moment beside the timeline's own spread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import click

from shotlog.cli.analysis import OwnEngine, open_timeline
from shotlog.cli.highlights.judged import check_judged
from shotlog.cli.highlights.options import choose_passages, passage_options
from shotlog.cli.highlights.views import explanation_json, show_explanation
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
from shotlog.cli.output import print_json, show_problems, terminal
from shotlog.settings import load_settings
from shotlog_otio import read_edit


@click.command()
@click.argument("timeline", metavar="INPUT", type=ANY_PATH)
@click.argument("timecode")
@passage_options
@json_option
@reading_options
@model_options
@set_option
@cache_option
@click.option("-q", "--quiet", is_flag=True, help="Show no progress and no notes.")
def explain(
    timeline: Path, timecode: str, as_json: bool, sequence: str | None, dialect: str | None,
    rate: Fraction | None, relinks: Sequence[str], models: str | None, names: Sequence[str],
    cuts: str | None, device: str | None, precision: str | None, flags: Mapping[str, object],
    cache_file: Path | None, quiet: bool, **asked: Any,
) -> None:  # fmt: skip
    """Explain the judgement of a moment: every feature beside the timeline's own spread.

    INPUT is a timeline or a film, TIMECODE a moment as your editor shows it: that of the timeline,
    which may begin at 01:00:00:00, drop-frame where it counts so. For each feature you see its
    value, how many spreads that is from the timeline's median, the values between which half of the
    timeline lies, and its weight. Then: how much of the timeline grips and holds less than this
    moment, and in which highlight it lies, or why in none.

    Give the same options as to 'highlights find'. This runs in this process; what was measured
    before comes from the result cache, so it is quick.

    \b
    shotlog highlights explain cut.otio 01:02:10:00
    shotlog highlights explain cut.otio '01:02:10;00' --preset social
    shotlog highlights explain film.mp4 00:01:30:00 --backend heuristic --backend embedding
    """
    chosen = choose_passages(**asked)
    settings = load_settings(timeline, flags).settings
    asks = asks_of(
        settings.analysis, models=models, names=names, cuts=cuts, device=device,
        precision=precision, profile="",
    ).model_copy(update={"highlights": chosen.highlights})  # fmt: skip
    console = terminal(stderr=as_json, quiet=quiet)
    with (
        OwnEngine(cache_file, size=settings.storage.cache_size) as engine,
        open_timeline([timeline], None, engine, console) as (opened, problems, warnings),
    ):
        reading = read_options_of(timeline, sequence, dialect, relinks, rate)
        edit = read_edit(opened, reading)
        moment = edit.moment_at(timecode)
        chosen.check(edit)
        log, found = engine.explain(edit, asks, moment, console)
        check_judged(log, judged=any(explainer.found for explainer in found))
    if as_json:
        print_json(explanation_json(edit, found))
    else:
        show_explanation(terminal(), edit, found)
    told = (*chosen.notes, *warnings, *log.warnings)
    show_problems(terminal(stderr=True), (*problems, *log.problems), () if quiet else told)
