"""``shotlog export``: write the markers of a timeline as another program imports them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import click

from shotlog.cli.options import ANY_PATH, rate_option, sequence_option
from shotlog.cli.output import SafeLine, print_bytes, print_json, say, show_problems, terminal
from shotlog.schema import MarkerFamily, OutputNotWritable, TimelineError, readable
from shotlog_otio import (
    EXPORTERS,
    Exporter,
    ReadOptions,
    check_output_file,
    export_files,
    find_exporter,
    markers_in,
    read_timeline,
    save,
)

_STANDARD_OUTPUT = "-"


class _Kind(click.ParamType[Exporter]):
    """The name of an installed exporter; they are loaded when one is asked for."""

    name = "kind"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Exporter:
        if isinstance(value, Exporter):
            return value
        try:
            return EXPORTERS.by_name[str(value).lower()]
        except KeyError:
            names = ", ".join(EXPORTERS.by_name)
            self.fail(f"'{value}' is not one of {names}", param, ctx)


class _Export(click.Command):
    """A command whose help lists the installed exporters, with the menu that imports each."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        owners = sorted((e.suffix, e.name) for e in EXPORTERS.installed if e.owns_suffix)
        with formatter.section("Without --to"):
            suffixes = ", ".join(f"{suffix} is {name}" for suffix, name in owners)
            formatter.write_text(f"The suffix of OUT tells the kind: {suffixes}.")
        with formatter.section("Kinds"):
            formatter.write_dl(
                [
                    (exporter.name, f"{_capital(exporter.description)}. {exporter.imported}.")
                    for exporter in EXPORTERS.installed
                ]
            )


@click.command(cls=_Export)
@click.argument("timeline", metavar="FILE", type=ANY_PATH)
@click.option(
    "--to",
    "exporter",
    type=_Kind(),
    metavar="KIND",
    help="The kind of file, one of those below; without it the suffix of OUT tells the kind.",
)
@click.option(
    "-o",
    "--output",
    metavar="OUT",
    type=click.Path(path_type=Path, allow_dash=True, readable=False),
    help="Write this file; '-' prints it.  [default: beside FILE, as cut.markers.edl]",
)
@click.option("--all", "everything", is_flag=True, help="Also the markers that others wrote.")
@click.option(
    "--family",
    "families",
    multiple=True,
    type=click.Choice([family.value for family in MarkerFamily]),
    help="Only this kind of Shotlog's markers; may be given more than once.",
)
@rate_option
@sequence_option
@click.option("--json", "as_json", is_flag=True, help="Print what was written as JSON.")
def export(
    timeline: Path, exporter: Exporter | None, output: Path | None, everything: bool,
    families: Sequence[str], rate: Fraction | None, sequence: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Write the markers of a timeline in the form that another program imports.

    FILE is a timeline that Shotlog has marked, of any format. Your edits count: markers are written
    as they now stand. Those on clips go to the frames of the timeline that show them. What the form
    cannot hold is told: markers that were moved, merged, shortened or left out.

    \b
    shotlog export cut.marked.otio --to resolve-edl
    shotlog export cut.marked.otio --to avid-txt -o reel1.txt
    shotlog export cut.marked.otio --family highlight --to youtube -o -
    """
    chosen = _exporter(exporter, output)
    printed = output is not None and str(output) == _STANDARD_OUTPUT
    if printed and as_json:
        raise click.UsageError("--json and '-o -' both print to standard output.")
    place = output if output is not None and not printed else _beside(timeline, chosen)
    if not printed:
        _check(timeline, place, exporter, chosen)
    reading = read_timeline(timeline, ReadOptions(sequence=sequence, rate=rate))
    markers, left = markers_in(
        reading, everything=everything, families=[MarkerFamily(name) for name in families]
    )
    if not markers:
        raise _nothing(timeline, left, everything=everything, families=families)
    files, told = export_files(place, markers, reading.edit, chosen)
    notes = (*left, *told)
    if printed:
        _print(timeline, files)
    else:
        for file, content in files.items():
            save(file, content)
    if as_json:
        names = [readable(str(file)) for file in files]
        print_json({"to": chosen.name, "files": names, "markers": len(markers), "notes": notes})
    elif not printed:
        for file in files:
            wrote = ("wrote ", "green"), (str(file), "bold")
            say(SafeLine.assemble(*wrote, f": {len(markers)} marker(s), {chosen.description}"))
        say(SafeLine(f"To bring them in: {chosen.imported}.", "dim"))
    show_problems(terminal(stderr=True), (), notes)


def _exporter(given: Exporter | None, output: Path | None) -> Exporter:
    if given is not None:
        return given
    if output is None or str(output) == _STANDARD_OUTPUT:
        raise click.UsageError("Give the kind of file with --to; see: shotlog export --help.")
    return find_exporter(output)


def _beside(timeline: Path, exporter: Exporter) -> Path:
    """Return the path of the file beside a timeline: ``cut.markers.edl`` of ``cut.marked.otio``."""
    stem = timeline.stem.removesuffix(".marked")
    # Of the kinds that share a suffix, one is not to overwrite another.
    kind = "markers" if exporter.owns_suffix else exporter.name
    return timeline.with_name(f"{stem}.{kind}{exporter.suffix}")


def _check(timeline: Path, place: Path, named: Exporter | None, exporter: Exporter) -> None:
    """Check that the file can be written.

    Raises:
        OutputNotWritable: It cannot, or is the timeline itself.
    """
    if os.path.realpath(place) == os.path.realpath(timeline):
        message = "this is the timeline itself"
        raise OutputNotWritable(str(place), message, "Choose another place with -o.")
    # A kind that was named may go into a file of any suffix.
    suffix = place.suffix.lower() if named else exporter.suffix
    check_output_file(place, suffix, option="-o")


def _nothing(
    timeline: Path, left: Sequence[str], *, everything: bool, families: Sequence[str]
) -> TimelineError:
    """Return the error for a timeline of which no marker is exported."""
    if left:
        return TimelineError(str(timeline), f"there is nothing to export: {left[0]}", "Trim less.")
    if everything and not families:
        hint = "Set markers in your editor, or mark it with: shotlog analyze."
        return TimelineError(str(timeline), "there is no marker in this timeline", hint)
    whose = f"marker of the kind {' or '.join(families)}" if families else "marker of Shotlog"
    hint = "Mark the timeline with shotlog analyze; --all exports the markers of others."
    return TimelineError(str(timeline), f"there is no {whose} in this timeline", hint)


def _print(timeline: Path, files: dict[Path, bytes]) -> None:
    if len(files) > 1:
        message = f"these are {len(files)} files, and only one can be printed"
        raise OutputNotWritable(str(timeline), message, "Give the name of the first with -o.")
    print_bytes(next(iter(files.values())))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
