"""Passages and explanations of moments, as tables and as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.console import Console, RenderableType

from shotlog.cli.output import SafeLine, at, titled_table
from shotlog.schema import Edit, Finding, Log

if TYPE_CHECKING:
    from shotlog.cli.highlights.options import ChosenPassages
    from shotlog.highlights import MomentExplainer
    from shotlog.selects import WrittenClip

_FIGURES = ("score", "viral", "compelling")


def passage_table(log: Log) -> RenderableType:
    """Return the table of passages, the best first."""
    if not log.highlights:
        return SafeLine("no passage stands out in this timeline", style="bold")
    table = titled_table(f"Passages of {log.edit.name}")
    for name in ("", "in", "out", "length", *_FIGURES):
        table.add_column(name, justify="right" if name in ("length", *_FIGURES) else "left")
    table.add_column("why", overflow="fold")
    for finding in log.highlights:
        span = finding.timeline
        table.add_row(
            SafeLine(finding.label),
            at(log.edit, span.start),
            at(log.edit, span.end),
            f"{float(span.duration):.2f} s",
            *(f"{finding.scores[name]:.1f}" for name in _FIGURES),
            SafeLine("; ".join(finding.reasons)),
        )
    return table


def passages_json(
    log: Log, chosen: ChosenPassages, clips: Sequence[WrittenClip] = ()
) -> dict[str, Any]:
    """Return the passages as JSON: exact times as fractions of seconds, and what was asked for.

    Args:
        log: The log with the passages.
        chosen: What was asked for.
        clips: Their video files.
    """
    files = {clip.group.key: clip for clip in clips}
    return {
        "timeline": log.edit.name,
        "rate": str(log.edit.rate),
        "weights": json.loads(chosen.weights.encode()),
        **chosen.facts,
        "backends": list(chosen.highlights.backends),
        "highlights": [
            _passage_json(log, finding) | _clip_json(files.get(finding.label))
            for finding in log.highlights
        ],
        "excitement": log.excitement and log.excitement.model_dump(mode="json"),
        "curves": {name: curve.model_dump(mode="json") for name, curve in log.curves.items()},
        "problems": [problem.model_dump(mode="json") for problem in log.problems],
        "warnings": [*chosen.notes, *log.warnings],
    }


def _passage_json(log: Log, finding: Finding) -> dict[str, Any]:
    span = finding.timeline
    return {
        "label": finding.label,
        "in": at(log.edit, span.start),
        "out": at(log.edit, span.end),
        "start": str(span.start),
        "duration": str(span.duration),
        **{name: finding.scores[name] for name in _FIGURES},
        "confidence": finding.confidence,
        "criteria": {k: v for k, v in finding.scores.items() if k not in _FIGURES},
        "reasons": list(finding.reasons),
        "provenance": finding.provenance.model_dump(mode="json"),
        "shots": [
            logged.shot.id for logged in log.shots if logged.shot.timeline.intersection(span)
        ],
    }


def _clip_json(clip: WrittenClip | None) -> dict[str, Any]:
    if clip is None or clip.path is None:
        return {}
    return {"file": clip.path.name, "begins_early": str(clip.early)}


def show_explanation(console: Console, edit: Edit, found: Sequence[MomentExplainer]) -> None:
    """Print a table of criteria and the verdict, for each highlighter."""
    for explainer in found:
        told = explainer.found
        if told is None:
            continue
        table = titled_table(f"{at(edit, told.moment)} of {edit.name}, by {explainer.name}")
        table.add_column("feature")
        for name in ("value", "z", "median", "half lies between", "weight"):
            table.add_column(name, justify="right", no_wrap=True)
        for each in told.criteria:
            low, middle, high = each.quartiles or (None, None, None)
            between = "" if low is None else f"{_number(low)} to {_number(high)}"
            z = "" if each.z is None else f"{each.z:+.1f}σ"
            table.add_row(
                each.name, _number(each.value), z, _number(middle), between, f"{each.weight:g}"
            )
        console.print(table)
        for name, share in (("grips", told.viral), ("holds", told.compelling)):
            known = "unknown" if share is None else f"as much as or more than {share:.1f} %"
            console.print(SafeLine(f"{name}: {known}{'' if share is None else ' of the timeline'}"))
        console.print(SafeLine(told.verdict, style="bold"), soft_wrap=True)


def _number(value: float | None) -> str:
    # Filters leave 1e-15 where nothing is.
    return "unknown" if value is None else f"{round(value, 4) + 0.0:.3g}"


def explanation_json(edit: Edit, found: Sequence[MomentExplainer]) -> list[dict[str, Any]]:
    """Return the explanations of all highlighters as JSON."""
    return [
        {
            "analyzer": explainer.name,
            "timecode": at(edit, explainer.found.moment),
            **asdict(explainer.found),
            "moment": str(explainer.found.moment),
        }
        for explainer in found
        if explainer.found is not None
    ]
