"""What every command shows alike: tables of shots, times, problems, JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from rich import box
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from shotlog.cli.output.consoles import Line
from shotlog.schema import (
    SIZES,
    UNDEFINED,
    VOCABULARIES,
    Edit,
    Family,
    Log,
    LoggedShot,
    Opinion,
    Problem,
    spans,
)


def at(edit: Edit, moment: Fraction) -> str:
    """A timeline moment as the editor's timecode."""
    return edit.timecode(moment)


def titled_table(title: str) -> Table:
    """An empty table in the one style of all commands."""
    return Table(box=box.SIMPLE_HEAD, title=Line(title, style="bold"), title_justify="left")


def page(title: str, lines: Iterable[tuple[str, RenderableType]]) -> Table:
    """A table about one thing: a line for each of its properties, which are its first column."""
    table = titled_table(title)
    table.show_header = False
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for key, value in lines:
        table.add_row(key, value)
    return table


def shot_table(log: Log) -> Table:
    """Every shot, in timeline order."""
    table = titled_table(log.edit.name)
    for name, justify in (("#", "right"), ("in", "left"), ("length", "right")):
        table.add_column(name, justify=justify)  # type: ignore[arg-type]
    table.add_column("clip", overflow="fold")
    table.add_column("size")
    table.add_column("move")
    for number, logged in enumerate(log.shots, start=1):
        span = logged.shot.timeline
        table.add_row(
            str(number),
            at(log.edit, span.start),
            f"{float(span.duration):.2f} s",
            logged.clip_name,
            _words(logged.leading(Family.SIZE)),
            _words(logged.leading(Family.MOVE, Family.MOVEMENT)),
        )
    return table


def _words(voice: Opinion) -> Text:
    """``pan_left 91% + shake 60% → static 88%``."""
    said = [
        Line(" + ").join(
            Line.assemble(
                (finding.label, VOCABULARIES[finding.family].colour(finding.label)),
                ("" if finding.label == UNDEFINED else f" {finding.confidence:.0%}", "dim"),
            )
            for finding in span
        )
        for span in spans(voice)
    ]
    return Line(" → ").join(said)


def highlight_table(log: Log) -> Table | None:
    """The highlights, best first; None where there are none."""
    if not log.highlights:
        return None
    table = titled_table("Highlights")
    for name in ("", "in", "length", "why (a heuristic's view)"):
        table.add_column(name)
    for finding in log.highlights:
        table.add_row(
            finding.label,
            at(log.edit, finding.timeline.start),
            f"{float(finding.timeline.duration):.2f} s",
            "; ".join(finding.reasons),
        )
    return table


def coverage(shots: Sequence[LoggedShot]) -> str:
    """One line: how many shots of which size."""
    sizes = [f.label for logged in shots for f in logged.leading(Family.SIZE)]
    counts = [(name, sizes.count(name)) for name in SIZES.names if name in sizes]
    return f"{len(shots)} shots" + "".join(f" · {count} {name}" for name, count in counts)


def show_problems(console: Console, problems: Sequence[Problem], warnings: Sequence[str]) -> None:
    """What went wrong, and what was assumed, each in a line or two."""
    for warning in warnings:
        console.print(Line.assemble(("note: ", "yellow"), warning), soft_wrap=True)
    for problem in problems:
        line = Line.assemble(
            ("problem: ", "red"), (problem.subject, "bold"), f": {problem.message}"
        )
        console.print(line, soft_wrap=True)
        console.print(Line(f"         {problem.hint}", style="dim"), soft_wrap=True)
