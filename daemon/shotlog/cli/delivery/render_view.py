"""Plans and finished files of ``shotlog render`` on a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from shotlog.cli.output import SafeLine, lines, titled_table
from shotlog.delivery.encode import RenderedFile, RenderPlan
from shotlog.schema import LeftOut

_ROWS = 12
"""Parts that are listed; --json lists all."""


def explained(plans: Sequence[RenderPlan]) -> Table:
    """Return what would be done, a column for each file."""
    table = titled_table(f"What would be rendered of {plans[0].name}")
    table.add_column("")
    for number in range(1, len(plans) + 1):
        table.add_column(f"file {number}", overflow="fold")
    rows = [_cells(plan) for plan in plans]
    for name in rows[0]:
        table.add_row(name, *(SafeLine(row[name]) for row in rows))
    left_out = {part: None for plan in plans for part in plan.left_out}
    told = [_words(part) for part in left_out]
    told += [f"{p.subject}: {p.message}" for p in {p: None for x in plans for p in x.problems}]
    table.add_row("left out", lines(*told[:_ROWS]) if told else SafeLine("nothing"))
    return table


def _cells(plan: RenderPlan) -> dict[str, str]:
    width, height = plan.size
    start, end = float(plan.range.start), float(plan.range.end)
    sound = "none"
    if plan.sounds:
        whose = "of the pictures' own sound" if plan.own_sound else "of the audio tracks"
        level = "" if plan.loudness is None else f", brought to {plan.loudness:g} LUFS"
        sound = f"{plan.sounds} clip(s) {whose}, 48 kHz stereo{level}"
    colours = "as in the sources"
    if plan.hdr is not None:
        colours = f"HDR ({plan.hdr}) {'made into SDR' if plan.tone_mapped else 'kept'}"
    crop = "whole pictures"
    if plan.aspect is not None:
        crop = f"cropped to {plan.aspect.numerator}:{plan.aspect.denominator}"
    return {
        "range": f"{start:.2f} s to {end:.2f} s, {plan.frames} frames",
        "picture": f"{width}x{height}, {float(plan.rate):g} frames per second, {crop}",
        "clips": f"{plan.clips}",
        "colours": colours,
        "sound": sound,
        "encoder": f"{plan.encoder} ({plan.codec}, {plan.pixels})",
        "FFmpeg": plan.ffmpeg,
    }


def show_left_out(console: Console, plans: Sequence[RenderPlan]) -> None:
    """Print what cannot be rendered, before anything begins."""
    parts = list({part: None for plan in plans for part in plan.left_out})
    for part in parts[:_ROWS]:
        console.print(SafeLine.assemble(("left out: ", "yellow"), _words(part)), soft_wrap=True)
    if len(parts) > _ROWS:
        console.print(SafeLine(f"and {len(parts) - _ROWS} more; --json lists all", "dim"))
    for problem in {problem: None for plan in plans for problem in plan.problems}:
        line = SafeLine.assemble(
            ("left out: ", "red"), (problem.subject, "bold"), f": {problem.message}"
        )
        console.print(line, soft_wrap=True)
        console.print(SafeLine(f"          {problem.hint}", style="dim"), soft_wrap=True)


def show_file(console: Console, file: RenderedFile) -> None:
    """Print a line about a finished file."""
    width, height = file.size
    sound = "no sound"
    if file.loudness is not None:
        heard = file.loudness.integrated
        sound = "silent" if heard is None else f"{heard:.1f} LUFS"
    facts = f": {width}x{height}, {file.frames} frames, {file.codec}, {sound}"
    wrote = ("wrote ", "green"), (str(Path(file.path)), "bold")
    console.print(SafeLine.assemble(*wrote, facts), soft_wrap=True)


def _words(part: LeftOut) -> str:
    when = "" if part.range is None else f" at {float(part.range.start):.2f} s"
    return f"{part.kind} '{part.name}'{when}"
