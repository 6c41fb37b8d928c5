"""How well cuts are found, beside PySceneDetect: ``python benchmarks/cuts.py --data DIR [--json]``.

``DIR`` is any folder with a ``labels.csv`` of the layout that ``cuts_truth.py`` reads. All
detectors see the same decode in one run; PySceneDetect's have their own defaults, and pictures of
256 pixels, which is what it scales to by itself.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from cuts_truth import Labels, Range, Score, Truth, judge, read_labels
from scenedetect import AdaptiveDetector, ContentDetector, FrameTimecode

from shotlog.media import CutMeasure, FrameReader, find_cuts, probe
from shotlog.schema.evidence import FrameNeed, Picture, Row, Track
from shotlog.schema.ranges import MediaReference
from shotlog.schema.times import TimeRange

OURS, BASELINES = "shotlog", {"adaptive": AdaptiveDetector, "content": ContentDetector}
BASELINE_NEED = FrameNeed(width=256, height=256, pixels="rgb")
WHOLE = TimeRange(start=Fraction(0), duration=Fraction(24 * 3600))


@dataclass
class Seen:
    """One decode of a file.

    Attributes:
        starts: Start of every frame, and the end of the last.
        track: Our rows.
        said: By detector, the frames at which PySceneDetect cuts.
        spent: Processor seconds that our rows took.
    """

    starts: list[Fraction]
    track: Track
    said: dict[str, list[int]]
    spent: float


def look(path: Path) -> Seen:
    """Decodes a file once, for everyone."""
    media = probe(MediaReference(path=str(path)))
    if media.video is None:
        raise ValueError(f"{path} has no picture")
    measure, tick, rate = CutMeasure(), media.video.tick, float(media.video.rate)
    observer, rows, starts, spent = (
        measure.observer(),
        list[Row](),
        list[Fraction](),
        0.0,
    )
    detectors = {name: made() for name, made in BASELINES.items()}
    said: dict[str, list[int]] = {name: [] for name in detectors}
    for number, frame in enumerate(FrameReader(media, [WHOLE])):
        picture = Picture(int(frame.start / tick), frame.start, frame.pixels(measure.need))
        begun = time.thread_time()
        rows += observer.see(picture)
        spent += time.thread_time() - begun
        bgr = np.ascontiguousarray(frame.pixels(BASELINE_NEED)[..., ::-1])
        for name, detector in detectors.items():
            found = detector.process_frame(FrameTimecode(number, fps=rate), bgr)
            said[name] += [cut.frame_num for cut in found]
        starts[-1:] = [frame.start, frame.end]
    return Seen(starts, Track.of(tick, rows, len(measure.columns)), said, spent)


def answers(seen: Seen) -> Iterator[tuple[str, list[Range]]]:
    """By detector, the first and last frames of the changes it found."""
    number = {start: index for index, start in enumerate(seen.starts)}
    cuts = find_cuts(seen.track, TimeRange.between(Fraction(0), seen.starts[-1]))
    yield (
        OURS,
        [
            (
                number[cut.span.start],
                max(number[cut.span.start], number[cut.span.end] - 1),
            )
            for cut in cuts
        ],
    )
    for name, frames in seen.said.items():
        yield name, [(frame, frame) for frame in frames]


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    root, rows = read_labels(options.data)
    totals = {name: Score() for name in (OURS, *BASELINES)}
    files, frames, spent = [], 0, 0.0
    for row in rows:
        seen = look(root / row.file)
        frames, spent = frames + len(seen.starts) - 1, spent + seen.spent
        truth = Truth.of(row.cuts, row.graduals, row.ignored)
        scores = {name: judge(found, truth) for name, found in answers(seen)}
        for name, score in scores.items():
            totals[name].add(score)
        files.append(_entry(row, scores))
        if not options.json:
            _show(row.file, scores)
    total = {name: score.figures() for name, score in totals.items()}
    cost = round(spent / max(1, frames) * 1000, 3)
    if options.json:
        report = {
            "files": files,
            "total": total,
            "frames": frames,
            "ms_per_frame": cost,
        }
        print(json.dumps(report, indent=2))
    else:
        _show(f"all {len(rows)} files, {frames} frames, {cost} ms per frame", totals)


def _entry(row: Labels, scores: dict[str, Score]) -> dict[str, object]:
    figures = {name: score.figures() | {"wrong": score.wrong} for name, score in scores.items()}
    return {"file": row.file, **figures}


def _show(title: str, scores: dict[str, Score]) -> None:
    if all(score.right + score.false + score.missed == 0 for score in scores.values()):
        return
    print(title)
    for name, score in scores.items():
        parts = "  ".join(f"{key} {value}" for key, value in score.figures().items())
        print(f"  {name:9} {parts}  {' '.join(score.wrong)}", flush=True)


if __name__ == "__main__":
    main()
