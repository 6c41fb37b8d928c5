"""The coverage of an edit as plain data, for programs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from shotlog.report._coverage import (
    CoverageTable,
    SameSizeCut,
    find_same_size_cuts,
    list_ordinary,
    make_coverage_table,
)
from shotlog.report._scenes import SceneCoverage, cover_scenes, trace_pace
from shotlog.schema import UNDEFINED, Family, Log, LoggedShot, nearest_frame


def describe_coverage(log: Log) -> dict[str, object]:
    """Return the coverage as values that JSON has.

    Frames count from the first one of the timeline, at its ``rate``. ``missing_sizes`` is null
    where the size of a shot is not known, as it may have any. ``facings`` counts shots by the side
    to which their one face is turned, and ``reverse_angles`` are pairs of shot numbers; a
    ``missing_facing`` is null where both sides are seen, or where too little is known. ``pace``
    holds for each shot the frame at which it starts and the average length of the five shots around
    it, in seconds.
    """
    shots = log.shots
    pace = trace_pace(log)
    return {
        "timeline": log.edit.name,
        "rate": str(log.edit.rate),
        "scenes_from": "markers" if log.edit.scene_starts else "colours",
        "scenes": [_scene(log, item) for item in cover_scenes(log)],
        "whole": _covered(
            shots,
            make_coverage_table(Family.SIZE, shots),
            make_coverage_table(Family.MOVE, shots),
            find_same_size_cuts(log),
        ),
        "pace": [
            {"frame": _frame(log, span.start), "average_seconds": _rounded(average)}
            for span, average in (pace.steps if pace else ())
        ],
        "problems": [problem.model_dump(mode="json") for problem in log.problems],
        "warnings": list(log.warnings),
    }


def _scene(log: Log, item: SceneCoverage) -> dict[str, object]:
    first, last = (item.first or 1) - 1, item.last or 0
    span = item.scene.timeline
    inside = [s for s in log.shots[first:last] if span.contains(s.shot.timeline.start)]
    return {
        "scene": item.scene.label,
        "timecode": item.timecode,
        "first_frame": _frame(log, span.start),
        "frames": _frame(log, span.end) - _frame(log, span.start),
        "first_shot": item.first,
        "last_shot": item.last,
        "confidence": round(item.scene.confidence, 3),
        "reasons": list(item.scene.reasons),
        **_covered(inside, item.sizes, item.moves, item.cuts),
        "facings": {side.value: count for side, count in item.reverses.facings.items()},
        "reverse_angles": [list(pair) for pair in item.reverses.pairs],
        "missing_facing": item.reverses.missing,
    }


def _covered(
    shots: Sequence[LoggedShot],
    sizes: CoverageTable,
    moves: CoverageTable,
    cuts: Iterable[SameSizeCut],
) -> dict[str, object]:
    lengths = [logged.shot.timeline.duration for logged in list_ordinary(shots)]
    return {
        "shots": len(lengths),
        "average_seconds": (
            _rounded(sum(lengths, Fraction(0)) / len(lengths)) if lengths else None
        ),
        "sizes": _counts(sizes),
        "known_sizes": sizes.known,
        "missing_sizes": list(sizes.unseen_labels) if sizes.all_known else None,
        "moves": _counts(moves),
        "same_size_cuts": [vars(cut) for cut in cuts],
    }


def _counts(table: CoverageTable) -> dict[str, int]:
    return {line.name: line.shots for line in table.lines if line.name != UNDEFINED}


def _frame(log: Log, moment: Fraction) -> int:
    return nearest_frame(moment, log.edit.rate)


def _rounded(seconds: Fraction) -> float:
    return round(float(seconds), 3)
