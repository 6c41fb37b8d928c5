"""``shotlog clear``: remove the markers that Shotlog wrote."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import click

from shotlog.cli.options import ANY_PATH, rate_option, sequence_option
from shotlog.cli.output import say
from shotlog_otio import ReadOptions, clear_markers


@click.command()
@click.argument("timeline", type=ANY_PATH)
@click.option(
    "-o",
    "--output",
    type=ANY_PATH,
    help="Write the cleared timeline here instead of replacing the input.",
)
@click.option("--edited", is_flag=True, help="Also remove markers that you edited.")
@rate_option
@sequence_option
def clear(
    timeline: Path, output: Path | None, edited: bool, rate: Fraction | None, sequence: str | None
) -> None:
    """Remove the markers that Shotlog wrote into a timeline, and nothing else.

    Markers that you renamed, moved or recoloured are kept unless --edited is given. A file that
    only Shotlog has changed is restored byte for byte.
    """
    reading = ReadOptions(sequence=sequence, rate=rate)
    count = clear_markers(timeline, output or timeline, edited=edited, reading=reading)
    say(f"removed {count} marker(s)")
