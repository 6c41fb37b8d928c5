"""Crops for people and for programs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rich.table import Table

from shotlog.cli.output import SafeLine, titled_table
from shotlog.schema import CropPath, Edit, Reframing
from shotlog_otio import WrittenCrops


def crops_table(reframing: Reframing, edit: Edit) -> Table:
    """Return a table of the clips with their key frames and their lost stretches."""
    table = titled_table(edit.name)
    for name in ("timecode", "clip", "key frames", "lost"):
        table.add_column(name)
    spans = {clip.id: clip.timeline for clip in edit.clips}
    for path in reframing.paths:
        lost = "; ".join(f"{edit.timecode(each.range.start)} {each.reason}" for each in path.lost)
        start = edit.timecode(spans[path.clip].start)
        table.add_row(start, path.name, str(len(path.keys)), lost)
    return table


def crops_line(reframing: Reframing, written: WrittenCrops | None, file: Path | None) -> SafeLine:
    """Return a line about all clips, and about the file that they were written to."""
    aspect = f"{reframing.aspect.numerator}:{reframing.aspect.denominator}"
    keys = sum(len(path.keys) for path in reframing.paths)
    lost = sum(bool(path.lost) for path in reframing.paths)
    told = f"{aspect}: {len(reframing.paths)} clip(s), {keys} key frame(s), {lost} without subject"
    if file is None or written is None:
        return SafeLine(told)
    kept = f", {len(written.kept)} kept as you edited them" if written.kept else ""
    return SafeLine.assemble(("wrote ", "green"), (str(file), "bold"), f": {told}{kept}")


def crops_json(
    reframing: Reframing, written: WrittenCrops | None, file: Path | None, edit: Edit
) -> dict[str, Any]:
    """Return crops with exact times, frames and timecodes."""
    return {
        "aspect": f"{reframing.aspect.numerator}:{reframing.aspect.denominator}",
        "backend": reframing.backend,
        "output": str(file) if file else None,
        "written": None if written is None else written.model_dump(mode="json"),
        "clips": [_clip_json(path, edit) for path in reframing.paths],
        "problems": [problem.model_dump(mode="json") for problem in reframing.problems],
        "warnings": list(reframing.warnings),
    }


def _clip_json(path: CropPath, edit: Edit) -> dict[str, Any]:
    told = path.model_dump(mode="json")
    for key, told_key in zip(path.keys, told["keys"], strict=True):
        told_key["frame"] = round(key.at * edit.rate)
        told_key["timecode"] = edit.timecode(key.at)
    return told
