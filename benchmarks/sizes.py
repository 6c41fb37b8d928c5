"""Accuracy of shot sizes: ``python benchmarks/sizes.py --data DIR [--json]``.

Each labelled still is a shot of two samples. ``shipped`` uses the boundaries as they stand;
``unseen`` fits them anew without the footage that the still is from. An abstention is an answer
that hits no label. Hits on a label that was called right as well are counted apart. Clips of one
shot, which carry no size label, show how steady the answers are: whether each look alone, and each
half of the clip, says what the whole says.
"""

from __future__ import annotations

import argparse
import json
import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from statistics import fmean
from typing import Any

from fit_size import Sample, fit, samples
from size_data import Evidence, Still, clips, evidence, stills

from shotlog.analyzers.faces import FaceMeasure
from shotlog.analyzers.size import FAR_TO_NEAR, FITTED_SCALE, Scale, SizeAnalyzer
from shotlog.analyzers.whole_picture import WholePictureAnalyzer
from shotlog.schema import (
    UNDEFINED,
    Claim,
    ClipRange,
    Media,
    Shot,
    ShotView,
    TimeMap,
    TimeRange,
)

LOOKS = 2


@dataclass(frozen=True)
class Answer:
    """The leading claim for a still."""

    still: Still
    claim: Claim


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    every = list(stills(options.data))
    known = list(samples(every))
    by_path = {still.path: evidence(still.pixels, LOOKS) for still in every}
    scales = {"shipped": lambda _: FITTED_SCALE, "unseen": _folds(every, known)}
    report = {
        name: _report([Answer(s, claim(by_path[s.path], scale_for(s))) for s in every])
        for name, scale_for in scales.items()
    }
    steadiness = _steadiness(dict(clips(options.data)))
    if options.json:
        print(json.dumps({**report, "steadiness": steadiness}, indent=1))
    else:
        print(_text(report))
        print("\nclips of one shot")
        print("\n".join(f"  {name}: {value}" for name, value in steadiness.items()))


def _folds(every: Sequence[Still], known: Sequence[Sample]) -> Callable[[Still], Scale]:
    by_source = {
        source: fit([sample for sample in known if sample.source != source])
        for source in {still.source for still in every}
    }
    return lambda still: by_source[still.source]


def claim(rows: Evidence, scale: Scale) -> Claim:
    """Return the leading claim for a still or a clip, given the rows of the measures."""
    series = rows[FaceMeasure.name]
    length = TimeRange(start=Fraction(0), duration=max(1, len(series)) * series.tick)
    view = ShotView(
        shot=Shot(id="still", clip="still", source=length, core=length, timeline=length),
        clip=ClipRange(
            id="still",
            name="still",
            media=None,
            source=length,
            timeline=length,
            time_map=TimeMap(timeline_start=Fraction(0), source_start=Fraction(0)),
        ),
        media=Media(path="still", content_id="still", container="still", video=None, audio=None),
        series=rows,
    )
    # Where faces decide, the picture as a whole claims nothing; else faces abstain.
    return [*WholePictureAnalyzer().conclude(view), *SizeAnalyzer(scale).conclude(view)][0]


def _steadiness(by_path: Mapping[str, Evidence]) -> dict[str, Any]:
    """Return the share of parts of a clip that have the size of the whole, where that has known."""
    said: dict[str, str] = {}
    looks_alike: list[bool] = []
    halves_alike: list[bool] = []
    for path, rows in by_path.items():
        whole = claim(rows, FITTED_SCALE).label
        if whole == UNDEFINED:
            continue
        said[path] = whole
        pictures = len(rows[FaceMeasure.name])
        ends = [0, pictures // 2, pictures]
        halves = [_part_of(rows, a, b) for a, b in pairwise(ends) if b > a]
        singles = [_part_of(rows, at, at + 1) for at in range(pictures)]
        halves_alike += [part == whole for part in halves if part != UNDEFINED]
        looks_alike += [part == whole for part in singles if part != UNDEFINED]
    return {
        "clips": len(by_path),
        "answered": len(said),
        "looks_alike": f"{sum(looks_alike)} of {len(looks_alike)}",
        "halves_alike": f"{sum(halves_alike)} of {len(halves_alike)}",
        "said": said,
    }


def _part_of(rows: Evidence, first: int, last: int) -> str:
    """Return the size by the pictures of faces from one to another, and what lies among them."""
    faces = rows[FaceMeasure.name]
    seconds = TimeRange.between(
        faces.seconds(int(faces.first[first])), faces.seconds(int(faces.last[last - 1]) + 1)
    )
    return claim(
        {name: series.within(seconds) for name, series in rows.items()}, FITTED_SCALE
    ).label


def _report(answers: Sequence[Answer]) -> dict[str, Any]:
    with_face = [a for a in answers if a.still.face]
    parts = {
        "with_face": with_face,
        "without_face": [a for a in answers if not a.still.face],
        "sure_labels_with_face": [a for a in with_face if a.still.confidence >= 0.9],
    }
    # No figure is defined for an empty part: a mean of nothing has no value.
    return {name: part(some) for name, some in parts.items() if some}


def part(answers: Sequence[Answer]) -> dict[str, Any]:
    """Return every figure about some of the answers."""
    truth = [a.still.label for a in answers]
    said = [a.claim.label for a in answers]
    labels = [name for name in FAR_TO_NEAR if name in truth or name in said]
    present = [name for name in labels if name in truth]
    answered = [a for a in answers if a.claim.label != UNDEFINED]
    hits = sum(t == s for t, s in zip(truth, said, strict=True))
    most = max(truth.count(name) for name in present)
    figures = {name: _figures(name, truth, said) for name in labels}
    return {
        "n": len(answers),
        "answered": len(answered),
        "hits": hits,
        "hits_also_right": sum(a.claim.label in a.still.also for a in answers),
        "macro_f1": fmean(figures[name]["f1"] for name in present),
        "macro_f1_always_most_frequent": 2 * most / (most + len(truth)) / len(present),
        "macro_f1_at_random": fmean(
            2
            * (p := truth.count(name) / len(truth))
            / len(FAR_TO_NEAR)
            / (p + 1 / len(FAR_TO_NEAR))
            for name in present
        ),
        "labels": figures,
        "confusion": {
            name: dict(Counter(s for t, s in zip(truth, said, strict=True) if t == name))
            for name in present
        },
        "calibration": _calibration(answered),
        "misses": {
            a.still.path: f"{a.still.label} {a.claim.label} {a.claim.confidence:.2f}"
            for a in answered
            if a.claim.label != a.still.label
        },
    }


def _figures(name: str, truth: Sequence[str], said: Sequence[str]) -> dict[str, float]:
    both = sum(t == s == name for t, s in zip(truth, said, strict=True))
    n, claimed = truth.count(name), said.count(name)
    return {
        "n": n,
        "precision": both / claimed if claimed else 0.0,
        "recall": both / n if n else 0.0,
        "f1": 2 * both / (n + claimed),
    }


def _calibration(answered: Sequence[Answer]) -> dict[str, float]:
    if not answered:
        return {}
    return {
        "mean_confidence": fmean(a.claim.confidence for a in answered),
        "accuracy": fmean(a.claim.label == a.still.label for a in answered),
        "accuracy_also_right": fmean(
            a.claim.label in (a.still.label, *a.still.also) for a in answered
        ),
        "log_loss": fmean(-math.log(max(a.claim.scores[a.still.label], 1e-9)) for a in answered),
    }


def _text(report: Mapping[str, Any]) -> str:
    lines = []
    for scale, parts in report.items():
        for name, part in parts.items():
            lines.append(
                f"\n{scale}, {name.replace('_', ' ')}: n {part['n']}, answered {part['answered']}, "
                f"hits {part['hits']} (+{part['hits_also_right']} also right), "
                f"macro-F1 {part['macro_f1']:.2f} (most frequent "
                f"{part['macro_f1_always_most_frequent']:.2f}, random "
                f"{part['macro_f1_at_random']:.2f})"
            )
            lines.extend(
                f"  {label:4} n {f['n']:2}  precision {f['precision']:.2f}  "
                f"recall {f['recall']:.2f}  F1 {f['f1']:.2f}  said {part['confusion'].get(label)}"
                for label, f in part["labels"].items()
            )
            calibration = ", ".join(f"{k} {v:.2f}" for k, v in part["calibration"].items())
            lines.append(f"  {calibration}".replace("_", " "))
            lines.extend(f"  miss: {path}: {what}" for path, what in part["misses"].items())
    return "\n".join(lines).strip()


if __name__ == "__main__":
    main()
