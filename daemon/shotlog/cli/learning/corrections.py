"""``shotlog corrections``: collect what editors made of the labels, and show what it amounts to."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import click

from shotlog.cli.options import (
    ANY_PATH,
    cache_option,
    json_option,
    read_options_of,
    reading_options,
)
from shotlog.cli.output import (
    SafeLine,
    StageBars,
    print_json,
    show_problems,
    terminal,
)


@click.group()
def corrections() -> None:
    """Collect what editors made of the labels in marked timelines.

    Every marker that was renamed, moved, deleted or added by hand is a label. They are collected
    into one file, from which shotlog learn makes a profile of your eye. Nothing is sent anywhere.

    \b
    shotlog corrections collect season/ --out corrections.jsonl
    shotlog corrections collect cut.otio --out corrections.jsonl --editor Ada
    shotlog corrections show corrections.jsonl
    """


@corrections.command()
@click.argument("inputs", nargs=-1, required=True, type=ANY_PATH, metavar="TIMELINE|FOLDER...")
@click.option(
    "-o",
    "--out",
    "output",
    metavar="FILE",
    required=True,
    type=ANY_PATH,
    help="Write the corrections into this .jsonl file. What it holds already stays, but for what"
    " the same timelines told before.",
)
@click.option("--editor", metavar="NAME", default="", help="The editor of these timelines.")
@click.option(
    "--project",
    metavar="NAME",
    help="The project that they belong to: what is learned from a project is never judged by it."
    "  [default: the name of the folder of each timeline]",
)
@reading_options
@cache_option
@json_option
@click.option("-q", "--quiet", is_flag=True, help="Show no progress and no notes.")
def collect(
    inputs: Sequence[Path], output: Path, editor: str, project: str | None, sequence: str | None,
    dialect: str | None, rate: Fraction | None, relinks: Sequence[str], cache_file: Path | None,
    as_json: bool, quiet: bool,
) -> None:  # fmt: skip
    """Collect corrections from timelines that editors have worked on.

    Give the timelines as the editing program saved or exported them, in any format that Shotlog
    reads, or folders of them. Each is compared with the record that the run left on this machine
    when it marked the timeline: which markers were kept, renamed, moved, recoloured or deleted, and
    where markers with a known label were added, such as 'CS' or 'Medium Shot, pan left'. A clip
    that was moved, trimmed or copied keeps its identity, by the content of its media.

    Without a record, as on another machine, the file tells what it can: OpenTimelineIO holds the
    labels that were written, other formats do not. What was deleted is then not known.

    Markers of highlights are not collected. Two editors who disagree are both kept.

    \b
    shotlog corrections collect season/ --out corrections.jsonl
    shotlog corrections collect reel1.otio reel2.fcpxml --out corrections.jsonl --project Harbour
    shotlog corrections collect cut.otio --out corrections.jsonl --map 'E:\\Media=/mnt/media'

    Exit codes: 0: done, also where nothing was corrected; timelines and clips that were left out
    are listed. 1: no timeline can be read, or the file cannot be. 130: stopped by Ctrl-C; nothing
    was written.
    """
    # Imported here: the engine takes longer to import than the help to print.
    from shotlog.cli.analysis import OwnEngine
    from shotlog.cli.learning.corrections_view import show_summary, summary_json
    from shotlog.corrections import collect_corrections, find_timelines
    from shotlog.learning.corrections import (
        Corrections,
        read_corrections,
        summarize_corrections,
        write_corrections,
    )
    from shotlog_otio import check_output_file

    console = terminal(stderr=as_json, quiet=quiet)
    check_output_file(output, ".jsonl", option="--out")
    before = read_corrections([output]) if output.exists() else Corrections()
    timelines = find_timelines(inputs)
    with (
        OwnEngine(cache_file) as engine,
        StageBars(console).stage("comparing", len(timelines), "timelines") as bar,
    ):
        found = collect_corrections(
            timelines,
            engine.probe_cache,
            lambda path: read_options_of(path, sequence, dialect, relinks, rate),
            editor=editor,
            project=project,
            on_done=lambda: bar.advance(1),
        )
    write_corrections(output, before.updated(found.corrections))
    summary = summarize_corrections(found.corrections)
    if as_json:
        told = {
            "file": str(output),
            "timelines": found.timelines,
            **summary_json(summary, found.corrections.conflicts),
            "problems": [problem.model_dump(mode="json") for problem in found.problems],
            "warnings": list(found.warnings),
        }
        print_json(told)
        return
    show_summary(console, summary, found.corrections)
    line = SafeLine.assemble(("wrote ", "green"), (str(output), "bold"))
    console.print(line, soft_wrap=True)
    show_problems(terminal(stderr=True), found.problems, () if quiet else found.warnings)


@corrections.command()
@click.argument("files", nargs=-1, required=True, type=ANY_PATH, metavar="FILE...")
@json_option
def show(files: Sequence[Path], as_json: bool) -> None:
    """Show what files of corrections amount to.

    For each analyzer the agreement is the share of its labels that editors kept, of those that they
    kept or renamed: a label that nobody looked at counts as kept.

    Exit codes: 0: read. 1: a file cannot be read; its line is named.
    """
    from shotlog.cli.learning.corrections_view import show_summary, summary_json
    from shotlog.learning.corrections import read_corrections, summarize_corrections

    listed = read_corrections(files)
    summary = summarize_corrections(listed)
    if as_json:
        print_json(summary_json(summary, listed.conflicts))
        return
    show_summary(terminal(), summary, listed)
