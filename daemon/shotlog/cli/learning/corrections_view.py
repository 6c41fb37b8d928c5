"""Tables and JSON of corrections, for their commands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from shotlog.cli.output import SafeLine, titled_table
from shotlog.learning.corrections import Conflict, Corrections, CorrectionSummary
from shotlog.schema import UNDEFINED, VOCABULARIES, Family

_CHANGES = 10
"""Rows of the table of changes; JSON holds all."""

_CONFLICTS = 10
"""Conflicts that are listed; JSON holds all."""


def summary_json(summary: CorrectionSummary, conflicts: Sequence[Conflict]) -> Mapping[str, Any]:
    """Return the figures of corrections as JSON, with every conflict."""
    return {
        **summary.model_dump(mode="json"),
        "conflicts": [
            {
                "family": conflict.family.value,
                "content_id": conflict.content_id,
                "source": conflict.source.model_dump(mode="json"),
                "labels": [
                    {
                        "labels": list(each.labels),
                        "project": each.project,
                        "timeline": each.timeline,
                        "editor": each.editor,
                    }
                    for each in conflict.corrections
                ],
            }
            for conflict in conflicts
        ],
    }


def show_summary(console: Console, summary: CorrectionSummary, listed: Corrections) -> None:
    """Print the tables of corrections, and the conflicts."""
    if not summary.corrections:
        console.print(SafeLine("no corrections", style="bold"))
        return
    console.print(_count_table(summary))
    if summary.agreements:
        console.print(_agreement_table(summary))
    if summary.changes:
        console.print(_change_table(summary))
    conflicts = listed.conflicts
    for conflict in conflicts[:_CONFLICTS]:
        console.print(_conflict_line(conflict), soft_wrap=True)
    if more := conflicts[_CONFLICTS:]:
        console.print(SafeLine(f"and {len(more)} more conflicts; see --json", style="dim"))
    projects = f"{summary.projects} project" + ("" if summary.projects == 1 else "s")
    told = f"{summary.corrections} corrections of {projects}, {summary.conflicts} in conflict"
    console.print(SafeLine(told, style="bold"))


def _count_table(summary: CorrectionSummary) -> Table:
    kinds = list(dict.fromkeys(count.kind for count in summary.counts))
    table = titled_table("Corrections")
    table.add_column("")
    for kind in kinds:
        table.add_column(kind.value, justify="right")
    for family in dict.fromkeys(count.family for count in summary.counts):
        counts = {c.kind: c.count for c in summary.counts if c.family is family}
        table.add_row(family.value, *(str(counts.get(kind, 0)) for kind in kinds))
    return table


def _agreement_table(summary: CorrectionSummary) -> Table:
    table = titled_table("Agreement")
    for name, justify in (("", "left"), ("analyzer", "left"), ("kept", "right"), ("of", "right")):
        table.add_column(name, justify=justify)  # type: ignore[arg-type]
    for each in summary.agreements:
        total = each.kept + each.renamed
        table.add_row(each.family.value, each.analyzer, f"{100 * each.share:.0f} %", str(total))
    return table


def _change_table(summary: CorrectionSummary) -> Table:
    table = titled_table("Most frequent changes")
    for name, justify in (("written", "left"), ("now", "left"), ("times", "right")):
        table.add_column(name, justify=justify)  # type: ignore[arg-type]
    for change in summary.changes[:_CHANGES]:
        family, written, now = change.family, change.written, change.now
        table.add_row(_words(family, written), _words(family, now), str(change.count))
    return table


def _words(family: Family, labels: str) -> str:
    return (
        "none"
        if labels == UNDEFINED
        else " + ".join(
            f"{VOCABULARIES[family].display(label)} ({label})" for label in labels.split("+")
        )
    )


def _conflict_line(conflict: Conflict) -> SafeLine:
    said = "; ".join(
        f"{'+'.join(each.labels) or 'none'} by {each.editor or each.timeline}"
        for each in conflict.corrections
    )
    first = conflict.corrections[0]
    start, end = (float(edge) for edge in (conflict.source.start, conflict.source.end))
    place = f"{Path(first.path).name}, {start:.2f} s to {end:.2f} s"
    return SafeLine.assemble(("conflict: ", "yellow"), (place, "bold"), f": {said}")
