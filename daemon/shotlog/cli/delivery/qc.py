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
    help="Write the defects into this timeline as red markers. It is the one that the files were"
    " made of.",
)
@click.option(
    "--at",
    "starts",
    multiple=True,
    metavar="TIMECODE",
    help="The moment of the timeline of --mark at which a file begins; once for every file, in"
    " their order. Without it one file begins where the timeline does.",
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
    starts: Sequence[str], output: Path | None, json_file: Path | None, listed: bool,
    rate: Fraction | None, sequence: str | None, quiet: bool,
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
    shotlog qc 1.mp4 2.mp4 --mark cut.otio --at 01:00:10:00 --at 01:02:00:00
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
    reading = ReadOptions(sequence=sequence, rate=rate)
    marking = _Marking.of(mark, output, starts, len(files), reading)
    if json_file is not None and not prints:
        check_output_file(json_file, ".json", option="--json")
    edit = read_edit(against, reading) if against else marking.edit if marking else None
    # A file that begins at a moment of its own is a part of the timeline, of unknown length.
    whole = against is not None or not starts
    asked = AskedFor(rate=edit.rate, duration=edit.duration if whole else None) if edit else None
    checked = []
    for path in files:
        checked.append(
            check_file(path, profile.checks, asked=asked or AskedFor(), progress=StageBars(console))
        )
        _show(checked[-1], quiet=quiet, console=console)
    if marking is not None:
        console.print(marking.write(checked))
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
        starts: The moment of the timeline at which each file begins.
        reading: The options with which they were read.
    """

    timeline: Path
    output: Path
    edit: Edit
    starts: Sequence[Fraction]
    reading: ReadOptions

    @classmethod
    def of(
        cls,
        mark: Path | None,
        output: Path | None,
        starts: Sequence[str],
        count: int,
        reading: ReadOptions,
    ) -> _Marking | None:
        """Read the timeline, after a check that markers can be written; None without one.

        Args:
            mark: The timeline.
            output: The place of the marked one; None for the timeline itself.
            starts: Timecodes at which the files begin; may be empty for one file.
            count: Number of files.
            reading: Options of reading.

        Raises:
            TimelineError: It cannot be read, or has no such timecode.
            OutputNotWritable: The result cannot be written.
        """
        if mark is None:
            if output is not None or starts:
                raise click.UsageError("-o and --at are for the timeline of --mark.")
            return None
        if len(starts) != count and (starts or count != 1):
            raise click.UsageError("With --mark, give --at once for every file, in their order.")
        check_output(mark, output or mark)
        edit = read_edit(mark, reading)
        moments = [edit.moment_at(start) for start in starts] or [Fraction(0)]
        return cls(mark, output or mark, edit, moments, reading)

    def write(self, checked: Sequence[CheckedFile]) -> SafeLine:
        """Write the markers of files, in their order; return a line about it."""
        markers = markers_of_defects(zip(checked, self.starts, strict=True), self.edit)
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
