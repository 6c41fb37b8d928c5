"""``shotlog show``: list the markers of a timeline."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from shotlog.cli.options import ANY_PATH, rate_option, sequence_option
from shotlog.cli.output import SafeLine, at, print_json, terminal, titled_table
from shotlog.schema import MOVES, SIZES, Edit, MarkerFamily, nearest_frame, timecode
from shotlog_otio import ReadOptions, WrittenMarker, read_edit, read_markers


class _Length(click.ParamType[tuple[Fraction, bool]]):
    """``2s``, ``1.5s``, ``2`` (seconds) or ``48f`` (frames)."""

    name = "length"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[Fraction, bool]:
        text = str(value).strip().lower()
        try:
            number = Fraction(text.removesuffix("f").removesuffix("s"))
        except (ValueError, ZeroDivisionError):
            self.fail(f"'{value}' is not a length like 2s, 1.5s or 48f", param, ctx)
        return number, text.endswith("f")


@click.command()
@click.argument("timeline", type=ANY_PATH)
@click.option(
    "--size",
    "sizes",
    multiple=True,
    type=click.Choice(SIZES.names, case_sensitive=False),
    help="Only shots of this size; may be given more than once.",
)
@click.option(
    "--move",
    "moves",
    multiple=True,
    metavar="MOVE",
    type=click.Choice(MOVES.names, case_sensitive=False),
    help=f"Only shots with this move: {', '.join(MOVES.names)}. May be given more than once.",
)
@click.option(
    "--family",
    "families",
    multiple=True,
    type=click.Choice([f.value for f in MarkerFamily]),
    help="Only this kind of marker; may be given more than once.",
)
@click.option(
    "--min", "least", type=_Length(), help="Only markers of at least this length: 2s, 48f."
)
@click.option("--max", "most", type=_Length(), help="Only markers of at most this length: 2s, 48f.")
@rate_option
@sequence_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def show(
    timeline: Path, sizes: Sequence[str], moves: Sequence[str], families: Sequence[str],
    least: tuple[Fraction, bool] | None, most: tuple[Fraction, bool] | None,
    rate: Fraction | None, sequence: str | None, as_json: bool,
) -> None:  # fmt: skip
    """List the markers that Shotlog wrote into a timeline.

    Your edits count: if you rename 'MS · static' to 'CS · static', --size CS finds it. Edited
    markers have a pencil.

    \b
    shotlog show marked.otio --size CS --move dolly_in --min 2s
    shotlog show marked.otio --family highlight --json
    """
    reading = ReadOptions(sequence=sequence, rate=rate)
    edit = read_edit(timeline, reading)
    markers = [
        marker
        for marker in read_markers(timeline, reading)
        if _has_label(marker, sizes)
        and _has_label(marker, moves)
        and (not families or marker.family.value in families)
        and (least is None or marker.range.duration >= _seconds(least, marker))
        and (most is None or marker.range.duration <= _seconds(most, marker))
    ]
    if as_json:
        print_json([marker.model_dump(mode="json") for marker in markers])
        return
    console = terminal()
    console.print(_table(edit, markers))
    console.print(SafeLine(f"{len(markers)} marker(s)", style="bold"))


def _start(edit: Edit, marker: WrittenMarker) -> str:
    """Return a marker's start as timecode of the timeline, or of the source if it is on a clip."""
    if marker.owner is None:
        return at(edit, marker.range.start)
    # A marker does not say whether its source counts drop-frame; the timeline's way is assumed.
    frame = nearest_frame(marker.range.start, marker.rate)
    return timecode(frame, marker.rate, drop_frame=edit.drop_frame)


def _labels(marker: WrittenMarker) -> list[str]:
    """Split a marker's name, which may be edited, into its labels in lower case."""
    return marker.name.replace("→", "·").replace("+", "·").replace(" ", "").lower().split("·")


def _has_label(marker: WrittenMarker, wanted: Sequence[str]) -> bool:
    """Return True if the marker's present name holds a wanted label, or none is wanted."""
    labels = _labels(marker)
    return not wanted or any(label.lower() in labels for label in wanted)


def _seconds(length: tuple[Fraction, bool], marker: WrittenMarker) -> Fraction:
    number, frames = length
    return number / marker.rate if frames else number


def _table(edit: Edit, markers: Sequence[WrittenMarker]) -> Table:
    table = titled_table(edit.name)
    for name in ("in", "length", "marker", "", "on"):
        table.add_column(name, justify="right" if name == "length" else "left", no_wrap=True)
    table.add_column("note")
    for marker in markers:
        table.add_row(
            _start(edit, marker),
            f"{float(marker.range.duration):.2f} s",
            marker.name,
            "✎" if marker.edited else "",
            marker.owner or "timeline",
            SafeLine(marker.note.replace("\n", " · "), no_wrap=True, overflow="ellipsis"),
        )
    return table
