"""Labelled clips of rendered scenes whose moves are known."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np

from benchmarks.synthetic.takes import Recording, take
from shotlog.learning.clips import LabelledClip
from shotlog.schema import Family
from shotlog.synthetic import write_video

RATE = Fraction(24)
_SECONDS = 1.5
_CLEAN = Recording(noise=1, blur=0.7, quality=90)


def write_take(folder: Path, move: str, number: int) -> LabelledClip:
    """Write a steady take of a move of a scene, as a clip that says so."""
    shot = take(
        move, 2_000_000 + number, speed=0.15, shake=0.0, recording=_CLEAN, actors=0,
        seconds=_SECONDS,
    )  # fmt: skip
    frames = (shot.frame(n) for n in range(int(_SECONDS * RATE)))
    path = folder / f"{move}{number}.mp4"
    write_video(path, (np.repeat(frame[..., None], 3, axis=2) for frame in frames), RATE)
    return LabelledClip(
        id=path.stem, path=path, span=None, labels={Family.MOVE: (move,)}, film=f"scene{number}"
    )
