"""Views of coverage: a table of scenes, cuts to check, and the pace as a line of bars."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from rich.console import Console
from rich.table import Table
from rich.text import Text

from shotlog.cli.output import SafeLine, titled_table
from shotlog.report import (
    CoverageTable,
    Pace,
    SameSizeCut,
    SceneCoverage,
    cover_scenes,
    describe_scenes,
    find_same_size_cuts,
    trace_pace,
)
from shotlog.schema import VOCABULARIES, Family, Log

_BARS = "▁▂▃▄▅▆▇█"
_COLUMNS = 40
"""Width of the line of bars."""


def show_coverage(console: Console, log: Log) -> None:
    """Print the table of scenes, the cuts to check, and the pace."""
    for part in _parts(log):
        console.print(part)


def _parts(log: Log) -> Iterator[Table | Text]:
    scenes = cover_scenes(log)
    if scenes:
        yield _scene_table(log, scenes)
        yield SafeLine(describe_scenes(log), style="dim")
    else:
        yield SafeLine("No scene was found: no shot could be analysed.")
    cuts = list(find_same_size_cuts(log))
    if cuts:
        yield _cut_table(cuts)
    if (pace := trace_pace(log)) is not None:
        yield _pace_line(pace)


def _scene_table(log: Log, scenes: Sequence[SceneCoverage]) -> Table:
    table = titled_table(log.edit.name)
    table.add_column("scene", overflow="fold")
    table.add_column("")
    table.add_column("shots of it", overflow="fold")
    for number, item in enumerate(scenes):
        if number:
            table.add_row()
        facts = (SafeLine(item.scene.label, "bold"), SafeLine(item.timecode), _length(item))
        for fact, (topic, told) in zip_longest(facts, _topics(item)):
            table.add_row(fact, SafeLine(topic, "dim"), told)
    return table


def _length(item: SceneCoverage) -> Text:
    if item.lengths is None:
        return SafeLine(item.length)
    return SafeLine(f"{item.length}, {item.shots} × {item.lengths.average}")


def _topics(item: SceneCoverage) -> Iterator[tuple[str, Text]]:
    yield "sizes", _labels(item.sizes, Family.SIZE)
    yield "missing", SafeLine(_missing(item.sizes))
    yield "moves", _labels(item.moves, Family.MOVE)
    if item.reverses.text:
        yield "reverse", SafeLine(item.reverses.text)
    if item.cuts:
        told = SafeLine(f"{len(item.cuts)} cut(s) within a size")
        if item.risks:
            told.append(f", {item.risks} of them with the same framing", "red")
        yield "check", told


def _labels(table: CoverageTable, family: Family) -> Text:
    """Return ``CS 3, MS 2``."""
    colour = VOCABULARIES[family].colour
    parts = [
        SafeLine.assemble((line.name, colour(line.name)), f" {line.shots}") for line in table.lines
    ]
    return SafeLine(", ").join(parts) if parts else SafeLine("–")


def _missing(table: CoverageTable) -> str:
    """Return ``ECS LS``, and on how many shots that rests where not all are known."""
    if not table.lines:
        return "–"
    if 2 * table.known <= table.shots:
        return f"not known of {table.shots - table.known}"
    known = "" if table.all_known else f" of {table.known} known"
    return f"{' '.join(table.unseen_labels)}{known}" if table.unseen else "–"


def _cut_table(cuts: Sequence[SameSizeCut]) -> Table:
    table = titled_table("Cuts between shots of one size")
    for name in ("at", "shots", "size", ""):
        table.add_column(name, no_wrap=True)
    for cut in cuts:
        risk = SafeLine("same framing: jump cut risk" if cut.same_framing else "", "red")
        table.add_row(cut.timecode, f"#{cut.first} → #{cut.second}", cut.size, risk)
    return table


def _pace_line(pace: Pace) -> Text:
    highest = pace.longest
    bars = "".join(
        _BARS[min(len(_BARS) - 1, int(len(_BARS) * average / highest))]
        for average in pace.sample(_COLUMNS)
    )
    return SafeLine.assemble(("pace ", "bold"), bars, f" {pace.text} a shot")
