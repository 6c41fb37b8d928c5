"""Films with known cuts, small enough for every test."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np

from shotlog.schema import Pixels
from shotlog.synthetic import write_video


def shots(lengths: Sequence[int], seed: int = 7) -> Iterator[Pixels]:
    """Yield the pictures of shots: each pans to the right over blocks of its own."""
    random = np.random.default_rng(seed)
    for length in lengths:
        blocks = random.integers(0, 256, (12, 40, 3)).astype(np.uint8)
        world = np.kron(blocks, np.ones((8, 8, 1), np.uint8))
        for n in range(length):
            yield world[:, n : n + 160]


def write_shots(
    path: Path, lengths: Sequence[int], rate: Fraction = Fraction(24), seed: int = 7
) -> Path:
    """Write a film of shots of these lengths, in frames, with hard cuts between them."""
    write_video(path, shots(lengths, seed), rate)
    return path
