"""Shots that were found, as rows of a table and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from fractions import Fraction
from typing import Any, Literal

from rich.table import Table
from rich.text import Text

from shotlog.cli.output.consoles import SafeLine
from shotlog.cli.output.tables import titled_table
from shotlog.library import Hit
from shotlog.schema import KINDS, MOVEMENTS, MOVES, SIZES, UNDEFINED


def hit_table(title: str, *before: str) -> Table:
    """Return an empty table of shots.

    Args:
        title: Its title.
        before: Names of columns before those of :func:`hit_cells`.
    """
    table = titled_table(title)
    for name in before:
        table.add_column(name, overflow="fold")
    table.add_column("in", no_wrap=True)
    for name in ("length", "size", "move", "faces", "speech"):
        side: Literal["left", "right"] = "left" if name in ("size", "move") else "right"
        table.add_column(name, justify=side, no_wrap=True)
    table.add_column("clip", overflow="fold")
    return table


def hit_cells(hit: Hit) -> tuple[str | Text, ...]:
    """Return what is known of a shot, for the columns of :func:`hit_table`."""
    return (
        hit.timecode,
        f"{float(hit.duration):.2f} s",
        _labels(hit.sizes if hit.kind is None else (hit.kind,)),
        _labels(hit.moves),
        "" if hit.faces is None else str(hit.faces),
        "" if hit.speech is None else f"{hit.speech:.0%}",
        hit.clip,
    )


def hit_json(hit: Hit) -> dict[str, Any]:
    """Return everything that is known of a shot, with exact times as fractions of seconds."""
    return {
        name: str(value) if isinstance(value, Fraction) else value
        for name, value in asdict(hit).items()
    }


def _labels(labels: Sequence[str]) -> Text:
    """Return labels in their colours: ``pan_left → static``."""
    return SafeLine.assemble(
        *(
            part
            for number, label in enumerate(labels)
            for part in ([" → "] if number else []) + [(label, _colour(label))]
        )
    )


def _colour(label: str) -> str:
    known = next((one for one in (SIZES, MOVES, MOVEMENTS, KINDS) if label in one), SIZES)
    return known.colour(label) if label != UNDEFINED else "dim"
