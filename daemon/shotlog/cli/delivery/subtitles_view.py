"""Subtitles on a terminal: what was moved, what broke a rule."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rich.console import Console

from shotlog.cli.output import SafeLine, lines, titled_table

if TYPE_CHECKING:
    from shotlog.delivery.subtitles import CueReport, Rule, SubtitleReport

_ROWS: Final = 30
"""Cues that are listed; --json lists all."""
_MOVED: Final = Fraction(1, 10)
"""Seconds from which a move is listed: less is hardly seen."""


def show_subtitles(console: Console, report: SubtitleReport, written: Path) -> None:
    """Print the cues that broke a rule or were moved, and a summary."""
    told = [cue for cue in report.cues if cue.faults or _is_moved(cue)]
    told.sort(key=lambda cue: all(fault.mended for fault in cue.faults))  # what is broken first
    if told:
        table = titled_table("Cues that broke a rule or were moved")
        for name in ("#", "in", "out", "text", "moved", "rules"):
            table.add_column(name, overflow="fold")
        for cue in told[:_ROWS]:
            table.add_row(
                str(cue.number),
                _clock(cue.start),
                _clock(cue.end),
                lines(*cue.lines),
                _moved(cue),
                lines(*(SafeLine(f.words, "" if f.mended else "red") for f in cue.faults)),
            )
        console.print(table)
        if len(told) > _ROWS:
            console.print(SafeLine(f"and {len(told) - _ROWS} more; --json lists all", "dim"))
    summary = f": {len(report.cues)} cue(s), {_count(report.mended) or 'nothing'} mended"
    broken = _count(report.broken)
    wrote = ("wrote ", "green"), (str(written), "bold")
    console.print(
        SafeLine.assemble(*wrote, summary, (f", {broken} still broken" if broken else "", "red")),
        soft_wrap=True,
    )


def _is_moved(cue: CueReport) -> bool:
    return any(abs(move) >= _MOVED for move in (cue.start_moved, cue.end_moved) if move)


def _moved(cue: CueReport) -> str:
    moves = (("in", cue.start_moved), ("out", cue.end_moved))
    return ", ".join(f"{edge} {float(move):+.2f} s" for edge, move in moves if move)


def _clock(moment: Fraction) -> str:
    """Return a moment as ``0:01:02.50``, cut off at hundredths."""
    minutes, seconds = divmod(moment, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{float(seconds * 100 // 1) / 100:05.2f}"


def _count(rules: Mapping[Rule, int]) -> str:
    return ", ".join(f"{count} {rule}" for rule, count in sorted(rules.items()))
