"""Accuracy of the built-in tier on labelled footage, each figure beside a trivial baseline.

    python benchmarks/accuracy.py [--data DIR] [--json]

``DIR`` is any folder with a ``labels.csv`` (columns: file, task, label, alt, confidence,
source_group, cuts, graduals, ignore, faces, kind; tasks ``cuts``, ``timeline``, ``camera`` and
``scale``). Cuts are judged by ``cuts_truth.py``, moves by ``moves.py``, sizes by ``sizes.py``;
those commands tell each answer. What leaving one source out changes is the spread over folds.

JSON: ``cuts_f1`` and ``cuts_ms`` (processor milliseconds a frame, of an analysis without
analyzers), ``cuts_f1_NAME`` and ``cuts_ms_NAME`` for every other cut finder that is installed
(``cuts_f1_adaptive``), ``moves_macro_f1``, ``moves_macro_f1_majority``,
``moves_macro_f1_random``, ``moves_opposite`` (clips that are given the opposite direction),
``moves_ece`` (``calibration_error`` in ``moves.py``), ``sizes_macro_f1_faces``,
``sizes_macro_f1_majority``, ``sizes_answered`` (share of all stills), ``sizes_right_of_answered``
and ``sizes_right_with_face`` (share of the answered stills, of those with a face, that are right or
also right), ``sizes_clips_answered`` and ``sizes_clips_right`` (the same of the clips of
``sizes.csv``, which lies beside ``labels.csv``), and the tables. A figure whose task has no
labelled file is null.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from cuts import OURS, answers, finders, look
from cuts_truth import Labels, Score, Truth, judge, read_labels
from labels import DEFAULT, footage
from move_data import filmed, view_of
from moves import answer
from moves import report as move_report
from rich.console import Console
from rich.progress import track
from rich.table import Table
from size_data import clip_sizes, evidence, look_through, stills
from sizes import LOOKS, claim, part
from sizes import Answer as SizeAnswer

from shotlog.analyzers.move import MoveAnalyzer
from shotlog.analyzers.size import FITTED_SCALE
from shotlog.schema import UNDEFINED

Report = dict[str, Any]


def cuts(data: Path, console: Console) -> Report:
    """Return the figures and the cost of every cut finder on all film."""
    root, rows = read_labels(data)
    chosen = finders()
    seconds: dict[str, float] = {}
    frames = 0
    totals: dict[str, Score] = {}
    without: dict[str, Score] = {row.source: Score() for row in rows}
    for row in track(rows, "Cuts", console=console):
        truth = Truth.of(row.cuts, row.graduals, row.ignored)
        seen = look(root / row.file, chosen)
        frames += len(seen.starts) - 1
        for name, found in answers(seen):
            score = judge(found, truth)
            seconds[name] = seconds.get(name, 0.0) + seen.seconds[name]
            totals.setdefault(name, Score()).add(score)
            if name == OURS:
                _add_elsewhere(without, row, score)
    spread = [f for score in without.values() if (f := score.figures()["f1"]) is not None]
    return {
        "files": len(rows),
        "finders": {
            name: score.figures() | {"ms": round(1000 * seconds[name] / frames, 2)}
            for name, score in totals.items()
        },
        "f1_without_one_source": [min(spread), max(spread)] if spread else None,
    }


def _add_elsewhere(without: Mapping[str, Score], row: Labels, score: Score) -> None:
    for source, total in without.items():
        if source != row.source:
            total.add(score)


def moves(data: Path, console: Console) -> Report | None:
    """Return the figures of camera moves on the labelled clips."""
    analyzer = MoveAnalyzer()
    said = [
        answer(clip, analyzer.conclude(view_of(footage(data) / clip.file)))
        for clip in track(filmed(data), "Moves", console=console)
    ]
    return move_report(said) if said else None


def sizes(data: Path, console: Console) -> Report | None:
    """Return the figures of shot sizes on the labelled stills, each shown for one second."""
    said = [
        SizeAnswer(still, claim(evidence(still.pixels, LOOKS), FITTED_SCALE))
        for still in track(list(stills(data)), "Sizes", console=console)
    ]
    if not said:
        return None
    faces = [a for a in said if a.still.face]
    return {
        "with_face": part(faces) if faces else None,
        "all": part(said),
        "clips": clip_report(data, console),
    }


def clip_report(data: Path, console: Console) -> Report | None:
    """Return how many of the clips of ``sizes.csv`` are answered, and rightly."""
    labelled = clip_sizes(data)
    answered, right, misses = 0, 0, {}
    for clip in track(labelled, "Sizes of clips", console=console):
        said = claim(look_through(footage(data) / clip.path), FITTED_SCALE)
        if said.label == UNDEFINED:
            continue
        answered += 1
        if said.label in (clip.label, *clip.also):
            right += 1
        else:
            misses[clip.path] = f"{clip.label} {said.label} {said.confidence:.2f}"
    if not labelled:
        return None
    return {"n": len(labelled), "answered": answered, "right": right, "misses": misses}


def figures(found: Mapping[str, Report | None]) -> Report:
    """Return the named figures, then the tables that they come from."""
    by_finder = (found["cuts"] or {}).get("finders", {})
    move, size = found["moves"] or {}, found["sizes"] or {}
    faces, every = size.get("with_face") or {}, size.get("all") or {}
    clips = size.get("clips") or {}
    return {
        **_cut_figures(by_finder),
        "moves_macro_f1": move.get("macro_f1"),
        "moves_macro_f1_majority": (move.get("majority") or {}).get("macro_f1"),
        "moves_macro_f1_random": move.get("macro_f1_random"),
        "moves_opposite": move.get("opposite"),
        "moves_ece": move.get("ece"),
        "sizes_macro_f1_faces": faces.get("macro_f1"),
        "sizes_macro_f1_majority": faces.get("macro_f1_always_most_frequent"),
        "sizes_answered": _share(every.get("answered"), every.get("n")),
        "sizes_right_of_answered": _share_right(every),
        "sizes_right_with_face": _share_right(faces),
        "sizes_clips_answered": _share(clips.get("answered"), clips.get("n")),
        "sizes_clips_right": _share(clips.get("right"), clips.get("answered")),
        **found,
    }


def _share(some: int | None, every: int | None) -> float | None:
    return some / every if some is not None and every else None


def _share_right(part: Report) -> float | None:
    """Return the share of the answers that are right or also right."""
    if not part:
        return None
    return _share(part["hits"] + part["hits_also_right"], part["answered"])


def _cut_figures(by_finder: Mapping[str, Mapping[str, Any]]) -> Report:
    found: Report = {"cuts_f1": None, "cuts_ms": None, "cuts_f1_transnet": None}
    for name, row in by_finder.items():
        of = "" if name == OURS else f"_{name}"
        found |= {f"cuts_f1{of}": row["f1"], f"cuts_ms{of}": row["ms"]}
    return found


def show(console: Console, report: Report) -> None:
    """Print every figure and table for people."""
    summary = Table("figure", "value")
    for name, value in report.items():
        if value is None or isinstance(value, float):
            summary.add_row(name, "-" if value is None else f"{value:.3f}")
        elif isinstance(value, int):
            summary.add_row(name, str(value))
    console.print(summary)
    if report["cuts"]:
        table = Table("cuts", "right", "false", "missed", "precision", "recall", "f1", "ms")
        for name, row in report["cuts"]["finders"].items():
            table.add_row(name, *(str(value) for value in row.values()))
        console.print(table)
    if report["moves"]:
        _show_classes(console, "move", report["moves"]["classes"], report["moves"]["confusion"])
    faces = (report["sizes"] or {}).get("with_face")
    if faces:
        _show_classes(console, "size (with a face)", faces["labels"], faces["confusion"])


def _show_classes(
    console: Console, title: str, rows: Mapping[str, Any], confusion: Mapping[str, Any]
) -> None:
    table = Table(title, "n", "precision", "recall", "f1", "said to be")
    for name, row in rows.items():
        said = ", ".join(f"{guess} {n}" for guess, n in confusion.get(name, {}).items())
        numbers = (f"{row[key]:.2f}" for key in ("precision", "recall", "f1"))
        table.add_row(name, str(row["n"]), *numbers, said)
    console.print(table)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=DEFAULT)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    console = Console(stderr=options.json)
    parts: dict[str, Callable[[Path, Console], Report | None]] = {
        "cuts": cuts, "moves": moves, "sizes": sizes,
    }  # fmt: skip
    report = figures({name: ask(options.data, console) for name, ask in parts.items()})
    if options.json:
        sys.stdout.write(json.dumps(report, indent=2) + "\n")
    else:
        show(console, report)


if __name__ == "__main__":
    main()
