"""``shotlog analyze``: write markers and findings for a timeline or footage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Literal

import click
from rich.console import Console

from shotlog.cli.analysis import (
    DaemonChoice,
    Destinations,
    OwnEngine,
    analyze_edit,
    open_timeline,
)
from shotlog.cli.options import (
    ANY_PATH,
    EXIT_FALLBACK,
    RemoteChoice,
    all_tier_options,
    ask_provider_too,
    asks_of,
    check_cache,
    engine_options,
    profile_options,
    read_options_of,
    reading_options,
    remote_options,
    set_option,
)
from shotlog.cli.output import (
    SafeLine,
    coverage,
    highlight_table,
    json_text,
    print_json_text,
    remote_summary,
    shot_table,
    show_problems,
    terminal,
)
from shotlog.corrections import record_markers, record_timeline
from shotlog.schema import Log
from shotlog.settings import load_settings
from shotlog_otio import (
    WriteResult,
    check_marker_lists,
    markers_of,
    read_edit,
    save,
    write_markers,
)

On = Literal["timeline", "clips"]


@click.command()
@click.argument("inputs", nargs=-1, required=True, type=ANY_PATH)
@click.option(
    "-o",
    "--output",
    type=ANY_PATH,
    help="Write the marked timeline here; may be the input itself. Without -o no timeline is"
    " written.",
)
@click.option(
    "--json",
    "json_file",
    type=click.Path(path_type=Path, allow_dash=True, readable=False),
    help="Write all findings as JSON; '-' prints them.",
)
@click.option(
    "--report",
    "report_file",
    metavar="FILE",
    type=ANY_PATH,
    help="Write a report: one HTML page with a picture of every shot.",
)
@click.option(
    "--markers",
    "markers_file",
    metavar="FILE",
    type=ANY_PATH,
    help="Write the markers alone, to be imported into the timeline. The suffix tells the kind of"
    " file: .edl is a marker EDL for DaVinci Resolve. See: shotlog export --help.",
)
@click.option(
    "--on",
    type=click.Choice(["timeline", "clips"]),
    help="Put markers on the timeline (every editor reads those) or on the clips."
    "  [default: setting markers.on]",
)
@click.option(
    "--disabled/--no-disabled",
    default=None,
    help="Also analyse clips that are switched off.  [default: setting analysis.disabled]",
)
@reading_options
@all_tier_options
@profile_options
@remote_options
@set_option
@engine_options
@click.option("-q", "--quiet", is_flag=True, help="Only show problems.")
def analyze(
    inputs: Sequence[Path], output: Path | None, json_file: Path | None,
    report_file: Path | None, markers_file: Path | None, on: On | None, disabled: bool | None,
    sequence: str | None, dialect: str | None, rate: Fraction | None, relinks: Sequence[str],
    models: str | None, names: Sequence[str], cuts: str | None, device: str | None,
    precision: str | None, flags: Mapping[str, object], in_process: bool, keep_alive: int | None,
    context: str, no_cache: bool, cache_file: Path | None, quiet: bool, profile: str | None,
    remote: RemoteChoice,
) -> None:  # fmt: skip
    """Log every shot of a timeline, or of media files and folders.

    A timeline is what your editor exports: OpenTimelineIO (.otio, .otioz, .otiod), Final Cut Pro
    XML (.fcpxml, .fcpxmld), Final Cut Pro 7 XML as Premiere Pro and DaVinci Resolve write it
    (.xml), AAF, EDL, and projects of Kdenlive, Shotcut, Pitivi and OpenShot. Shot sizes, camera
    moves and highlights are written as markers into a copy of it; all else stays as it is. For an
    EDL, -o writes a marker EDL for DaVinci Resolve, unless it names the EDL itself. For footage, a
    new timeline is made with one clip per file. A second run on the marked file replaces Shotlog's
    markers, keeps those that you edited, and analyses only what is new.

    Installed models (see: shotlog models) take precedence over the built-in analyzers. Options
    that are not given, and the kinds, lengths and colours of markers, are those of your settings
    and of the project's (see: shotlog config).

    \b
    shotlog analyze cut.otio -o cut.marked.otio
    shotlog analyze cut.xml -o cut.marked.xml
    shotlog analyze cut.aaf -o markers.txt
    shotlog analyze footage/ A001.mov -o log.otio
    shotlog analyze cut.otio --json findings.json
    shotlog analyze cut.otio --report cut.html
    shotlog analyze cut.otio --markers cut.markers.edl
    shotlog analyze cut.otio --tier local --device cuda
    shotlog analyze cut.otio --tier remote --provider studio --dry-run
    shotlog analyze film.mov -o film.otio --cuts adaptive:threshold=4,min-scene-len=1s

    Exit codes: 0: done; problems of single clips are listed. 1: failed, with the reason. 3: done,
    by another tier than the first one of your order (setting remote.tiers), as a provider could not
    be used. 130: stopped by Ctrl-C; nothing was written, and the same command resumes.
    """
    console = terminal(stderr=json_file is not None and str(json_file) == "-", quiet=quiet)
    to = Destinations.of(
        inputs, output, report=report_file, findings=json_file, markers=markers_file
    )
    check_cache(in_process, no_cache, cache_file)
    settings = load_settings(inputs[0], flags).settings
    on, options = on or settings.markers.on, settings.markers
    asks = asks_of(
        settings.analysis, models=models, names=names, cuts=cuts, device=device,
        precision=precision, disabled=disabled, profile=profile,
    )  # fmt: skip
    asks = ask_provider_too(
        asks, models, remote, settings.remote, inputs[0], named=bool(names), may_ask=True
    )
    # The temporary timeline of footage must exist until the markers are written.
    with (
        OwnEngine(cache_file, keep=not no_cache, size=settings.storage.cache_size) as engine,
        open_timeline(inputs, output, engine, console) as (timeline, problems, warnings),
    ):
        reading = read_options_of(inputs[0], sequence, dialect, relinks, rate)
        edit = read_edit(timeline, reading)
        if asks.remote is not None and remote.dry_run:
            # Imported here: it needs the engine, which the daemon has for other runs.
            from shotlog.cli.analysis import show_forecast

            show_forecast(console, edit, asks, engine)
            return
        if to.timeline is not None:  # before the analysis, which may take hours
            check_marker_lists(timeline, edit, on=on)
        daemon = None if in_process else DaemonChoice(context, keep_alive)
        log = analyze_edit(edit, asks, engine, daemon, console)
        more = {"problems": problems + log.problems, "warnings": warnings + log.warnings}
        log = log.model_copy(update=more)
        if report_file is not None:  # before the log is written: its warnings belong to it
            page, doubts = engine.report(log)
            log = log.model_copy(update={"warnings": (*log.warnings, *doubts)})
        if to.timeline is not None:
            markers = markers_of(log, on=on, options=options)
            written = write_markers(
                timeline, to.timeline, markers, edit, on=on, options=options, reading=reading
            )
            doubts = written.warnings_for(to.timeline)
            doubts += record_timeline(to.timeline, log, markers, reading)
            log = log.model_copy(update={"warnings": (*log.warnings, *doubts)})
    if report_file is not None:
        save(report_file, page.encode())
    files, notes = to.write_markers(log, options)
    if files and to.timeline is None:
        notes += record_markers(log, markers_of(log, options=options), inputs[0])
    log = log.model_copy(update={"warnings": (*log.warnings, *notes)})
    if json_file is not None:
        _write_json(json_file, log)
    # Printing may fail (a closed pipe), so it comes after all files are written.
    if to.timeline is not None:
        _say_wrote(console, to.timeline, f": {_counts(written)}")
    for file in (*filter(None, [report_file]), *files):
        _say_wrote(console, file)
    report(console, log)
    show_problems(terminal(stderr=True), log.problems, () if quiet else log.warnings)
    if log.fallback is not None:
        raise click.exceptions.Exit(EXIT_FALLBACK)


def report(console: Console, log: Log) -> None:
    """Print the tables of shots and highlights."""
    console.print(shot_table(log))
    if (highlights := highlight_table(log)) is not None:
        console.print(highlights)
    console.print(SafeLine(coverage(log.shots), style="bold"))
    if told := remote_summary(log):
        console.print(SafeLine(told))


def _write_json(json_file: Path, log: Log) -> None:
    text = json_text(log.model_dump(mode="json"))
    if str(json_file) == "-":
        print_json_text(text)
    else:
        save(json_file, text.encode() + b"\n")


def _say_wrote(console: Console, path: Path, more: str = "") -> None:
    console.print(SafeLine.assemble(("wrote ", "green"), (str(path), "bold"), more), soft_wrap=True)


def _counts(written: WriteResult) -> str:
    parts = [
        f"{written.added} new",
        f"{written.replaced} replaced",
        f"{written.unchanged} as before",
    ]
    if written.kept:
        parts.append(f"{len(written.kept)} kept as you edited them")
    return ", ".join(parts)
