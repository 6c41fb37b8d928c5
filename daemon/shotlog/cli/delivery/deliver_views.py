"""Plans and results of recipes, for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.table import Table

from shotlog.cli.output import SafeLine, titled_table
from shotlog.delivery.recipe import (
    CheckedClips,
    FilmClips,
    FilmTexts,
    PlannedStage,
    RenderedClips,
    StageReport,
    UploadedClips,
)
from shotlog.schema import Model, Reframing


def plan_table(planned: Sequence[PlannedStage]) -> Table:
    """Return a table of the stages before they run."""
    table = titled_table("what would be done")
    for name in ("stage", "", "result"):
        table.add_column(name)
    for each in planned:
        table.add_row(each.stage, each.told, "kept" if each.kept else "to be made")
    return table


def result_line(stage: str, result: Model, report: StageReport) -> SafeLine:
    """Return a line about a stage that is done."""
    how = "kept" if report.kept else f"{report.seconds:.1f} s"
    return SafeLine.assemble((f"{stage}: ", "green"), f"{_told(result)} ({how})")


def summary_table(made: Mapping[str, Model]) -> Table:
    """Return a table of the finished files."""
    table = titled_table("files")
    for name in ("file", "length", "size", "quality", "sent to"):
        table.add_column(name)
    rendered, checked, sent = (made.get(name) for name in ("render", "qc", "upload"))
    passed = (
        {file.path: "passed" if file.passed else "not passed" for file in checked.files}
        if isinstance(checked, CheckedClips)
        else {}
    )
    places = (
        {file.path: file.address for file in sent.files} if isinstance(sent, UploadedClips) else {}
    )
    for clip in rendered.clips if isinstance(rendered, RenderedClips) else ():
        if clip.file is None:
            table.add_row(clip.clip.name, "", "", "not made", "")
            continue
        width, height = clip.file.size
        seconds = float(clip.file.frames / clip.file.rate)
        path = clip.file.path
        table.add_row(
            Path(path).name,
            f"{seconds:.1f} s",
            f"{width}x{height}",
            passed.get(path, ""),
            places.get(path, ""),
        )
    return table


def _told(result: Model) -> str:
    if isinstance(result, FilmClips):
        return f"{len(result.clips)} clip(s)"
    if isinstance(result, Reframing):
        keys = sum(len(path.keys) for path in result.paths)
        lost = sum(bool(path.lost) for path in result.paths)
        return f"{keys} key frame(s), {lost} clip(s) without subject"
    if isinstance(result, FilmTexts):
        return f"{len(result.texts)} subtitle(s)"
    if isinstance(result, RenderedClips):
        return f"{sum(each.file is not None for each in result.clips)} file(s)"
    if isinstance(result, CheckedClips):
        passed = sum(file.passed for file in result.files)
        return f"{passed} of {len(result.files)} file(s) passed"
    if isinstance(result, UploadedClips):
        return f"{sum(bool(file.address) for file in result.files)} file(s) sent"
    return ""
