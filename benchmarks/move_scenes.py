"""Accuracy of ``builtin.move`` on rendered scenes that nothing was fitted on.

    python benchmarks/move_scenes.py --rows ROWS [--seeds 10] [--json]

Each seed gives a take of every move and one of every situation that misleads
(``synthetic/situations.py``); those whose travel does not show in the picture are not counted. What
is measured is kept in ``ROWS``, so that it is done once.
"""

from __future__ import annotations

import argparse
import json
import math
import multiprocessing
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
from move_data import Filmed, view
from moves import Answer, answer, calibration_error
from synthetic.scenes import Grey
from synthetic.situations import SITUATIONS, situation
from synthetic.takes import MOVES, Take, take

from shotlog.analyzers.motion import PICTURE_RATE, MotionMeasure
from shotlog.analyzers.move import (
    FLOOR,
    LOOKS_LIKE,
    MotionRows,
    MoveAnalyzer,
    select_rows,
    velocities,
)
from shotlog.schema import UNDEFINED, Claim, Picture, Row, Series, ShotView

SECONDS = 2.125
"""Length of a take: 13 pictures, 12 short rows and 5 long ones."""

GAPS = (1, 2, 2, 2, 3)
"""Frames from one that others refer to, to the next: encoders put one frame or two between them
that nothing refers to, and some film has none. Half of the takes of 20 frames a second or more are
measured so."""

UNSEEN = 1_000_000
"""Seeds from here on are never fitted on."""

SEEDS = 10
"""Unseen takes of every move and situation; some two minutes of one processor core."""

NAMES = (*MOVES, *SITUATIONS)


class Measured(NamedTuple):
    """A measured take: its move or situation, its true move, its seed and its rows."""

    name: str
    move: str
    seed: int
    series: Series


def made(name: str, seed: int) -> Take:
    """The take of a move or a situation."""
    if name in SITUATIONS:
        return situation(name, seed, seconds=SECONDS)
    return take(name, seed, seconds=SECONDS)


def reference_frames(shot: Take, draw: np.random.Generator) -> list[int]:
    """Numbers of the frames that a measure would see of a take, were it a file; 0 is among them."""
    count = math.ceil(shot.seconds * shot.recording.container) + 1
    if shot.recording.container < 20 or draw.random() < 0.5:
        return list(range(count))
    return [0, *np.cumsum(draw.choice(GAPS, count)).tolist()]


def measured(name: str, seed: int) -> Measured:
    """A take with its rows, as the engine's grid would see it."""
    shot, measure = made(name, seed), MotionMeasure()
    observer = measure.observer()
    frames = reference_frames(shot, np.random.default_rng([seed, NAMES.index(name), 1]))
    rows: list[Row] = []
    for at in range(math.ceil(shot.seconds * PICTURE_RATE)):
        number = frames[bisect_right(frames, at / PICTURE_RATE * shot.recording.container) - 1]
        picture = Picture(at, number / shot.recording.container, scaled(shot.frame(number)))
        rows += observer.see(picture)
    return Measured(name, shot.move, seed, measure.series(1 / PICTURE_RATE, rows))


def scaled(frame: Grey) -> Grey:
    """A frame in the size that the measure sees."""
    scale = MotionMeasure.need.width / max(frame.shape)
    height, width = (round(side * scale) for side in frame.shape)
    return np.asarray(cv2.resize(frame, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def measured_seeds(seeds: Sequence[int], folder: Path, jobs: int = 1) -> Iterator[list[Measured]]:
    """The takes of each seed, rendered and measured in this many processes."""
    folder.mkdir(parents=True, exist_ok=True)
    with multiprocessing.Pool(jobs) as pool:
        for seed, file in zip(
            seeds, pool.imap(_render, [(seed, folder) for seed in seeds]), strict=True
        ):
            yield list(_kept(seed, file))


def _render(job: tuple[int, Path]) -> Path:
    """Renders and measures the takes of one seed; kept in a file, so that it is done once."""
    seed, folder = job
    file = folder / f"{MotionMeasure().key}-{seed:07d}.npz"
    if not file.exists():
        cv2.setNumThreads(1)
        tables = {}
        for name in NAMES:
            _, move, _, series = measured(name, seed)
            tables[f"{name}:{move}"] = np.column_stack([series.first, series.last, series.values])
        draft = file.with_suffix(".part.npz")
        np.savez_compressed(draft, allow_pickle=False, **tables)
        draft.rename(file)
    return file


def _kept(seed: int, file: Path) -> Iterator[Measured]:
    with np.load(file) as tables:
        for key in tables.files:
            name, move = key.split(":")
            table = tables[key]
            first, last = table[:, 0].astype(np.int64), table[:, 1].astype(np.int64)
            values = table[:, 2:].astype(np.float32)
            yield Measured(name, move, seed, Series(1 / PICTURE_RATE, first, last, values))


def visible(name: str, move: str, rows: MotionRows) -> bool:
    """Return True if the travel of a camera is visible in a take of this name.

    Before a far backdrop, or an arc whose parts go different ways, the picture as a whole tells
    another story than the camera's; nothing is to be learned from it. Of an orbit something is:
    that it does not roll.
    """
    if move not in LOOKS_LIKE or name == "orbit":
        return True
    if not rows.enough:
        return False
    kind, _, way = LOOKS_LIKE[move].partition("_")
    sign = 1 if way in ("left", "up", "in") else -1
    table = rows.long if rows.long_enough else rows.short
    main = np.median(velocities(table), axis=0)
    return bool(
        sign * main[("pan", "tilt", "zoom").index(kind)]
        > max(2 * FLOOR, 0.5 * np.linalg.norm(main))
    )


def answers(
    takes: Sequence[Measured], conclude: Callable[[ShotView], Sequence[Claim]]
) -> list[Answer]:
    """Return the answer for each take with visible travel, of an analyzer that concludes so."""
    seen = [take for take in takes if visible(take.name, take.move, select_rows(take.series))]
    return [
        answer(
            Filmed(file=take.name, label=take.move, also=(), confidence=1, source=str(take.seed)),
            conclude(view(take.series, Fraction(SECONDS))),
        )
        for take in seen
    ]


def report(said: Sequence[Answer]) -> dict[str, Any]:
    """Return the figures, as JSON types: of all moves, of all situations, and one by one."""
    groups: defaultdict[str, list[Answer]] = defaultdict(list)
    for each in said:
        name = each.clip.file
        groups["situations" if name in SITUATIONS else "moves"].append(each)
    for each in said:
        groups[each.clip.file].append(each)
    return {
        "takes": len(said),
        "ece": calibration_error(said),
        "groups": {name: _figures(group) for name, group in groups.items()},
    }


def _figures(said: Sequence[Answer]) -> dict[str, object]:
    wrong = Counter(each.said for each in said if not each.right and each.said != UNDEFINED)
    return {
        "n": len(said),
        "right": sum(each.right for each in said),
        "undefined": sum(each.said == UNDEFINED for each in said),
        "opposite": sum(each.opposite for each in said),
        "wrong": dict(wrong.most_common()),
    }


def main() -> None:
    """Render, measure, analyse and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=Path, required=True, help="folder for what was measured")
    parser.add_argument("--seeds", type=int, default=SEEDS, help="takes of every move")
    parser.add_argument("--jobs", type=int, default=1, help="processes that render")
    parser.add_argument("--json", action="store_true", help="figures as JSON")
    chosen = parser.parse_args()
    seeds = range(UNSEEN, UNSEEN + chosen.seeds)
    takes = [each for found in measured_seeds(seeds, chosen.rows, chosen.jobs) for each in found]
    figures = report(answers(takes, MoveAnalyzer().conclude))
    if chosen.json:
        print(json.dumps(figures, indent=1))
        return
    groups = figures.pop("groups")
    for name, row in groups.items():
        print(f"{name:14}{row}")
    for name, value in figures.items():
        print(f"{name}: {value}")


if __name__ == "__main__":
    main()
