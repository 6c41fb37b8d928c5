"""``shotlog clear``: takes our markers away."""

from __future__ import annotations

from pathlib import Path

import click

from shotlog.cli.options import ANY_PATH
from shotlog.cli.output import say
from shotlog_otio import clear_markers


@click.command()
@click.argument("timeline", type=ANY_PATH)
@click.option(
    "-o",
    "--output",
    type=ANY_PATH,
    help="Write the cleared timeline there, instead of over the file itself.",
)
@click.option("--edited", is_flag=True, help="Also take away markers of ours that you edited.")
def clear(timeline: Path, output: Path | None, edited: bool) -> None:
    """Take the markers away that Shotlog wrote into a timeline, and nothing else.

    Markers that you have renamed, moved or recoloured are yours and stay, unless --edited says
    otherwise. A file that Shotlog alone has changed comes back byte for byte.
    """
    count = clear_markers(timeline, output or timeline, edited=edited)
    say(f"took away {count} marker(s)")
