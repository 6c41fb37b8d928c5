"""``shotlog show``: list the markers of a timeline."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.table import Table

from shotlog.cli.options import ANY_PATH, FilmLength, rate_option, sequence_option
from shotlog.cli.output import (
    SafeLine,
    at,
    parse_shown,
    print_json,
    show_problems,
    terminal,
    titled_table,
)
from shotlog.schema import MOVES, SIZES, Edit, MarkerFamily, nearest_frame, timecode
from shotlog.selects import Length, read_marked_timeline
from shotlog_otio import ReadOptions, WrittenMarker, read_edit, read_markers

if TYPE_CHECKING:
    from shotlog.library import Query


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
    "--where",
    metavar="QUERY",
    default="",
    help="Only markers of the shots that meet a condition, in the language of: shotlog find"
    " --help. Markers tell labels, names, length, confidence and highlights.",
)
@click.option(
    "--min",
    "least",
    metavar="LENGTH",
    type=FilmLength("s"),
    help="Only markers of at least this length: 2s, 48f.",
)
@click.option(
    "--max",
    "most",
    metavar="LENGTH",
    type=FilmLength("s"),
    help="Only markers of at most this length: 2s, 48f.",
)
@rate_option
@sequence_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def show(
    timeline: Path, sizes: Sequence[str], moves: Sequence[str], families: Sequence[str],
    where: str, least: Length | None, most: Length | None, rate: Fraction | None,
    sequence: str | None, as_json: bool,
) -> None:  # fmt: skip
    """List the markers that Shotlog wrote into a timeline.

    Your edits count: if you rename 'MS · static' to 'CS · static', --size CS finds it. Edited
    markers have a pencil.

    \b
    shotlog show marked.otio --size CS --move dolly_in --min 2s
    shotlog show marked.otio --family highlight --json
    shotlog show marked.otio --where "(CS or ECS) and not static and duration > 2s"

    Exit codes: 0: read, also where no marker is listed. 1: the timeline cannot be read, or the
    query cannot be understood.
    """
    asked = parse_shown(where) if where.strip() else None
    reading = ReadOptions(sequence=sequence, rate=rate)
    edit = read_edit(timeline, reading)
    listed = (
        _found(timeline, reading, asked) if asked is not None else read_markers(timeline, reading)
    )
    markers = [
        marker
        for marker in listed
        if _has_label(marker, sizes)
        and _has_label(marker, moves)
        and (not families or marker.family.value in families)
        and (least is None or marker.range.duration >= least.seconds(marker.rate))
        and (most is None or marker.range.duration <= most.seconds(marker.rate))
    ]
    if as_json:
        print_json([marker.model_dump(mode="json") for marker in markers])
        return
    console = terminal()
    console.print(_table(edit, markers))
    console.print(SafeLine(f"{len(markers)} marker(s)", style="bold"))


def _found(timeline: Path, reading: ReadOptions, asked: Query) -> list[WrittenMarker]:
    """Return the markers of the shots that meet a condition; name what markers do not tell."""
    from shotlog.library import fields_of, find_in_log  # a list of all markers needs no library

    marked = read_marked_timeline(timeline, reading)
    found = {hit.shot_number for hit in find_in_log(marked.log, asked)}
    if unknown := [field for field in fields_of(asked) if field in marked.untold]:
        fields = ", ".join(unknown)
        note = f"markers do not tell {fields}: a term with it finds no shot, nor does its negation"
        show_problems(terminal(stderr=True), (), [f"{note}; shotlog selects measures it"])
    pairs = zip(marked.markers, marked.shots, strict=True)
    return [marker for marker, shots in pairs if shots & found]


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
