"""Accuracy and cost of every cut finder: ``python benchmarks/cuts.py --data DIR [--json]``.

``DIR`` is any folder with a ``labels.csv`` of the layout that ``cuts_truth.py`` reads. The cuts are
those of a whole analysis without analyzers, with the defaults of each finder that is installed; its
cost is the processor time of that analysis, with decode and thumbnails, without a cache.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
from cuts_truth import Labels, Range, Score, Truth, judge, read_labels

from shotlog.engine import Cache, EngineOptions, analyze
from shotlog.media import FrameReader, probe
from shotlog.media.cuts import CUT_FINDERS, CutFinder
from shotlog.schema import (
    ClipRange,
    Cut,
    CutFinderError,
    Edit,
    Media,
    MediaReference,
    TimeMap,
    TimeRange,
    VideoStream,
)

OURS = "builtin"
WHOLE = TimeRange(start=Fraction(0), duration=Fraction(24 * 3600))


def finders(chosen: Sequence[str] = ()) -> list[CutFinder]:
    """Return the chosen cut finders; without a choice, all that can run here, ours first."""
    if chosen:
        return [CUT_FINDERS.choose(text) for text in chosen]
    found = [finder for finder in CUT_FINDERS.installed if finder.name != "off" and _runs(finder)]
    return sorted(found, key=lambda finder: (finder.name != OURS, finder.name))


def _runs(finder: CutFinder) -> bool:
    try:
        finder.require()
    except CutFinderError as error:
        print(error, file=sys.stderr)
        return False
    return True


@dataclass
class Seen:
    """Cuts that were found in a file.

    Attributes:
        starts: Start of every frame, and the end of the last.
        cuts: By finder.
        seconds: By finder, the processor time of the analysis.
        labelled: Frames of the first picture stream, whose frames labels count, for each of the
            stream that was looked at: a file may hold the same film twice.
    """

    starts: list[Fraction]
    cuts: dict[str, Sequence[Cut]]
    seconds: dict[str, float]
    labelled: Fraction


def look(path: Path, chosen: Sequence[CutFinder]) -> Seen:
    """Run every finder on a file."""
    media = probe(MediaReference(path=str(path)))
    if media.video is None:
        raise ValueError(f"{path} has no picture")
    starts = list[Fraction]()
    for frame in FrameReader(media, [WHOLE]):
        starts[-1:] = [frame.start, frame.end]
    seen = Seen(starts, {}, {}, _labelled(path, media.video))
    for finder in chosen:
        began = time.process_time()
        seen.cuts[finder.text] = _cuts(media, starts[-1], finder)
        seen.seconds[finder.text] = time.process_time() - began
    return seen


def _labelled(path: Path, video: VideoStream) -> Fraction:
    with av.open(str(path)) as container:
        first = container.streams.video[0]
        if first.index == video.index or not first.average_rate:
            return Fraction(1)
        return Fraction(first.average_rate) / video.rate


def _cuts(media: Media, end: Fraction, finder: CutFinder) -> Sequence[Cut]:
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
        log = analyze(edit, [], cache, options=EngineOptions(cuts=finder))
    if log.problems:
        raise ValueError(str(log.problems))
    return log.cuts[clip.id]


def answers(seen: Seen) -> Iterator[tuple[str, list[Range]]]:
    """Return by finder the first and last frames of its changes, as labels count them."""
    for name, cuts in seen.cuts.items():
        changes = [_range(seen.starts, cut) for cut in cuts]
        yield name, [(round(a * seen.labelled), round(b * seen.labelled)) for a, b in changes]


def _range(starts: Sequence[Fraction], cut: Cut) -> Range:
    first, after = (bisect_right(starts, at) - 1 for at in (cut.span.start, cut.span.end))
    return first, max(first, after - 1)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument(
        "--cuts", action="append", default=[], help="a finder and its parameters; may be repeated"
    )
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    root, rows = read_labels(options.data)
    chosen = finders(options.cuts)
    totals = {finder.text: Score() for finder in chosen}
    seconds = dict.fromkeys(totals, 0.0)
    files, frames = [], 0
    for row in rows:
        seen = look(root / row.file, chosen)
        frames += len(seen.starts) - 1
        truth = Truth.of(row.cuts, row.graduals, row.ignored)
        scores = {name: judge(found, truth) for name, found in answers(seen)}
        for name, score in scores.items():
            totals[name].add(score)
            seconds[name] += seen.seconds[name]
        files.append(_entry(row, scores))
        if not options.json:
            _show(row.file, scores)
    cost = {name: round(1000 * spent / frames, 2) for name, spent in seconds.items()}
    if options.json:
        total = {name: score.figures() | {"ms": cost[name]} for name, score in totals.items()}
        print(json.dumps({"files": files, "total": total, "frames": frames}, indent=2))
    else:
        _show(f"all {len(rows)} files, {frames} frames", totals)
        print("  processor ms a frame:", "  ".join(f"{name} {ms}" for name, ms in cost.items()))


def _entry(row: Labels, scores: dict[str, Score]) -> dict[str, object]:
    figures = {name: score.figures() | {"wrong": score.wrong} for name, score in scores.items()}
    return {"file": row.file, **figures}


def _show(title: str, scores: dict[str, Score]) -> None:
    if all(score.right + score.false + score.missed == 0 for score in scores.values()):
        return
    print(title)
    for name, score in scores.items():
        parts = "  ".join(f"{key} {value}" for key, value in score.figures().items())
        print(f"  {name:10} {parts}  {' '.join(score.wrong)}", flush=True)


if __name__ == "__main__":
    main()
