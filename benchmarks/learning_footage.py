"""Takes whose camera moves are true, as small files, for the proof of the training of models."""

from __future__ import annotations

import json
import multiprocessing
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from benchmarks.synthetic.scenery import log_uniform
from benchmarks.synthetic.takes import Recording, Take, take
from shotlog.learning.clips import Part
from shotlog.synthetic import write_video

MOVES = ("static", "pan_left", "pan_right", "tilt_up", "tilt_down", "zoom_in", "zoom_out")
"""The moves that a model learns from random weights."""

OTHER_MOVES = ("static", "truck_left", "truck_right", "pedestal_up", "pedestal_down")
"""The moves that a model learns which knows only :data:`MOVES`."""

SIDE, RATE, SECONDS = 64, Fraction(8), 2
"""Width and height in pixels, pictures per second, length: the 16 pictures of one window."""

SLOWEST, FASTEST, ZOOMED = 0.15, 0.6, 1.5
"""Picture widths per second of the content; zooms grow (log) this many times as fast. At the speeds
of ``takes.py``, from 0.02 on, many moves are less than a pixel in a picture of 32 pixels."""

X264 = {"preset": "ultrafast", "crf": "18", "threads": "1"}
"""Of such small pictures x264 writes other bytes each time with the tree of macroblocks that slower
presets have, and a training then ends elsewhere: of two with one seed, at 0.80 and 0.86."""

_SEEDS = {Part.TRAIN: 3_000_000, Part.VAL: 4_000_000, Part.TEST: 5_000_000}
"""First seed of each part: every take has a scene of its own, and nothing else is fitted on it."""


class Counts(NamedTuple):
    """Takes of every move in each part."""

    train: int
    val: int
    test: int


class _Job(NamedTuple):
    path: Path
    move: str
    seed: int


def write_takes(
    folder: Path, moves: Sequence[str], counts: Counts, *, first: int = 0, processes: int = 2
) -> Path:
    """Render takes of moves, each of a scene of its own, and list them as a data set.

    Args:
        folder: Receives the files.
        moves: The moves.
        counts: Takes of every move.
        first: Added to every seed: two sets with other seeds share no scene.
        processes: Processes that render.

    Returns:
        The data set, of the kind ``jsonl``.
    """
    folder.mkdir(parents=True)
    jobs, lines = [], []
    for part, count in zip(Part, counts, strict=True):
        for seed in range(_SEEDS[part] + first, _SEEDS[part] + first + count):
            for move in moves:
                name = f"{seed}_{move}.mp4"
                jobs.append(_Job(folder / name, move, seed))
                line = {"media": name, "labels": {"move": [move]}, "film": name, "part": part}
                lines.append(json.dumps(line))
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        pool.map(_write, jobs, chunksize=16)
    listing = folder / "takes.jsonl"
    listing.write_text("\n".join(lines), encoding="utf-8")
    return listing


def small_take(move: str, seed: int) -> Take:
    """Return a short take that moves visibly in a small picture; the same each time."""
    draw = np.random.default_rng((seed, len(move)))
    speed = log_uniform(draw, SLOWEST, FASTEST) * (ZOOMED if move.startswith("zoom") else 1)
    made = take(
        move,
        seed,
        seconds=float(SECONDS),
        speed=None if move == "static" else speed,
        actors=int(draw.integers(2)),
        cover=0.2,
        recording=Recording(noise=float(draw.choice([0, 1, 2])), rate=RATE, container=RATE),
    )
    return replace(made, width=SIDE, height=SIDE)


def _write(job: _Job) -> None:
    cv2.setNumThreads(1)  # the processes share the cores
    frames = (cv2.cvtColor(grey, cv2.COLOR_GRAY2RGB) for grey in small_take(*job[1:]).frames())
    pictures = (frame.astype(np.uint8) for frame in frames)
    write_video(job.path, pictures, RATE, options=X264)
