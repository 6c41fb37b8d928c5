"""Tables and JSON of quality control."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from rich.table import Table

from shotlog.cli.output import SafeLine, titled_table
from shotlog.delivery.qc import CheckedFile, Defect, Figure, QualityProfile
from shotlog.schema import nearest_frame, readable, timecode

_COLOURS = {"error": "red", "warning": "yellow"}


def defect_table(checked: CheckedFile) -> Table:
    """Return the defects of a file, with their timecode from its first frame."""
    table = titled_table(Path(checked.path).name)
    for name in ("", "at", "length", "check", "defect"):
        table.add_column(name)
    for defect in checked.defects:
        span = defect.range
        track = "" if defect.track is None else f" (sound {defect.track})"
        table.add_row(
            SafeLine(defect.severity, _COLOURS[defect.severity]),
            _at(checked, span.start) if span else "whole",
            f"{float(span.duration):.2f} s" if span else "",
            defect.check,
            SafeLine(defect.message + track),
        )
    return table


def verdict_line(checked: CheckedFile) -> SafeLine:
    """Return whether a file passed, and what was measured, in a line."""
    word = ("passed ", "green") if checked.passed else ("not passed ", "red")
    shown = [_figure(figure) for figure in checked.figures]
    facts = "".join(f" · {text}" for text in shown)
    length = f"{float(checked.duration or 0):.2f} s"
    return SafeLine.assemble(word, (Path(checked.path).name, "bold"), f": {length}{facts}")


def limit_table(profile: QualityProfile) -> Table:
    """Return the checks of a profile, each with its limits and their source."""
    table = titled_table(f"{profile.name}: {profile.title}")
    for name in ("check", "finds", "limits", "by"):
        table.add_column(name, overflow="fold")
    for check in profile.checks:
        limits = ", ".join(f"{key} = {value}" for key, value in check.model_dump().items())
        table.add_row(check.name, check.summary, SafeLine(limits), check.source)
    return table


def checked_json(profile: QualityProfile, checked: Sequence[CheckedFile]) -> dict[str, Any]:
    """Return everything that was found, as JSON: exact times, and frames from 0."""
    return {
        "profile": profile.name,
        "passed": all(each.passed for each in checked),
        "files": [_file(each) for each in checked],
    }


def _file(checked: CheckedFile) -> dict[str, Any]:
    told = checked.model_dump(mode="json", exclude={"defects"})
    told["path"] = readable(checked.path)
    defects = [_defect(checked, defect) for defect in checked.defects]
    return {**told, "passed": checked.passed, "defects": defects}


def _defect(checked: CheckedFile, defect: Defect) -> dict[str, Any]:
    told = defect.model_dump(mode="json")
    if defect.range is not None and checked.rate is not None:
        told["frame"] = nearest_frame(defect.range.start, checked.rate)
        told["timecode"] = _at(checked, defect.range.start)
    return told


def _at(checked: CheckedFile, moment: Fraction) -> str:
    rate = checked.rate
    if rate is None:
        return f"{float(moment):.2f} s"
    return timecode(nearest_frame(moment, rate), rate)


def _figure(figure: Figure) -> str:
    value = "none" if figure.value is None else f"{figure.value:.1f} {figure.unit}"
    return f"{figure.name} {value}"
