"""``shotlog coverage``: sizes, moves and cuts to check of every scene of a timeline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path

import click

from shotlog.cli.analysis import DaemonChoice, OwnEngine, analyze_edit
from shotlog.cli.options import (
    ANY_PATH,
    EXIT_FALLBACK,
    RemoteChoice,
    all_tier_options,
    ask_provider_too,
    asks_of,
    check_cache,
    engine_options,
    json_option,
    profile_options,
    provider_options,
    read_options_of,
    reading_options,
    set_option,
)
from shotlog.cli.output import SafeLine, print_json, show_problems, terminal
from shotlog.settings import load_settings
from shotlog_otio import check_output_file, read_edit, save


@click.command()
@click.argument("timeline", type=ANY_PATH)
@click.option(
    "--html",
    "page",
    metavar="FILE",
    type=ANY_PATH,
    help="Write the coverage as one HTML page.",
)
@reading_options
@all_tier_options
@profile_options
@provider_options
@set_option
@engine_options
@json_option
def coverage(
    timeline: Path, page: Path | None, sequence: str | None, dialect: str | None,
    rate: Fraction | None, relinks: Sequence[str], models: str | None, names: Sequence[str],
    cuts: str | None, device: str | None, precision: str | None, flags: Mapping[str, object],
    in_process: bool, keep_alive: int | None, context: str, no_cache: bool,
    cache_file: Path | None, as_json: bool, profile: str | None, remote: RemoteChoice,
) -> None:  # fmt: skip
    """Show how each scene of a timeline is covered, and what to check.

    For every scene: its sizes and moves with the number of shots, the sizes that are missing, the
    average length of its shots, and the cuts between two shots of one size. Where such a cut also
    keeps the framing, the camera has hardly moved, and the cut is likely to look like a jump. A
    size is called missing only where the sizes of all shots of the scene are known; 'ECS LS of 4
    known' are those that none of the 4 known shots has. The line below the table is the pace: the
    average length of the five shots around each moment.

    Scenes are guessed from the colours of shots near each other, and from fades between them. Rooms
    that look alike, or are dark, become one, and a scene whose shots all differ falls apart. Your
    own markers take their place: markers named 'scene', 'Scene 12' or 'SCENE: kitchen', on the
    timeline or on clips, each start a scene, and what lies before the first one is a scene of its
    own.

    A reverse angle is a shot of one face that is turned to one side of the picture, and at most
    three shots later one that is turned to the other: '#3 → #4'. It is called missing where several
    faces of the scene are turned, and all to the same side. Who a face belongs to is not known: one
    person who looks to the left and then to the right counts too, unless the framing stays. Where
    faces look towards the camera, or are not found, nothing is said.

    The timeline is analysed as by shotlog analyze; what is known already is not analysed again.
    Nothing is written into it.

    \b
    shotlog coverage cut.otio
    shotlog coverage cut.fcpxml --html coverage.html
    shotlog coverage cut.edl --rate 25 --map E:=/mnt/media
    shotlog coverage cut.otio --json

    Exit codes: 0: done; problems of single clips are listed. 1: failed, with the reason. 3: done,
    by another tier than the first one of your order (setting remote.tiers), as a provider could not
    be used. 130: stopped by Ctrl-C; the same command resumes.
    """
    check_cache(in_process, no_cache, cache_file)
    console = terminal(stderr=as_json)
    if page is not None:  # before the analysis, which may take hours
        check_output_file(page, ".html", option="--html")
    settings = load_settings(timeline, flags).settings
    asks = asks_of(
        settings.analysis, models=models, names=names, cuts=cuts, device=device,
        precision=precision, profile=profile,
    )  # fmt: skip
    asks = ask_provider_too(
        asks, models, remote, settings.remote, timeline, named=bool(names), may_ask=True
    )
    edit = read_edit(timeline, read_options_of(timeline, sequence, dialect, relinks, rate))
    daemon = None if in_process else DaemonChoice(context, keep_alive)
    with OwnEngine(cache_file, keep=not no_cache, size=settings.storage.cache_size) as engine:
        log = analyze_edit(edit, asks, engine, daemon, console)
    if page is not None:
        from shotlog.report import render_coverage

        save(page, render_coverage(log).encode())
        console.print(SafeLine.assemble(("wrote ", "green"), (str(page), "bold")), soft_wrap=True)
    if as_json:
        from shotlog.report import describe_coverage

        print_json(describe_coverage(log))
    else:
        # Imported here, as are the pages: help needs no templates.
        from shotlog.cli.coverage.view import show_coverage

        show_coverage(console, log)
    show_problems(terminal(stderr=True), log.problems, log.warnings)
    if log.fallback is not None:
        raise click.exceptions.Exit(EXIT_FALLBACK)
