"""Selects as tables and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from shotlog.cli.output.consoles import SafeLine
from shotlog.cli.output.hits import hit_cells, hit_json, hit_table
from shotlog.library import Hit, Query
from shotlog.schema import Log, Problem, TimeRange, readable
from shotlog.selects import Arrangement, Selects, count_of_shots

_OF_LIBRARIES = {"row", "item", "sequence", "source", "marked", "report", "similarity"}
"""Fields of a hit that tell its place in a library, which a single timeline has none of."""


@dataclass(frozen=True)
class SelectsView:
    """The shots that were found for selects, and what was made of them.

    Attributes:
        log: The log of the timeline.
        query: The condition that they meet.
        by: The way of grouping; None for one group.
        order: Their order within a group.
        arranged: The shots in their groups.
        selects: The selects; None where none were made.
        files: The files that were written.
        notes: Sentences on the selects.
    """

    log: Log
    query: Query
    by: str | None
    order: str
    arranged: Arrangement
    selects: Selects | None = None
    files: tuple[Path, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Clips that could not be analysed, and shots that could not be put into the selects."""
        return (*self.log.problems, *(self.selects.problems if self.selects else ()))

    @property
    def warnings(self) -> tuple[str, ...]:
        """Assumptions about the timeline and about the selects."""
        return (*self.log.warnings, *self.notes)

    @property
    def shots(self) -> int:
        """Number of the shots."""
        return sum(len(hits) for _, hits in self.arranged.groups)

    def show(self, console: Console) -> None:
        """Print a table for each group, the numbers, and the files."""
        for group, hits in self.arranged.groups:
            table = hit_table(f"{group.name or self.log.edit.name} · {count_of_shots(len(hits))}")
            for hit in hits:
                table.add_row(*hit_cells(hit))
            console.print(table)
        line = count_of_shots(self.shots)
        if self.by is not None:
            count = len(self.arranged.groups)
            line += f" in {count:,} group{'' if count == 1 else 's'}"
        if self.arranged.left_out:
            line += f"; {len(self.arranged.left_out):,} belong to no group and are left out"
        console.print(SafeLine(line, style="bold"))
        for path in self.files:
            wrote = SafeLine.assemble(("wrote ", "green"), (str(path), "bold"))
            console.print(wrote, soft_wrap=True)

    def as_json(self) -> dict[str, Any]:
        """Return everything as JSON, with exact times as fractions of seconds."""
        return {
            "timeline": self.log.edit.name,
            "query": str(self.query),
            "by": self.by,
            "order": self.order,
            "shots": self.shots,
            "left_out": _shots_json(self.arranged.left_out),
            "groups": [
                {
                    "key": group.key,
                    "name": group.name,
                    "in_selects": self._range_json(group.key),
                    "shots": _shots_json(hits),
                }
                for group, hits in self.arranged.groups
            ],
            "files": [readable(str(path)) for path in self.files],
            "problems": [problem.model_dump(mode="json") for problem in self.problems],
            "warnings": list(self.warnings),
        }

    def _range_json(self, key: str) -> dict[str, Any] | None:
        """Return the range of a group in the selects; None where it has none."""
        placed = self.selects.groups if self.selects is not None else ()
        ranges: list[TimeRange] = [each.range for each in placed if each.group.key == key]
        return ranges[0].model_dump(mode="json") if ranges else None


def _shots_json(hits: Sequence[Hit]) -> list[dict[str, Any]]:
    told = map(hit_json, hits)
    return [
        {name: value for name, value in each.items() if name not in _OF_LIBRARIES} for each in told
    ]
