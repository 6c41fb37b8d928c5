"""A run of the whole engine on a small film whose truth is known: a pan, a cut, a still picture."""

from __future__ import annotations

import tempfile
import time
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from shotlog.engine import Cache, analyze, load_analyzers
from shotlog.schema import ClipRange, Edit, Family, Log, MediaReference, Pixels, TimeMap, TimeRange
from shotlog.synthetic import write_video

_RATE = Fraction(25)
_PAN, _REST = 50, 50
_STEP = 4
_HEIGHT, _WIDTH = 180, 320


def try_engine() -> dict[str, Any]:
    """Analyse the film and compare the log with the truth.

    Returns:
        ``shots``: their number, ``seconds``: the time taken, ``wrong``: a description of what is
        wrong, or None.
    """
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="shotlog-doctor-") as folder:
        film = Path(folder) / "trial.mp4"
        write_video(film, _pictures(), _RATE)
        with Cache(None) as cache:
            log = analyze(_edit(film), load_analyzers(), cache)
    return {
        "shots": len(log.shots),
        "seconds": time.monotonic() - begun,
        "wrong": _wrong(log),
    }


def _pictures() -> list[Pixels]:
    first, second = (_blocks(seed, _WIDTH + _STEP * _PAN) for seed in (1, 2))
    pan = [first[:, n * _STEP : n * _STEP + _WIDTH] for n in range(_PAN)]
    return pan + [second[:, :_WIDTH]] * _REST


def _blocks(seed: int, width: int) -> Pixels:
    shape = (_HEIGHT // 12, width // 12 + 1, 3)
    cells = np.random.default_rng(seed).integers(0, 256, shape, np.uint8)
    return cells.repeat(12, axis=0).repeat(12, axis=1)[:, :width]


def _edit(film: Path) -> Edit:
    whole = TimeRange(start=Fraction(0), duration=(_PAN + _REST) / _RATE)
    clip = ClipRange(
        id="V1/0", name="trial", media=MediaReference(path=str(film), start=Fraction(0)),
        source=whole, timeline=whole,
        time_map=TimeMap(timeline_start=Fraction(0), source_start=Fraction(0), speed=Fraction(1)),
    )  # fmt: skip
    return Edit(name="trial", rate=_RATE, duration=whole.duration, clips=(clip,))


def _wrong(log: Log) -> str | None:
    if log.problems:
        return str(log.problems[0])
    starts = [logged.shot.timeline.start for logged in log.shots]
    if starts != [Fraction(0), _PAN / _RATE]:
        return f"shots begin at {', '.join(map(str, starts))} s"
    moves = [
        "+".join(finding.label for finding in logged.leading(Family.MOVE, Family.MOVEMENT))
        for logged in log.shots
    ]
    return None if moves == ["pan_right", "static"] else f"moves are {', '.join(moves)}"
