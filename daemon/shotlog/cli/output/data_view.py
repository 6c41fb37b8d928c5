"""Data sets of labelled clips, for people: what was read, left out, and divided."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.table import Table

from shotlog.cli.output.consoles import SafeLine
from shotlog.cli.output.tables import titled_table

if TYPE_CHECKING:
    from shotlog.learning.clips import DataSet, LabelledClip


def data_lines(data: Sequence[DataSet]) -> RenderableType:
    """Return lines about data sets: clips and films, how many were left out and why, warnings."""
    shown: list[RenderableType] = []
    for one in data:
        films = len({clip.film for clip in one.clips})
        shown.append(SafeLine(f"{one.name}: {len(one.clips):,} clips of {films:,} films", "bold"))
        shown += [
            SafeLine(f"  left out {count:,}: {reason}")
            for reason, count in one.skipped.most_common()
        ]
        shown += [SafeLine(f"  {warning}") for warning in one.warnings]
    return Group(*shown)


def parts_table(clips: Sequence[LabelledClip]) -> Table:
    """Return the numbers of clips by label and part."""
    from shotlog.learning.clips import Part, count_labels

    table = titled_table("Clips by label and part")
    table.add_column("")
    table.add_column("label")
    for part in Part:
        table.add_column(part, justify="right")
    for (family, label), counts in count_labels(clips).items():
        table.add_row(family, SafeLine(label), *(f"{counts[part]:,}" for part in Part))
    return table
