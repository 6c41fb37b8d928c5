"""Numbers of one pair of pictures, computed from the tracks between them."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from shotlog.analyzers.motion.global_motion import Similarity, Weights
from shotlog.analyzers.motion.tracking import Positions, TrackablePicture

COLUMNS = (
    "tracked",
    "x",
    "y",
    "zoom",
    "turn",
    "support",
    "still",
    "stray",
    "off_x",
    "off_y",
    "off_radial",
    "off_round",
    "stretch",
    "shear",
    "bend_x",
    "bend_y",
    "plane",
    "off_plane",
    "change",
    "light",
)
"""Columns of one pair of pictures. "Per second" is real time; lengths are shares of the longer
side.

tracked: share of the picture's cells with a track. x, y: motion of the content at the centre, per
second. zoom: growth (log) per second. turn: clockwise turn of the content, radians per second.
support: share of tracks that agree with this motion. still: share of motionless tracks.
stray: mean disagreement with it, each track's capped, per second. off_*: median disagreement
across, down, away from the centre and round it, per second. stretch, shear: the remaining affine
motion, per second. bend_x, bend_y: the remaining perspective, per second. plane: share of tracks
that one plane explains. off_plane: median disagreement with it, per second; where hardly anything
moves, the plane is assumed to move by the similarity. change: mean grey difference after the motion
is undone, 0 to 1. light: change of the mean grey, 0 to 1."""

STILL = 0.2 / 384
"""Displacement below which a track is motionless: 0.17 pixels of a 320 wide picture, the accuracy
of tracking."""

_MIN_MOTION = 0.01
"""Least mean displacement for an estimate of perspective (3 pixels of a 320 wide picture):
perspective bends tracks by a few percent of their displacement, which for less motion is below the
error of tracking. 0.01 and 0.02 perform alike on the labelled clips (``benchmarks/moves.py``)."""

_STRAY_CAP = 0.1
"""Upper limit of a track's disagreement, so that a few wrong tracks do not dominate the mean."""
_PLANE_PIXELS = 1.0
"""Tolerance of a track's agreement with a plane, in pixels."""
_MIN_TRACKS = 12
"""Least number of tracks for a motion."""


def measure_pair(
    a: TrackablePicture,
    b: TrackablePicture,
    before: Positions,
    after: Positions,
    weight: Weights,
    motion: Similarity,
    seconds: float,
) -> npt.NDArray[np.float32]:
    """Return the numbers of one pair of pictures, in the order of :data:`COLUMNS`."""
    tracked = len(before) / max(a.cells, 1)
    change, light = _differences(a, b, motion)
    # Too few tracks for a motion: only the grey levels are known.
    if len(before) < _MIN_TRACKS:
        row = np.zeros(len(COLUMNS), np.float32)
        row[0], row[-2], row[-1] = tracked, change, light
        return row
    off, way = after - motion.apply(before), np.abs(after - before)
    # Unit vectors away from the centre; the centre itself has none.
    outward = before / np.maximum(np.abs(before), 1e-6)
    # Its real part points away from the centre, its imaginary part round it.
    around = off * outward.conj()
    parts = np.abs([off.real, off.imag, around.real, around.imag, off])
    off_x, off_y, off_radial, off_round, off_all = np.median(parts, axis=1)
    bent = (0.0, 0.0, 0.0, 0.0, motion.support, float(off_all))
    if way.mean() >= _MIN_MOTION:
        bent = _perspective(before, after, weight, a.side)
    stretch, shear, bend_x, bend_y, plane, off_plane = bent
    per_second = np.array(
        [
            motion.shift.real,
            motion.shift.imag,
            # A degenerate fit has growth 0, whose logarithm is not finite.
            np.log(max(abs(motion.rotation), 1e-3)),
            np.angle(motion.rotation),
        ]
    )
    values = [
        tracked,
        *per_second / seconds,
        motion.support,
        weight[way < STILL].sum(),
        np.minimum(np.abs(off), _STRAY_CAP).mean() / seconds,
        off_x / seconds,
        off_y / seconds,
        off_radial / seconds,
        off_round / seconds,
        stretch / seconds,
        shear / seconds,
        bend_x / seconds,
        bend_y / seconds,
        plane,
        off_plane / seconds,
        change,
        light,
    ]
    return np.array(values, np.float32)


def _perspective(
    before: Positions, after: Positions, weight: Weights, side: int
) -> tuple[float, float, float, float, float, float]:
    """Return the part of a plane's motion beyond a similarity, and the support of the plane.

    Returns:
        stretch, shear, bend_x, bend_y, plane and off_plane, per pair of pictures.
    """
    source = np.stack([before.real, before.imag], axis=1)
    target = np.stack([after.real, after.imag], axis=1)
    # Each call of USAC draws from the same seed, so equal tracks give equal rows.
    matrix, agrees = cv2.findHomography(
        source, target, cv2.USAC_FAST, _PLANE_PIXELS / side, maxIters=200
    )
    if matrix is None:
        return 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    m = np.asarray(matrix, np.float64)
    # The derivative at the centre, where x = y = 0 and the denominator is 1.
    du_dx, du_dy = m[0, 0] - m[0, 2] * m[2, 0], m[0, 1] - m[0, 2] * m[2, 1]
    dv_dx, dv_dy = m[1, 0] - m[1, 2] * m[2, 0], m[1, 1] - m[1, 2] * m[2, 1]
    bottom = source @ m[2, :2] + 1
    # Points on the plane's horizon have no finite image.
    there = (source @ m[:2, :2].T + m[:2, 2]) / np.where(np.abs(bottom) < 1e-3, 1e-3, bottom)[
        :, None
    ]
    # Distance between the predicted and the tracked positions.
    off = np.hypot(*(there - target).T)
    return (
        float(du_dx - dv_dy) / 2,
        float(du_dy + dv_dx) / 2,
        float(m[2, 0]),
        float(m[2, 1]),
        float(weight[agrees[:, 0] > 0].sum()),
        float(np.median(off)),
    )


def _differences(
    a: TrackablePicture, b: TrackablePicture, motion: Similarity
) -> tuple[float, float]:
    """Return the mean grey difference without the motion, and the change of mean grey, 0 to 1."""
    # Every second pixel of every second line is enough for a mean.
    earlier, later = a.pixels[::2, ::2], b.pixels[::2, ::2]
    height, width = later.shape
    r, centre = motion.rotation, a.centre
    shift = motion.shift * a.side + centre - r * centre
    matrix = np.array([[r.real, -r.imag, shift.real], [r.imag, r.real, shift.imag]])
    moved = cv2.warpAffine(
        a.pixels,
        # The result has half the size.
        matrix / 2,
        (width, height),
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    change = cv2.norm(moved, later, cv2.NORM_L1) / (255 * width * height)
    light = (cv2.mean(later)[0] - cv2.mean(earlier)[0]) / 255
    return float(change), float(light)
