"""``shotlog qc``: find the defects of finished files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import click

from shotlog.cli.delivery.qc_views import checked_json, defect_table, limit_table, verdict_line
from shotlog.cli.options import ANY_PATH, rate_option, sequence_option
from shotlog.cli.output import (
    SafeLine,
    StageBars,
    json_text,
    print_json_text,
    show_problems,
    terminal,
)
from shotlog.delivery.qc import (
    AskedFor,
    CheckedFile,
    check_file,
    load_profile,
    markers_of_defects,
    profile_names,
)
from shotlog.schema import Edit, MarkerFamily
from shotlog_otio import (
    ReadOptions,
    check_output,
    check_output_file,
    read_edit,
    save,
    write_markers,
)

_NOT_PASSED = 4


@click.command()
@click.argument("files", nargs=-1, type=ANY_PATH)
@click.option(
    "--profile",
    "profile_name",
    default="web",
    show_default=True,
    metavar="NAME|FILE",
    help="Checks and their limits: web, broadcast, or a TOML file of your own.",
)
@click.option(
    "--against",
    type=ANY_PATH,
    help="The timeline that the file was made of: its rate and length are asked for.",
)
@click.option(
    "--mark",
    type=ANY_PATH,
    help="Write the defects into this timeline as red markers. It is the one that the file was"
    " made of, from its first frame.",
)
@click.option(
    "-o",
    "--output",
    type=ANY_PATH,
    help="Write the marked timeline here instead of replacing the one of --mark.",
)
@click.option(
    "--json",
    "json_file",
    type=click.Path(path_type=Path, allow_dash=True, readable=False),
    help="Write everything that was found as JSON; '-' prints it.",
)
@click.option("--list", "listed", is_flag=True, help="Show the checks of the profile, and stop.")
@rate_option
@sequence_option
@click.option("-q", "--quiet", is_flag=True, help="Only show files that do not pass.")
def qc(
    files: Sequence[Path], profile_name: str, against: Path | None, mark: Path | None,
    output: Path | None, json_file: Path | None, listed: bool, rate: Fraction | None,
    sequence: str | None, quiet: bool,
) -> None:  # fmt: skip
    """Find the defects of finished files, with their frames.

    Black, a picture that stands still, blur, flashes that may harm, interlaced lines; silence,
    clipping, loudness, true peak, opposite phase; missing and extra sound tracks, rates, lengths,
    damage. Each file is decoded once. A profile says what is checked and what is allowed; --list
    shows it. Copy one of them to make your own:

    \b
    title = "Trailers"
    [black]
    longest = 2.0          # seconds
    [loudness]
    target = -14.0         # LUFS

    A check without a table is left out; severity = "warning" in one lets files pass all the same.

    \b
    shotlog qc out/*.mp4
    shotlog qc film.mov --profile broadcast --json qc.json
    shotlog qc film.mov --mark cut.otio -o cut.checked.otio
    shotlog qc --list --profile broadcast

    Markers of an earlier check are replaced; all others, and those that you edited, stay.

    Exit codes: 0: every file passed. 1: failed, with the reason. 4: a file did not pass, or could
    not be read. 130: stopped by Ctrl-C.
    """
    profile = load_profile(profile_name)
    prints = json_file is not None and str(json_file) == "-"
    console = terminal(stderr=prints)
    if listed:
        console.print(limit_table(profile))
        return
    if not files:
        raise click.UsageError(f"Give the files to check. Profiles: {', '.join(profile_names())}.")
    marking = _Marking.of(mark, output, files, ReadOptions(sequence=sequence, rate=rate))
    if json_file is not None and not prints:
        check_output_file(json_file, ".json", option="--json")
    edit = marking.edit if marking else None
    if against is not None:
        edit = read_edit(against, ReadOptions(sequence=sequence, rate=rate))
    asked = AskedFor(rate=edit.rate, duration=edit.duration) if edit else AskedFor()
    checked = []
    for path in files:
        checked.append(check_file(path, profile.checks, asked=asked, progress=StageBars(console)))
        _show(checked[-1], quiet=quiet, console=console)
    if marking is not None:
        console.print(marking.write(checked[0]))
    if json_file is not None:
        text = json_text(checked_json(profile, checked))
        if prints:
            print_json_text(text)
        else:
            save(json_file, text.encode() + b"\n")
            console.print(SafeLine.assemble(("wrote ", "green"), (str(json_file), "bold")))
    if not all(each.passed for each in checked):
        raise click.exceptions.Exit(_NOT_PASSED)


def _show(checked: CheckedFile, *, quiet: bool, console: Any) -> None:
    if checked.problem is not None:
        show_problems(terminal(stderr=True), [checked.problem], ())
        return
    if quiet and checked.passed:
        return
    if checked.defects:
        console.print(defect_table(checked))
    console.print(verdict_line(checked))


@dataclass(frozen=True)
class _Marking:
    """A timeline that is to hold the defects.

    Attributes:
        timeline: The timeline.
        output: The place of the marked one.
        edit: Its clips.
        reading: The options with which they were read.
    """

    timeline: Path
    output: Path
    edit: Edit
    reading: ReadOptions

    @classmethod
    def of(
        cls, mark: Path | None, output: Path | None, files: Sequence[Path], reading: ReadOptions
    ) -> _Marking | None:
        """Read the timeline, after a check that markers can be written; None without one.

        Raises:
            TimelineError: It cannot be read.
            OutputNotWritable: The result cannot be written.
        """
        if mark is None:
            if output is not None:
                raise click.UsageError("-o is for the timeline of --mark.")
            return None
        if len(files) != 1:
            raise click.UsageError("--mark takes one file: the one that the timeline became.")
        check_output(mark, output or mark)
        return cls(mark, output or mark, read_edit(mark, reading), reading)

    def write(self, checked: CheckedFile) -> SafeLine:
        """Write the markers; return a line about it."""
        markers = markers_of_defects(checked, self.edit)
        result = write_markers(
            self.timeline,
            self.output,
            markers,
            self.edit,
            reading=self.reading,
            replacing={MarkerFamily.DEFECT},
        )
        count = result.added + result.replaced + result.unchanged
        return SafeLine.assemble(
            ("wrote ", "green"), (str(self.output), "bold"), f": {count} marker(s) of defects"
        )
