"""Figures of pairs of neighbouring frames that may belong to different shots."""

from __future__ import annotations

import numpy as np

from shotlog.media.cuts.change import FLASH, Floats, FrameChanges, cell_distance

FIGURES = (
    "unexplained",
    "over the median of 21 frames",
    "over the median of 10 neighbours",
    "over the lesser neighbour",
    "over the greater neighbour",
    "before against after",
    "before against after, to jump",
    "jump",
    "jump to its median",
    "raw",
)
"""Inputs of the classifier, in the order of :func:`compute_pair_figures`."""

# The classifier was trained on figures with these reaches and with the constants that are added
# below: to change one, fit it again (benchmarks/fit_cuts.py).
_AROUND, _NEAR = 10, 5  # pairs on either side over which medians are taken


def compute_pair_figures(change: FrameChanges) -> Floats:
    """Compute the figures of each pair of frames.

    A cut is content that the frame before cannot explain, at a single pair among calm neighbours
    (a pan or a passing bus lasts for several frames), with a lasting difference (after a flash the
    picture is as before). The comparison with a rolling median follows PySceneDetect's
    AdaptiveDetector; after motion compensation a fast pan does not look like cuts.

    Returns:
        (n, 10) float32, see :data:`FIGURES`.
    """
    level = change.unexplained
    around = _windows(level, _AROUND)
    # Without the pair itself, so that the level of a cut does not hide the cut.
    near = np.delete(around[:, _AROUND - _NEAR : _AROUND + _NEAR + 1], _NEAR, axis=1)
    beside = around[:, [_AROUND - 1, _AROUND + 1]]
    lasting = _before_against_after(change)
    usual = np.median(_windows(change.jump, _AROUND), axis=1)
    return np.stack(
        [
            level,
            level - np.median(around, axis=1),
            level - np.median(near, axis=1),
            level - beside.min(axis=1),
            level - beside.max(axis=1),
            np.log(lasting + 2),
            np.log((lasting + 1) / (change.jump + 1)),
            np.log(change.jump + 2),
            np.log((change.jump + 1) / (usual + 1)),
            np.log(change.raw + 2),
        ],
        axis=1,
    ).astype(np.float32)


def _windows(values: Floats, reach: int) -> Floats:
    """Return (n, 2 * reach + 1) windows: each value with its neighbours, mirrored at the ends."""
    padded = np.pad(values, reach, mode="reflect" if len(values) > reach else "symmetric")
    return np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1)


def _before_against_after(change: FrameChanges) -> Floats:
    """Return (n,) least distances of a frame shortly before each pair to one shortly after.

    They are small for a flash: some of the frames compared lie before and after it.
    """
    count = len(change)
    least = change.jump.copy()
    for back in range(1, FLASH + 2):
        for ahead in range(FLASH + 1):
            distances = cell_distance(
                change.cells[: -(back + ahead) or None], change.cells[back + ahead :]
            )
            pairs = slice(back, count - ahead)
            least[pairs] = np.minimum(least[pairs], distances)
    return least
