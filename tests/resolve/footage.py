"""Films with known cuts, small enough for every test."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np

from shotlog.schema import Pixels
from shotlog.synthetic import write_video

BLOCK = 8
"""Width and height of a block of one colour."""


def shots(
    lengths: Sequence[int], seed: int = 7, size: tuple[int, int] = (160, 96)
) -> Iterator[Pixels]:
    """Yield the pictures of shots: each pans to the right over blocks of its own."""
    random = np.random.default_rng(seed)
    width, height = size
    for length in lengths:
        shape = (-(-height // BLOCK), -(-(width + length) // BLOCK), 3)
        blocks = random.integers(0, 256, shape).astype(np.uint8)
        world = np.kron(blocks, np.ones((BLOCK, BLOCK, 1), np.uint8))
        for n in range(length):
            yield world[:height, n : n + width]


def write_shots(
    path: Path,
    lengths: Sequence[int],
    rate: Fraction = Fraction(24),
    *,
    size: tuple[int, int] = (160, 96),
) -> Path:
    """Write a film of shots of these lengths, in frames, with hard cuts between them."""
    write_video(path, shots(lengths, size=size), rate)
    return path
