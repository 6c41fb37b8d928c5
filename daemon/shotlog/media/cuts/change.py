"""Signature of a frame, and its difference from the frame before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from shotlog.schema import Pixels, Series

Floats = npt.NDArray[np.float32]

_WIDTH, _HEIGHT = 64, 36
_ACROSS, _DOWN = 4, 3  # blocks of 16 x 12 pixels
_BLOCK_WIDTH, _BLOCK_HEIGHT = _WIDTH // _ACROSS, _HEIGHT // _DOWN

_SEARCH = 8
"""Distance in pixels within which a block is searched: an eighth of the width per frame."""

_NOISE_VARIANCE = 50.0
"""Variance (grey levels squared) added to a block's own, so that noise in black or in a flat sky
does not count as new content."""

LUMA_GRID, CHROMA_GRID = 12, 4
_CELLS = LUMA_GRID**2 + 2 * CHROMA_GRID**2
_SCALARS = ("unexplained", "raw", "residual", "jump", "contrast", "detail")

_MAX_REPEAT_CHANGE = 0.4
"""Difference in grey levels (root mean square) up to which a frame repeats the one before. More
than half of the repeats that x264 coded in a 120 fps copy of 24 fps film lie below (median 0.32,
new frames 1.6 and more). In a scene as still as that a few frames are left out, without effect."""

FLASH = 3
"""Frames that a flash of light lasts, at most. A shot is longer."""

_MAX_REPEATS = 4
"""Repeats of one picture in a row, after which the scene itself is still: 24 fps in 120 fps repeats
each frame 4 times."""

CHANGE_COLUMNS = (
    *_SCALARS,
    *(f"luma_{y}_{x}" for y in range(LUMA_GRID) for x in range(LUMA_GRID)),
    *(f"{c}_{y}_{x}" for y in range(CHROMA_GRID) for x in range(CHROMA_GRID) for c in ("cr", "cb")),
)

CELL_WEIGHTS = np.concatenate(
    [
        np.full(LUMA_GRID**2, (1 / 3) / LUMA_GRID**2),
        np.full(2 * CHROMA_GRID**2, (2 / 3) / (2 * CHROMA_GRID**2)),
    ]
)
"""Chroma weighs twice as much as luma: it varies less, and light changes it less."""


class FrameSignature(NamedTuple):
    """Reduced form of one frame.

    Attributes:
        luma: (36, 64) grey levels; pictures of every aspect ratio are stretched to this size.
        variance: (3, 4) variance of the luma in each block.
        cells: (176,) mean luma on a 12 x 12 grid, then mean Cr and Cb on a 4 x 4 grid, in levels.
        detail: Mean squared difference of neighbouring pixels, vertical plus horizontal.
    """

    luma: Floats
    variance: Floats
    cells: Floats
    detail: float


def compute_signature(pixels: Pixels) -> FrameSignature:
    """Compute the signature of a picture.

    Args:
        pixels: (h, w, 3) RGB.
    """
    small = cv2.resize(pixels, (_WIDTH, _HEIGHT), interpolation=cv2.INTER_AREA)
    # OpenCV's order is Y, Cr, Cb, and ravel() interleaves Cr and Cb: so do CHANGE_COLUMNS.
    colour = cv2.cvtColor(small, cv2.COLOR_RGB2YCrCb)
    luma = colour[..., 0].astype(np.float32)
    grid = cv2.resize(colour[..., 0], (LUMA_GRID, LUMA_GRID), interpolation=cv2.INTER_AREA)
    tint = cv2.resize(colour[..., 1:], (CHROMA_GRID, CHROMA_GRID), interpolation=cv2.INTER_AREA)
    blocks = luma.reshape(_DOWN, _BLOCK_HEIGHT, _ACROSS, _BLOCK_WIDTH)
    return FrameSignature(
        luma=luma,
        variance=blocks.var(axis=(1, 3)),
        cells=np.concatenate([grid.ravel(), tint.ravel()]).astype(np.float32),
        detail=float(np.square(np.diff(luma, axis=0)).mean())
        + float(np.square(np.diff(luma, axis=1)).mean()),
    )


def compute_change(before: FrameSignature, now: FrameSignature) -> Floats:
    """Compute the row of two neighbouring frames; see :class:`FrameChanges` for its columns."""
    lost = _unmatched(before.luma, now.luma)
    variance = (before.variance + now.variance) / 2 + _NOISE_VARIANCE
    # At a ratio of 1 the best match explains a block no better than its mean does.
    unexplained = np.minimum(lost / variance, 1).mean()
    scalars = (
        unexplained,
        np.sqrt(np.square(now.luma - before.luma).mean()),
        np.sqrt(lost.mean()),
        cell_distance(before.cells, now.cells),
        now.luma.std(),
        now.detail,
    )
    return np.concatenate([np.array(scalars, dtype=np.float32), now.cells], dtype=np.float32)


def _unmatched(before: Floats, now: Floats) -> Floats:
    """Return the (3, 4) mean squared differences of blocks from their best match before."""
    lost = np.empty((_DOWN, _ACROSS), dtype=np.float32)
    for row, column in np.ndindex(_DOWN, _ACROSS):
        y, x = row * _BLOCK_HEIGHT, column * _BLOCK_WIDTH
        block = now[y : y + _BLOCK_HEIGHT, x : x + _BLOCK_WIDTH]
        around = before[
            max(0, y - _SEARCH) : y + _BLOCK_HEIGHT + _SEARCH,
            max(0, x - _SEARCH) : x + _BLOCK_WIDTH + _SEARCH,
        ]
        # The least over all shifts of the block.
        lost[row, column] = cv2.matchTemplate(around, block, cv2.TM_SQDIFF).min()
    # matchTemplate works by Fourier transforms: a perfect match may come out slightly negative.
    return np.asarray(np.maximum(lost / (_BLOCK_HEIGHT * _BLOCK_WIDTH), 0), dtype=np.float32)


def cell_distance(a: npt.NDArray[np.floating], b: npt.NDArray[np.floating]) -> Floats:
    """Return the root mean square difference of cells, over the last axis.

    A difference of one grey level of luma everywhere is 0.58.
    """
    return np.asarray(np.sqrt(np.square(a - b) @ CELL_WEIGHTS), dtype=np.float32)


@dataclass(frozen=True, eq=False)
class FrameChanges:
    """The rows of consecutive frames, by column.

    Attributes:
        unexplained: (n,) 0 to 1: share of the frame that does not occur in the one before, after
            motion compensation (mean over blocks of residual / variance).
        raw: (n,) root mean square difference from the frame before, in grey levels.
        residual: (n,) the same after each block has been moved to its best match.
        jump: (n,) :func:`cell_distance` of cells from the frame before.
        contrast: (n,) standard deviation of the luma.
        detail: (n,) see :class:`FrameSignature`.
        cells: (n, 176) see :class:`FrameSignature`.
    """

    unexplained: Floats
    raw: Floats
    residual: Floats
    jump: Floats
    contrast: Floats
    detail: Floats
    cells: Floats

    @classmethod
    def of(cls, values: Floats) -> FrameChanges:
        """Split the values of a series' into columns."""
        scalars = len(_SCALARS)
        unexplained, raw, residual, jump, contrast, detail = values[:, :scalars].T
        cells = values[:, scalars:]
        return cls(unexplained, raw, residual, jump, contrast, detail, cells)

    def __len__(self) -> int:
        return len(self.raw)


def find_new_frames(values: Floats) -> npt.NDArray[np.bool_]:
    """Return a mask of the rows that remain once repeated frames are left out.

    Without repeats, animation on twos, pulldown and 120 fps copies of 24 fps film look like the
    original. A still scene, which repeats a picture more often than those do, keeps its length.

    Returns:
        (n,) true for each frame that is new, or belongs to a still scene.
    """
    new = FrameChanges.of(values).raw > _MAX_REPEAT_CHANGE
    number = np.arange(len(new))
    # The index of the latest new frame, for each frame.
    latest = np.maximum.accumulate(np.where(new, number, -1))
    return new | (number - latest > _MAX_REPEATS)


def unbroken_runs(series: Series) -> Iterator[Series]:
    """Yield the runs of rows in which each row begins with the last frame of the row before."""
    breaks = np.flatnonzero(series.first[1:] != series.last[:-1]) + 1
    for start, end in zip([0, *breaks], [*breaks, len(series)], strict=True):
        if end > start:
            part = slice(start, end)
            yield Series(series.tick, series.first[part], series.last[part], series.values[part])
