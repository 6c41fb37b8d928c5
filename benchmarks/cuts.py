"""How well cuts are found, beside PySceneDetect's detectors, on any folder with a labels.csv.

    python benchmarks/cuts.py --data DIR [--json]

``DIR/labels.csv`` has one row per file; the columns ``cuts`` (frame numbers of first frames of new
shots), ``graduals`` (``kind:first-last`` joined by ``|``) and ``ignore`` (ranges) are the truth.
Files of the tasks ``cuts``, ``timeline`` and ``camera`` count; those of ``camera`` hold no cut.

What counts as a hit: a change within two frames of a hard cut, or one whose span overlaps a
gradual change. Graduals that touch a hard cut or each other are one change. A second change on
the same truth is false, and so is one on nothing, except within ``ignore``.
"""

from __future__ import annotations

import argparse
import csv
import json
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import numpy as np
from scenedetect import AdaptiveDetector, ContentDetector, FrameTimecode

from shotlog.media.cuts import CutMeasure, find_cuts
from shotlog.media.frames import FrameReader
from shotlog.media.probe import probe
from shotlog.schema.evidence import FrameNeed, Picture, Pixels, Row, Track
from shotlog.schema.ranges import MediaReference
from shotlog.schema.times import TimeRange

TASKS = ("cuts", "timeline", "camera")
TOLERANCE = 2
BASELINE_NEED = FrameNeed(width=256, height=256, pixels="rgb")
"""PySceneDetect scales to 256 pixels of width by itself."""

Range = tuple[int, int]


@dataclass(frozen=True)
class Truth:
    """What a row of labels.csv says: ranges of frames, first and last."""

    changes: list[Range]
    ignored: list[Range]

    @classmethod
    def of(cls, row: dict[str, str]) -> Truth:
        """Reads the columns ``cuts``, ``graduals`` and ``ignore``."""
        hard = [(int(frame),) * 2 for frame in row["cuts"].split()]
        gradual = [_range(item.split(":")[1]) for item in _items(row["graduals"])]
        merged: list[Range] = []
        for first, last in sorted(gradual):
            if merged and first <= merged[-1][1] + 1:
                merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
            else:
                merged.append((first, last))
        changes = []
        for first, last in merged:
            touching = [cut for cut, _ in hard if first - 1 <= cut <= last + 1]
            hard = [cut for cut in hard if cut[0] not in touching]
            changes.append((min([first, *touching]), max([last, *touching])))
        changes += [(cut - TOLERANCE, cut + TOLERANCE) for cut, _ in hard]
        return cls(sorted(changes), [_range(item.split()[0]) for item in _items(row["ignore"])])


def _items(text: str) -> list[str]:
    return [item.strip() for item in text.split("|") if item.strip()]


def _range(text: str) -> Range:
    first, last = text.split("-")
    return int(first), int(last)


@dataclass
class Score:
    """Counts of right, false and missed changes."""

    right: int = 0
    false: int = 0
    missed: int = 0
    exact: int = 0
    wrong: list[str] = field(default_factory=list)

    def add(self, other: Score) -> None:
        """Adds the counts of another file."""
        self.right += other.right
        self.false += other.false
        self.missed += other.missed

    def figures(self) -> dict[str, float | int | None]:
        """Counts and rates; None for a rate of nothing."""
        said, true = self.right + self.false, self.right + self.missed
        return {
            "right": self.right,
            "false": self.false,
            "missed": self.missed,
            "precision": round(self.right / said, 4) if said else None,
            "recall": round(self.right / true, 4) if true else None,
            "f1": round(2 * self.right / (said + true), 4) if said + true else None,
        }


def judge(found: Iterable[Range], truth: Truth) -> Score:
    """Compares what was found (first and last frame of each change) with the truth."""
    score = Score()
    open_changes = list(truth.changes)
    for first, last in found:
        met = [change for change in truth.changes if change[0] <= last and first <= change[1]]
        fresh = [change for change in met if change in open_changes]
        open_changes = [change for change in open_changes if change not in met]
        score.right += len(fresh)
        ignored = any(a <= last and first <= b for a, b in truth.ignored)
        if not fresh and (met or not ignored):
            score.false += 1
            score.wrong.append(f"+{first}" if first == last else f"+{first}-{last}")
    score.missed = len(open_changes)
    score.wrong += [f"-{a}-{b}" for a, b in open_changes]
    return score


@dataclass
class Seen:
    """One decode of a file: our rows and what the baselines said."""

    starts: list[Fraction]
    end: Fraction
    track: Track
    baselines: dict[str, list[int]]
    seconds: float


def look(path: Path) -> Seen:
    """Decodes a file once for everyone."""
    media = probe(MediaReference(path=str(path)))
    if media.video is None:
        raise ValueError(f"{path} has no picture")
    measure, tick = CutMeasure(), media.video.tick
    observer, rows, starts, spent = measure.observer(), list[Row](), list[Fraction](), 0.0
    baselines = {"adaptive": AdaptiveDetector(), "content": ContentDetector()}
    said: dict[str, list[int]] = {name: [] for name in baselines}
    end = Fraction(0)
    whole = TimeRange(start=Fraction(0), duration=(media.video.duration or Fraction(0)) + 3600)
    for number, frame in enumerate(FrameReader(media, [whole])):
        pixels = frame.pixels(measure.need)
        begun = time.process_time()
        rows += observer.see(Picture(int(frame.start / tick), frame.start, pixels))
        spent += time.process_time() - begun
        large: Pixels = np.ascontiguousarray(frame.pixels(BASELINE_NEED)[..., ::-1])
        for name, detector in baselines.items():
            moment = FrameTimecode(number, fps=float(media.video.rate))
            said[name] += [cut.frame_num for cut in detector.process_frame(moment, large)]
        starts.append(frame.start)
        end = frame.end
    return Seen(starts, end, Track.of(tick, rows, len(measure.columns)), said, spent)


def frames_of(seen: Seen) -> Iterator[Range]:
    """Our cuts of a file, as frame numbers."""
    number = {start: index for index, start in enumerate(seen.starts)}
    number[seen.end] = len(seen.starts)
    whole = TimeRange.between(Fraction(0), seen.end)
    for cut in find_cuts(seen.track, whole):
        if cut.span.duration:
            yield number[cut.span.start], number[cut.span.end] - 1
        else:
            yield number[cut.at], number[cut.at]


def main() -> None:
    """Runs the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    data = options.data if (options.data / "labels.csv").is_file() else options.data / "video"
    with (data / "labels.csv").open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["task"] in TASKS]
    files, totals = [], {name: Score() for name in ("shotlog", "adaptive", "content")}
    frames, spent = 0, 0.0
    for row in rows:
        seen, truth = look(data / row["file"]), Truth.of(row)
        found: dict[str, Iterable[Range]] = {"shotlog": frames_of(seen)}
        found |= {name: [(cut, cut) for cut in cuts] for name, cuts in seen.baselines.items()}
        scores = {name: judge(ranges, truth) for name, ranges in found.items()}
        for name, score in scores.items():
            totals[name].add(score)
        frames, spent = frames + len(seen.starts), spent + seen.seconds
        files.append({"file": row["file"]} | {n: s.figures() for n, s in scores.items()})
        if not options.json and any(
            score.right + score.false + score.missed for score in scores.values()
        ):
            print(row["file"])
            for name, score in scores.items():
                print(f"  {_line(name, score)}  {' '.join(score.wrong)}")
    cost = round(spent / max(1, frames) * 1000, 3)
    if options.json:
        total = {name: score.figures() for name, score in totals.items()}
        print(json.dumps({"files": files, "total": total, "ms_per_frame": cost}, indent=2))
    else:
        print(f"{len(rows)} files, {frames} frames, {cost} ms per frame to measure")
        for name, score in totals.items():
            print(f"  {_line(name, score)}")


def _line(name: str, score: Score) -> str:
    parts = "  ".join(f"{key} {value}" for key, value in score.figures().items())
    return f"{name:9} {parts}"


if __name__ == "__main__":
    main()
