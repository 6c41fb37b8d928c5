"""``shotlog analyze``: a timeline or footage in, markers and findings out."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import click
from rich.console import Console

from shotlog.cli._in_process import OwnEngine
from shotlog.cli._through_daemon import analyze_in_daemon
from shotlog.cli.model_options import asks_of, model_options
from shotlog.cli.options import ANY_PATH, cache_option, context_option, keep_alive_option
from shotlog.cli.output import (
    Line,
    coverage,
    highlight_table,
    json_text,
    print_json_text,
    shot_table,
    show_problems,
    terminal,
)
from shotlog.schema import Log, OutputNotWritable, Problem, readable
from shotlog_otio import (
    WriteResult,
    check_marker_lists,
    check_output,
    check_output_file,
    is_timeline,
    markers_of,
    read_edit,
    save,
    write_markers,
)

On = Literal["timeline", "clips"]

_NAMED = 3
"""Clips that a warning names; of more it tells the number."""


@click.command()
@click.argument("inputs", nargs=-1, required=True, type=ANY_PATH)
@click.option(
    "-o",
    "--output",
    type=ANY_PATH,
    help="Where the marked timeline goes; may be the input itself. Without it nothing is written.",
)
@click.option(
    "--json",
    "json_file",
    type=click.Path(path_type=Path, allow_dash=True, readable=False),
    help="Write everything that was found as JSON; '-' prints it.",
)
@click.option(
    "--report",
    "report_file",
    metavar="FILE",
    type=ANY_PATH,
    help="Write a report to look at and to send round: one HTML page with every shot's picture.",
)
@click.option(
    "--on",
    type=click.Choice(["timeline", "clips"]),
    default="timeline",
    show_default=True,
    help="Where markers go: on the timeline (every editor reads those) or on the clips.",
)
@click.option("--disabled", is_flag=True, help="Look at clips that are switched off, too.")
@model_options
@click.option(
    "--in-process/--daemon",
    default=False,
    envvar="SHOTLOG_IN_PROCESS",
    show_envvar=True,
    help="Do the work in this process, which ends with it, instead of in the daemon, which is"
    " started where none runs and keeps models loaded for the next time.",
)
@keep_alive_option
@context_option
@click.option(
    "--no-cache", is_flag=True, help="Neither use nor keep earlier results. With --in-process."
)
@cache_option
@click.option("-q", "--quiet", is_flag=True, help="Show problems only.")
def analyze(
    inputs: Sequence[Path], output: Path | None, json_file: Path | None,
    report_file: Path | None, on: On, disabled: bool, models: str, names: Sequence[str],
    device: str, precision: str, in_process: bool, keep_alive: int | None, context: str,
    no_cache: bool, cache_file: Path | None, quiet: bool,
) -> None:  # fmt: skip
    """Log every shot of an OpenTimelineIO timeline, or of media files and folders.

    A timeline is an .otio file or a bundle, .otioz or .otiod. Shot sizes, camera moves and
    highlights are written as markers into a copy of it; of footage a timeline is made, one clip per
    file. A second run on the marked file replaces our markers, keeps those that you edited, and
    looks only at what is new.

    Models that are on this machine (see: shotlog models) speak before the built-in analyzers.

    \b
    shotlog analyze cut.otio -o cut.marked.otio
    shotlog analyze footage/ A001.mov -o log.otio
    shotlog analyze cut.otio --json findings.json
    shotlog analyze cut.otio --report cut.html
    shotlog analyze cut.otio --models local --device cuda

    Exit code 0: done, even if single clips had problems (they are listed). 1: nothing could be
    done, and why is said. 130: stopped by Ctrl-C; nothing was written, and the same command
    takes up where it stopped.
    """
    console = terminal(stderr=json_file is not None and str(json_file) == "-", quiet=quiet)
    _check_places(inputs, output, report_file, json_file)
    _check_cache(in_process, no_cache, cache_file)
    asks = asks_of(models, names, device, precision, disabled=disabled)
    with (
        OwnEngine(cache_file, keep=not no_cache) as engine,
        _timeline(inputs, output, engine, console) as (timeline, problems, warnings),
    ):
        edit = read_edit(timeline)
        if output is not None:
            check_marker_lists(timeline, edit, on=on)
        if in_process:
            log = engine.analyze(edit, asks, console)
        else:
            log = analyze_in_daemon(edit, asks, keep_alive, context, console)
        told = {"problems": problems + log.problems, "warnings": warnings + log.warnings}
        log = log.model_copy(update=told)
        if report_file is not None:
            page, doubts = engine.report(log)
            log = log.model_copy(update={"warnings": (*log.warnings, *doubts)})
        if output is not None:
            written = write_markers(timeline, output, markers_of(log, on=on), edit, on=on)
            doubts = (*_unmarked(written), *_astray(output, written))
            log = log.model_copy(update={"warnings": (*log.warnings, *doubts)})
    if report_file is not None:
        save(report_file, page.encode())
    if json_file is not None:
        _write_json(json_file, log)
    # Only now, when nothing can be lost any more, is anything printed.
    if output is not None:
        _say_wrote(console, output, f": {_counts(written)}")
    if report_file is not None:
        _say_wrote(console, report_file)
    report(console, log)
    show_problems(terminal(stderr=True), log.problems, () if quiet else log.warnings)


def report(console: Console, log: Log) -> None:
    """Shows the shots and the highlights."""
    console.print(shot_table(log))
    if (highlights := highlight_table(log)) is not None:
        console.print(highlights)
    console.print(Line(coverage(log.shots), style="bold"))


@contextmanager
def _timeline(
    inputs: Sequence[Path], output: Path | None, engine: OwnEngine, console: Console
) -> Iterator[tuple[Path, tuple[Problem, ...], tuple[str, ...]]]:
    """The timeline to work on, the one that was given or one made of the footage, and faults."""
    if len(inputs) == 1 and is_timeline(inputs[0]):
        yield inputs[0], (), ()
        return
    name = readable((output or inputs[0].absolute()).stem)
    footage = engine.footage(inputs, name, console)
    with tempfile.TemporaryDirectory(prefix="shotlog-") as folder:
        made = Path(folder) / "footage.otio"
        made.write_bytes(footage.timeline)
        yield made, footage.problems, footage.warnings


def _check_cache(in_process: bool, no_cache: bool, cache_file: Path | None) -> None:
    if not in_process and (no_cache or cache_file):
        option = "--no-cache" if no_cache else "--cache"
        raise click.UsageError(
            f"{option} goes with --in-process: the daemon keeps results in a cache of its own."
        )


def _check_places(
    inputs: Sequence[Path], output: Path | None, report_file: Path | None, json_file: Path | None
) -> None:
    """Refuses places where nothing can be written before the long work, not after it."""
    if json_file is not None and str(json_file) == "-":
        json_file = None
    if output is not None:
        check_output(inputs[0] if is_timeline(inputs[0]) else None, output)
    if report_file is not None:
        check_output_file(report_file, ".html", option="--report")
    if json_file is not None:
        check_output_file(json_file, ".json", option="--json")
    # By their ends they differ, but names may be links, in rings even, for which pathlib raises.
    taken = {os.path.realpath(path) for path in (*inputs, output) if path is not None}
    for option, place in (("--report", report_file), ("--json", json_file)):
        if place is not None and os.path.realpath(place) in taken:
            message = "this is what is read or written already"
            raise OutputNotWritable(str(place), message, f"Choose another place with {option}.")


def _write_json(json_file: Path, log: Log) -> None:
    text = json_text(log.model_dump(mode="json"))
    if str(json_file) == "-":
        print_json_text(text)
    else:
        save(json_file, text.encode() + b"\n")


def _say_wrote(console: Console, path: Path, more: str = "") -> None:
    console.print(Line.assemble(("wrote ", "green"), (str(path), "bold"), more), soft_wrap=True)


def _counts(written: WriteResult) -> str:
    parts = [
        f"{written.added} new",
        f"{written.replaced} replaced",
        f"{written.unchanged} as before",
    ]
    if written.kept:
        parts.append(f"{len(written.kept)} kept as you edited them")
    return ", ".join(parts)


def _unmarked(written: WriteResult) -> tuple[str, ...]:
    """Return a warning where markers could not be put on some clips."""
    if not written.unmarked:
        return ()
    names = ", ".join(written.unmarked[:_NAMED])
    names += f" and {len(written.unmarked) - _NAMED} more" if written.unmarked[_NAMED:] else ""
    return (
        f"{names}: no marker was written there, as what stands in the place of the list of markers"
        " is no list; it was left as it is",
    )


def _astray(output: Path, written: WriteResult) -> tuple[str, ...]:
    """A word where the marked timeline will not find its media."""
    if not written.unlinked_media:
        return ()
    return (
        f"{readable(str(output))} will not find {len(written.unlinked_media)} of its media, which"
        " the timeline names relative to its folder; keep the copy in that folder, or relink it",
    )
