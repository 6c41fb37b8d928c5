"""Accuracy of cuts, beside PySceneDetect: ``python benchmarks/cuts.py --data DIR [--json]``.

``DIR`` is any folder with a ``labels.csv`` of the layout that ``cuts_truth.py`` reads. Ours are
the cuts of a whole analysis; PySceneDetect's detectors see every frame, have their own defaults,
and pictures of 256 pixels, which is what it scales to by itself.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from cuts_truth import Labels, Range, Score, Truth, judge, read_labels
from scenedetect import AdaptiveDetector, ContentDetector, FrameTimecode

from shotlog.engine import Cache, analyze
from shotlog.media import FrameReader, probe
from shotlog.schema import (
    ClipRange,
    Cut,
    Edit,
    FrameNeed,
    Media,
    MediaReference,
    TimeMap,
    TimeRange,
    VideoStream,
)

OURS, BASELINES = "shotlog", {"adaptive": AdaptiveDetector, "content": ContentDetector}
BASELINE_NEED = FrameNeed(width=256, height=256, pixels="rgb")
WHOLE = TimeRange(start=Fraction(0), duration=Fraction(24 * 3600))


@dataclass
class Seen:
    """Cuts that were found in a file.

    Attributes:
        starts: Start of every frame, and the end of the last.
        cuts: Ours.
        said: By detector, the frames at which PySceneDetect cuts.
        labelled: Frames of the first picture stream, whose frames labels count, for each of the
            stream that was looked at: a file may hold the same film twice.
    """

    starts: list[Fraction]
    cuts: Sequence[Cut]
    said: dict[str, list[int]]
    labelled: Fraction


def look(path: Path) -> Seen:
    """Run every detector on a file."""
    media = probe(MediaReference(path=str(path)))
    if media.video is None:
        raise ValueError(f"{path} has no picture")
    rate, starts = float(media.video.rate), list[Fraction]()
    detectors = {name: made() for name, made in BASELINES.items()}
    said: dict[str, list[int]] = {name: [] for name in detectors}
    for number, frame in enumerate(FrameReader(media, [WHOLE])):
        bgr = np.ascontiguousarray(frame.pixels(BASELINE_NEED)[..., ::-1])
        for name, detector in detectors.items():
            found = detector.process_frame(FrameTimecode(number, fps=rate), bgr)
            said[name] += [cut.frame_num for cut in found]
        starts[-1:] = [frame.start, frame.end]
    return Seen(starts, _ours(media, starts[-1]), said, _labelled(path, media.video))


def _labelled(path: Path, video: VideoStream) -> Fraction:
    with av.open(str(path)) as container:
        first = container.streams.video[0]
        if first.index == video.index or not first.average_rate:
            return Fraction(1)
        return Fraction(first.average_rate) / video.rate


def _ours(media: Media, end: Fraction) -> Sequence[Cut]:
    """Return the cuts that an analysis of the file alone finds."""
    whole = TimeRange.between(Fraction(0), end)
    clip = ClipRange(
        id="V1/0",
        name=media.path,
        media=MediaReference(path=media.path, start=Fraction(0)),
        source=whole,
        timeline=whole,
        time_map=TimeMap(timeline_start=Fraction(0), source_start=Fraction(0)),
    )
    edit = Edit(name="file", rate=Fraction(25), duration=end, clips=(clip,))
    with Cache(None) as cache:
        log = analyze(edit, [], cache)
    if log.problems:
        raise ValueError(str(log.problems))
    return log.cuts[clip.id]


def answers(seen: Seen) -> Iterator[tuple[str, list[Range]]]:
    """Return by detector the first and last frames of its changes, as labels count them."""
    for name, changes in _answers(seen):
        yield name, [(round(a * seen.labelled), round(b * seen.labelled)) for a, b in changes]


def _answers(seen: Seen) -> Iterator[tuple[str, list[Range]]]:
    number = {start: index for index, start in enumerate(seen.starts)}
    yield (
        OURS,
        [
            (
                number[cut.span.start],
                max(number[cut.span.start], number[cut.span.end] - 1),
            )
            for cut in seen.cuts
        ],
    )
    for name, frames in seen.said.items():
        yield name, [(frame, frame) for frame in frames]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    root, rows = read_labels(options.data)
    totals = {name: Score() for name in (OURS, *BASELINES)}
    files, frames = [], 0
    for row in rows:
        seen = look(root / row.file)
        frames += len(seen.starts) - 1
        truth = Truth.of(row.cuts, row.graduals, row.ignored)
        scores = {name: judge(found, truth) for name, found in answers(seen)}
        for name, score in scores.items():
            totals[name].add(score)
        files.append(_entry(row, scores))
        if not options.json:
            _show(row.file, scores)
    total = {name: score.figures() for name, score in totals.items()}
    if options.json:
        print(json.dumps({"files": files, "total": total, "frames": frames}, indent=2))
    else:
        _show(f"all {len(rows)} files, {frames} frames", totals)


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
