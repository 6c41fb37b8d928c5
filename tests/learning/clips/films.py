"""Short made films, and clips of them."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np

from shotlog.learning.clips import LabelledClip
from shotlog.schema import Family, Pixels, TimeRange
from shotlog.synthetic import write_video

RATE = Fraction(24000, 1001)


def drifting(seed: int, frames: int, width: int = 320, height: int = 180) -> Iterator[Pixels]:
    """Yield pictures of one soft pattern that drifts to the left."""
    small = np.random.default_rng(seed).integers(0, 255, (6, 16, 3), np.uint8)
    wide = cv2.resize(small, (2 * width, height), interpolation=cv2.INTER_CUBIC)
    for number in range(frames):
        shift = number * width // (2 * frames)
        yield np.ascontiguousarray(wide[:, shift : shift + width])


def write_film(path: Path, seed: int = 0, frames: int = 72, width: int = 320) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_video(path, drifting(seed, frames, width, width * 9 // 16), RATE)
    return path


def clip_of(
    path: Path, start: int | None = None, end: int = 0, *, film: str = "", name: str = ""
) -> LabelledClip:
    """Return a clip of the frames from ``start`` to ``end``; of the whole file without them."""
    span = None if start is None else TimeRange.between(start / RATE, end / RATE)
    labels = {Family.SIZE: ("CS",)}
    return LabelledClip(name or f"{path.stem}@{start}", path, span, labels, film or path.stem)
