"""Tables of shots, highlights and properties, and lists of problems."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from rich import box
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from shotlog.cli.output.consoles import SafeLine
from shotlog.schema import (
    KINDS,
    SIZES,
    UNDEFINED,
    VOCABULARIES,
    Edit,
    Family,
    Log,
    LoggedShot,
    Opinion,
    Problem,
    group_by_range,
)


def at(edit: Edit, moment: Fraction) -> str:
    """Return a timeline moment, in seconds, as the editor's timecode."""
    return edit.timecode(moment)


def titled_table(title: str) -> Table:
    """Return an empty table in the common style."""
    return Table(box=box.SIMPLE_HEAD, title=SafeLine(title, style="bold"), title_justify="left")


def property_table(title: str, lines: Iterable[tuple[str, RenderableType]]) -> Table:
    """Return a table with a row for each property of one thing: name, value."""
    table = titled_table(title)
    table.show_header = False
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for key, value in lines:
        table.add_row(key, value)
    return table


def shot_table(log: Log) -> Table:
    """Return the table of shots, in timeline order."""
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
            _label_line(logged.leading(Family.SIZE if logged.kind is None else Family.KIND)),
            _label_line(logged.leading(Family.MOVE, Family.MOVEMENT)),
        )
    return table


def _label_line(opinion: Opinion) -> Text:
    """Return ``pan_left 91% + shake 60% → static 88%``."""
    ranges = [
        SafeLine(" + ").join(
            SafeLine.assemble(
                (finding.label, VOCABULARIES[finding.family].colour(finding.label)),
                ("" if finding.label == UNDEFINED else f" {finding.confidence:.0%}", "dim"),
            )
            for finding in same_range
        )
        for same_range in group_by_range(opinion)
    ]
    return SafeLine(" → ").join(ranges)


def highlight_table(log: Log) -> Table | None:
    """Return the table of highlights, best first; None if there are none."""
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
    """Return the number of shots of each size and kind, as one line."""
    found = [f.label for logged in shots for f in logged.leading(Family.SIZE)]
    found += [logged.kind for logged in shots if logged.kind is not None]
    counts = [(n, found.count(n)) for n in (*SIZES.names, *KINDS.names) if n in found]
    return f"{len(shots)} shots" + "".join(f" · {count} {name}" for name, count in counts)


def remote_summary(log: Log) -> str:
    """Return what providers answered for, and what was paid for that, as one line; else empty."""
    by_shot = [[f.provenance.remote for f in s.findings if f.provenance.remote] for s in log.shots]
    told = [answer for answers in by_shot for answer in answers]
    if not told:
        return ""
    shots = sum(map(bool, by_shot))
    names = ", ".join(sorted({answer.provider for answer in told if answer.provider}))
    seconds, cost = sum(a.seconds for a in told), sum(a.cost for a in told)
    return f"{shots} shots answered by {names or 'a provider'}: {seconds:.1f} s, ${cost:.4f}"


def show_problems(console: Console, problems: Sequence[Problem], warnings: Sequence[str]) -> None:
    """Print problems and warnings, each in a line or two."""
    for warning in warnings:
        console.print(SafeLine.assemble(("note: ", "yellow"), warning), soft_wrap=True)
    for problem in problems:
        line = SafeLine.assemble(
            ("problem: ", "red"), (problem.subject, "bold"), f": {problem.message}"
        )
        console.print(line, soft_wrap=True)
        console.print(SafeLine(f"         {problem.hint}", style="dim"), soft_wrap=True)
