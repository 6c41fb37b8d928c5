"""``shotlog inspect``: show what is understood of a timeline file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import click
from rich.table import Table

from shotlog.cli.options import ANY_PATH, json_option, read_options_of, reading_options
from shotlog.cli.output import SafeLine, print_json, terminal, titled_table
from shotlog.schema import Edit, TimelineAmbiguous
from shotlog_otio import InspectedClip, Inspection, choices_of, inspection_of, read_timeline


@click.command()
@click.argument("timeline", type=ANY_PATH)
@reading_options
@json_option
def inspect(
    timeline: Path, sequence: str | None, dialect: str | None, rate: Fraction | None,
    relinks: Sequence[str], as_json: bool,
) -> None:  # fmt: skip
    """Show what is understood of a timeline file, and what is not.

    Every clip with its media, its source and record timecode and its speed; the markers in the
    file, whoever wrote them; and what was not understood, with the reason. Nothing is analysed or
    written, and no media need be there.

    \b
    shotlog inspect cut.xml
    shotlog inspect project.fcpxmld --sequence "Reel 1"
    shotlog inspect cut.edl --json

    Exit codes: 0: read. 1: it cannot be read, or it holds several sequences and none was chosen;
    --json then lists them.
    """
    options = read_options_of(timeline, sequence, dialect, relinks, rate)
    try:
        reading = read_timeline(timeline, options)
    except TimelineAmbiguous as error:
        if as_json:
            print_json(choices_of(error).model_dump(mode="json"))
        raise
    inspection = inspection_of(reading)
    if as_json:
        print_json(inspection.model_dump(mode="json"))
        return
    _print(inspection, reading.edit)


def _print(inspection: Inspection, edit: Edit) -> None:
    console = terminal()
    console.print(_clips("Clips", inspection.clips, edit))
    if inspection.sound:
        console.print(_clips("Sound", inspection.sound, edit))
    if inspection.markers:
        console.print(_markers(inspection, edit))
    for number, sequence in enumerate(inspection.sequences):
        if not number:
            console.print(SafeLine("Sequences of this file", style="bold"))
        frames = f"{sequence.duration_frames} frames at {float(sequence.rate):.6g}"
        line = f"{'*' if sequence.chosen else ' '} {sequence.name}  ({frames})"
        console.print(SafeLine(line))
    for problem in inspection.problems:
        where = f"{problem.clip}: " if problem.clip is not None else ""
        console.print(SafeLine.assemble(("! ", "yellow"), f"{where}{problem.message}"))
    for warning in inspection.warnings:
        console.print(SafeLine.assemble(("  ", "dim"), warning))
    console.print(SafeLine(_summary(inspection, edit), style="bold"))


def _clips(title: str, clips: Sequence[InspectedClip], edit: Edit) -> Table:
    table = titled_table(title)
    for name in ("track", "in", "out", "clip", "source", "speed", "media"):
        table.add_column(name, no_wrap=name not in ("clip", "media"), overflow="fold")
    for clip in clips:
        source = f"{_seconds(clip.source_in)} – {_seconds(clip.source_out)}"
        table.add_row(
            clip.track,
            edit.timecode(clip.record_in / edit.rate),
            edit.timecode(clip.record_out / edit.rate),
            SafeLine(clip.name, style="" if clip.enabled else "dim strike"),
            source,
            "" if clip.speed == 1 else f"{float(clip.speed):.4g}x",
            SafeLine(_file_name(clip.media) or "–", style="" if clip.media else "dim"),
        )
    return table


def _markers(inspection: Inspection, edit: Edit) -> Table:
    table = titled_table("Markers")
    for name in ("in", "frames", "marker", "color", "on"):
        table.add_column(name, justify="right" if name == "frames" else "left")
    table.add_column("note")
    for marker in inspection.markers:
        on = marker.on if isinstance(marker.on, str) else inspection.clips[marker.on].name
        table.add_row(
            edit.timecode(marker.frame / edit.rate),
            str(marker.duration_frames),
            SafeLine(marker.name, style="cyan" if marker.ours else ""),
            marker.color,
            SafeLine(on),
            SafeLine(marker.note.replace("\n", " · "), no_wrap=True, overflow="ellipsis"),
        )
    return table


def _file_name(media: str | None) -> str:
    """Return the last part of a path of any system; the whole one is in the JSON."""
    return re.split(r"[/\\]", media)[-1] if media else ""


def _seconds(moment: Fraction) -> str:
    return f"{float(moment):.3f}"


def _summary(inspection: Inspection, edit: Edit) -> str:
    counting = " drop-frame" if inspection.drop_frame else ""
    hidden = f" ({inspection.hidden_markers} hidden)" if inspection.hidden_markers else ""
    return (
        f"{inspection.name}: {len(inspection.clips)} clip(s), {len(inspection.markers)} marker(s)"
        f"{hidden}, {float(edit.duration):.2f} s at {float(edit.rate):.6g}{counting} frames per"
        f" second, {len(inspection.problems)} problem(s)"
    )
