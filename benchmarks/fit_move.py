"""Fits the head of ``builtin.move`` on rendered scenes and writes its weights.

    python benchmarks/fit_move.py --rows ROWS

Renders takes of every move, measures them as the engine would, cross-validates over scenes, fits
on all of them and writes ``daemon/shotlog/analyzers/move_weights.json``. No real footage is used.
"""

from __future__ import annotations

import argparse
import math
import multiprocessing
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from synthetic.scenes import Grey
from synthetic.takes import MOVES, Take, take

from shotlog.analyzers.motion import PICTURE_RATE, MotionMeasure
from shotlog.analyzers.move import (
    DEPTH_FEATURES,
    FLOOR,
    LOOK_FEATURES,
    LOOKS_LIKE,
    WEIGHTS_FILE,
    LogisticRegression,
    MotionRows,
    MoveClassifier,
    depth_features,
    look_features,
    mirror,
    reverse,
    select_rows,
    velocities,
)
from shotlog.schema import Picture, Series, TimeRange, reversed_move

Table = npt.NDArray[np.float64]

SECONDS = 2.125
"""Length of a take: 13 pictures, 12 short rows and 5 long ones."""

GAPS = (1, 2, 2, 2, 3)
"""Frames from one that others refer to, to the next: encoders put one frame or two between them
that nothing refers to, and some film has none. Half of the takes of 20 frames a second or more are
measured so."""

SHORT = Fraction(1)
"""A second version of every window is cut to this, for shots that are shorter than a window."""

IMPORTANCE = {"arc": 0.3, "pedestal": 0.4, "truck": 0.6, "shake": 3.0, "static": 3.0}
"""Weight of a take in the fit, where not 1: every move is rendered as often as any other,
while edits hold few arcs and many shots that stand or are held by hand."""

PENALTY = 1e-2
"""Weight of the squared weights. 2e-2, 1e-2 and 5e-3 do alike on unseen scenes (look: 0.894, 0.894
and 0.891 right, 44 seeds)."""

FOLDS = 5

SEEDS = 44
"""Takes of every move; some three minutes of one processor core."""


class Examples(NamedTuple):
    """Training examples of one classifier: features, labels, and the scene and weight of each."""

    features: tuple[str, ...]
    values: Table
    labels: npt.NDArray[np.str_]
    scenes: npt.NDArray[np.int64]
    importance: Table

    def where(self, keep: npt.NDArray[np.bool_]) -> Examples:
        """Some of them."""
        return Examples(
            self.features,
            self.values[keep],
            self.labels[keep],
            self.scenes[keep],
            self.importance[keep],
        )


class Case(NamedTuple):
    """A version of a window, the move that it shows, and the scene."""

    move: str
    rows: MotionRows
    scene: int


def reference_frames(made: Take) -> list[int]:
    """Numbers of the frames that a measure would see of a take, were it a file; 0 is among them."""
    count = math.ceil(made.seconds * made.recording.container) + 1
    draw = np.random.default_rng([made.seed, MOVES.index(made.move), 1])
    if made.recording.container < 20 or draw.random() < 0.5:
        return list(range(count))
    return [0, *np.cumsum(draw.choice(GAPS, count)).tolist()]


def measured(made: Take) -> Series:
    """The rows of a take, as the engine's grid would see it."""
    measure = MotionMeasure()
    observer = measure.observer()
    frames = reference_frames(made)
    rows = []
    for at in range(math.ceil(made.seconds * PICTURE_RATE)):
        number = frames[bisect_right(frames, at / PICTURE_RATE * made.recording.container) - 1]
        picture = Picture(at, number / made.recording.container, scaled(made.frame(number)))
        rows += list(observer.see(picture))
    return measure.series(1 / PICTURE_RATE, rows)


def scaled(frame: Grey) -> Grey:
    """A frame in the size that the measure sees."""
    scale = MotionMeasure.need.width / max(frame.shape)
    height, width = (round(side * scale) for side in frame.shape)
    return np.asarray(cv2.resize(frame, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def render_seed(job: tuple[int, Path]) -> Path:
    """Renders and measures one take of every move; kept in a file, so that it is done once."""
    seed, folder = job
    file = folder / f"{MotionMeasure().key}-{seed:05d}.npz"
    if not file.exists():
        cv2.setNumThreads(1)
        tables = {}
        for move in MOVES:
            series = measured(take(move, seed, seconds=SECONDS))
            tables[move] = np.column_stack([series.first, series.last, series.values])
        draft = file.with_suffix(".part.npz")
        np.savez_compressed(draft, allow_pickle=False, **tables)
        draft.rename(file)
    return file


def filmed_series(file: Path) -> Iterator[tuple[str, Series]]:
    """The moves and rows of one seed."""
    with np.load(file) as tables:
        for move in MOVES:
            table = tables[move]
            first, last = table[:, 0].astype(np.int64), table[:, 1].astype(np.int64)
            yield move, Series(1 / PICTURE_RATE, first, last, table[:, 2:].astype(np.float32))


def mirrored_move(move: str) -> str:
    """The move that is seen when the picture is turned left for right."""
    kind, _, way = move.partition("_")
    return f"{kind}_{ {'left': 'right', 'right': 'left'}.get(way, way) }" if way else move


def versions(move: str, rows: MotionRows) -> Iterator[tuple[str, MotionRows]]:
    """A window as it is, mirrored, backwards, and both."""
    for name, table in ((move, rows), (mirrored_move(move), mirror(rows))):
        yield name, table
        yield reversed_move(name), reverse(table)


def cases(files: Iterable[Path]) -> Iterator[Case]:
    """Every version of every window that has enough to see."""
    for scene, file in enumerate(files):
        for move, series in filmed_series(file):
            for length in (Fraction(SECONDS), SHORT + 1 / PICTURE_RATE):
                rows = select_rows(series.within(TimeRange(start=Fraction(0), duration=length)))
                if rows.enough:
                    yield from (Case(name, each, scene) for name, each in versions(move, rows))


def visible(case: Case) -> bool:
    """Return True if the travel of a camera is visible.

    Before a far backdrop, or an arc whose parts go different ways, the picture as a whole tells
    another story than the camera's; nothing is to be learned from it.
    """
    if case.move not in LOOKS_LIKE:
        return True
    seen = LOOKS_LIKE[case.move]
    kind, _, way = seen.partition("_")
    sign = 1 if way in ("left", "up", "in") else -1
    table = case.rows.long if case.rows.long_enough else case.rows.short
    main = np.median(velocities(table), axis=0)
    return bool(
        sign * main[("pan", "tilt", "zoom").index(kind)]
        > max(2 * FLOOR, 0.5 * np.linalg.norm(main))
    )


def look_examples(found: Sequence[Case]) -> Examples:
    """Return the examples of looks."""
    return _examples(
        LOOK_FEATURES, [(look_features(c.rows), LOOKS_LIKE.get(c.move, c.move), c) for c in found]
    )


def depth_examples(found: Sequence[Case], kind: str) -> Examples:
    """Return the examples of the kinds behind a look, in either direction."""
    alike = [c for c in found if LOOKS_LIKE.get(c.move, c.move).startswith(kind)]
    return _examples(
        DEPTH_FEATURES, [(depth_features(c.rows, kind), c.move.split("_")[0], c) for c in alike]
    )


def _examples(features: tuple[str, ...], rows: Sequence[tuple[Table, str, Case]]) -> Examples:
    return Examples(
        features,
        np.array([values for values, _, _ in rows]),
        np.array([label for _, label, _ in rows]),
        np.array([case.scene for _, _, case in rows]),
        np.array([IMPORTANCE.get(case.move.split("_")[0], 1.0) for _, _, case in rows]),
    )


def fit(data: Examples, penalty: float) -> LogisticRegression:
    """Penalised maximum likelihood."""
    labels = sorted(set(data.labels.tolist()))
    mean, scale = data.values.mean(axis=0), data.values.std(axis=0) + 1e-6
    inputs = np.column_stack([(data.values - mean) / scale, np.ones(len(data.values))])
    share = data.importance / data.importance.sum()
    truth = (data.labels[:, None] == np.array(labels)).astype(np.float64)

    def loss(flat: Table) -> tuple[float, Table]:
        weights = flat.reshape(inputs.shape[1], -1)
        score = inputs @ weights
        odds = np.exp(score - score.max(axis=1, keepdims=True))
        odds /= odds.sum(axis=1, keepdims=True)
        slope = inputs.T @ ((odds - truth) * share[:, None])
        slope[:-1] += penalty * weights[:-1]
        fitted = -share @ np.log((odds * truth).sum(axis=1) + 1e-12)
        return float(fitted + penalty / 2 * (weights[:-1] ** 2).sum()), slope.ravel()

    start = np.zeros(inputs.shape[1] * len(labels))
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 500})
    table = found.x.reshape(inputs.shape[1], -1)
    return LogisticRegression(
        features=data.features,
        mean=_rounded(mean),
        scale=_rounded(scale),
        bias={label: _round(table[-1, i]) for i, label in enumerate(labels)},
        weights={label: _rounded(table[:-1, i]) for i, label in enumerate(labels)},
    )


def _round(value: float) -> float:
    return float(f"{value:.4g}")


def _rounded(values: Iterable[float]) -> tuple[float, ...]:
    return tuple(_round(value) for value in values)


def cross_validated(data: Examples, penalty: float) -> float:
    """Share of right answers in scenes that were not fitted on."""
    right = 0
    for fold in range(FOLDS):
        held = data.scenes % FOLDS == fold
        head = fit(data.where(~held), penalty)
        for values, label in zip(data.values[held], data.labels[held], strict=True):
            odds = head.probabilities(values)
            right += max(odds, key=lambda name: odds[name]) == label
    return right / len(data.labels)


def main() -> None:
    """Renders, measures, cross-validates, fits and writes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=SEEDS, help="takes of every move")
    parser.add_argument("--rows", type=Path, required=True, help="folder for what was measured")
    parser.add_argument("--jobs", type=int, default=1, help="processes that render")
    parser.add_argument("--penalty", type=float, default=PENALTY)
    home = Path(__file__).parents[1] / "daemon" / "shotlog" / "analyzers"
    parser.add_argument("--out", type=Path, default=home / WEIGHTS_FILE)
    chosen = parser.parse_args()
    chosen.rows.mkdir(parents=True, exist_ok=True)
    jobs = [(seed, chosen.rows) for seed in range(chosen.seeds)]
    with multiprocessing.Pool(chosen.jobs) as pool:
        found = [case for case in cases(pool.imap(render_seed, jobs)) if visible(case)]
    sets = {"look": look_examples(found)}
    sets |= {kind: depth_examples(found, kind) for kind in ("pan", "tilt", "zoom")}
    made: dict[str, str | int | float] = {
        "command": f"python benchmarks/fit_move.py --seeds {chosen.seeds}",
        "measure": MotionMeasure().key,
        "scenes": chosen.seeds * len(MOVES),
    }
    for name, data in sets.items():
        right = cross_validated(data, chosen.penalty)
        made[f"{name}_right_in_unseen_scenes"] = round(right, 4)
        print(f"{name}: {right:.3f} of {len(data.labels)} windows right in unseen scenes")
    heads = {name: fit(data, chosen.penalty) for name, data in sets.items()}
    weights = MoveClassifier(made=made, look=heads.pop("look"), depth=heads)
    chosen.out.write_text(weights.model_dump_json(indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
