"""Features of a window of motion rows, for the classification of its move.

Each feature is even or odd under two symmetries: mirroring the picture left to right, and reversing
time. :func:`mirror` and :func:`reverse` apply them to the rows, so that a classifier fitted to all
four versions of every window treats them alike.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from shotlog.analyzers.motion import LONG_BASELINE, MotionMeasure
from shotlog.schema import Series

Table = npt.NDArray[np.float64]
Vector = npt.NDArray[np.float64]

RADIUS = 1 / 3
"""Mean distance from the centre of a 16:9 picture, in widths: converts a growth or an angle into
the displacement of the average point."""

FLOOR = 0.006
"""Speed in widths per second that counts as zero: about the tracking error over 1/6 s."""

_FINE = 0.0015
"""The same over a long baseline, which resolves slow drifts."""

_STATIC_SHARE = 0.15
"""Share of motionless tracks from which the camera is static. In the labelled clips with a move its
median stays below 0.01 over the long baseline."""

_CLEAR_MOTION = 1.5 / 384
"""Displacement of the average point, in widths, that exceeds tracking errors and slow drifts."""

_MIN_ROWS = 3
_AXES = ("x", "y", "zoom", "turn")
_AT = {name: i for i, name in enumerate(MotionMeasure.columns)}
_BENDS = ("stretch", "shear", "bend_x", "bend_y")
_MIRROR_ODD = [_AT[name] for name in ("x", "turn", "shear", "bend_x")]
_REVERSE_ODD = [_AT[name] for name in (*_AXES, *_BENDS, "light")]
# The weights were fitted to these features, with every constant in their formulas: after a change
# of one, fit them again (benchmarks/fit_move.py).
LOOK_FEATURES = (
    *_AXES,
    *(f"{axis}_size" for axis in _AXES),
    *(f"{axis}_constant" for axis in _AXES),
    *(f"{axis}_constancy" for axis in _AXES),
    *(f"{axis}_net" for axis in _AXES),
    *(f"{axis}_net_size" for axis in _AXES),
    "roll",
    "roll_size",
    "sheared",
    "residual",
    "plane_gain",
    "stray",
    "spread",
    "stretch",
    "shear",
    "bend_x",
    "bend_y",
    "speed",
    "jitter",
    "jitter_share",
    "wander",
    "wander_share",
    "steady",
    "still_short",
    "still_long",
    "support_short",
    "support_long",
)
"""Names of the features of :func:`look_features`: direction, amount, steadiness and agreement."""

DEPTH_FEATURES = (
    "spread",
    "plane",
    "lengthwise",
    "radial",
    "leaning",
    "folding",
    "bending",
    "jitter_share",
    "turn_size",
    "speed",
    "support_long",
)
"""Names of the features of :func:`depth_features`: parallax."""


class MotionRows(NamedTuple):
    """Rows of a window with enough tracks: (n, columns) on the short and on the long baseline."""

    short: Table
    long: Table

    @property
    def enough(self) -> bool:
        """True if there are enough rows to classify."""
        return len(self.short) >= _MIN_ROWS

    @property
    def long_enough(self) -> bool:
        """True if the long baseline has most of its rows; a fast move outruns it."""
        # Long rows start at every second moment: a fifth of the short ones is two fifths of the
        # most that there can be.
        return len(self.long) >= max(2, len(self.short) // 5)

    def middle(self, column: str) -> float:
        """Return the median of a column over the short baseline."""
        return float(_medians(self.short)[_AT[column]])


def select_rows(series: Series) -> MotionRows:
    """Return the rows of a series, by baseline, without those with too few tracks."""
    span = series.last - series.first
    seeing = series.values[:, _AT["support"]] > 0
    values = _zero_static_scenes(series.values.astype(np.float64))
    return MotionRows(values[seeing & (span == 1)], values[seeing & (span == LONG_BASELINE)])


def _zero_static_scenes(table: Table) -> Table:
    """Set the motion to zero where much of the picture is static beside something that moves."""
    way = np.linalg.norm(velocities(table), axis=1) * table[:, _AT["seconds"]]
    # Nothing is static before a moving camera, except the middle of a zoom or a roll. So this is
    # something large before a tripod, even where most of the picture agrees with its motion.
    tripod = (table[:, _AT["still"]] > _STATIC_SHARE) & (way > _CLEAR_MOTION)
    table[np.ix_(tripod, _REVERSE_ODD)] = 0
    return table


def mirror(rows: MotionRows) -> MotionRows:
    """Return the rows of the same window mirrored left to right."""
    return MotionRows(*(_negate(table, _MIRROR_ODD) for table in rows))


def reverse(rows: MotionRows) -> MotionRows:
    """Return the rows, to a good approximation, of the same window played backwards."""
    return MotionRows(*(_negate(table, _REVERSE_ODD)[::-1] for table in rows))


def _negate(table: Table, columns: list[int]) -> Table:
    copy = table.copy()
    copy[:, columns] *= -1
    return copy


def velocities(table: Table) -> Table:
    """Return (n, 4) speeds of the average point by x, y, zoom and turn, in widths per second."""
    return table[:, [_AT[axis] for axis in _AXES]] * (1, 1, RADIUS, RADIUS)


class WindowMotion(NamedTuple):
    """Summary of the motion in a window.

    Attributes:
        table: Rows of the longest baseline with enough rows.
        middle: (columns,) medians of these rows.
        main: (4,) median velocity.
        full: Speed of the average point, at least :data:`FLOOR`.
        share: (4,) signed share of each axis in the whole motion.
        jitter: Unsteadiness from picture to picture, in widths per second.
    """

    table: Table
    middle: Vector
    main: Vector
    full: float
    share: Vector
    jitter: float


def summarise(rows: MotionRows) -> WindowMotion:
    """Return the summary of the motion in a window, from which all features derive."""
    table = rows.long if rows.long_enough else rows.short
    main = _medians(velocities(table))
    full = math.hypot(float(np.linalg.norm(main)), FLOOR)
    # A difference of two independent errors has sqrt(2) times the spread of one.
    jitter = _unsteadiness(np.diff(velocities(rows.short), axis=0) / math.sqrt(2), main)
    return WindowMotion(table, _medians(table), main, full, main * np.abs(main) / full**2, jitter)


def look_features(rows: MotionRows, motion: WindowMotion | None = None) -> Vector:
    """Return the :data:`LOOK_FEATURES` of a window with enough rows.

    *_net: motion that remains of all that there was; 0 where a hand sways, +-1 where an axis moves
    one way. roll: turn beyond the shear and stretch that come with it. A camera that rolls turns
    the whole picture alike; one that circles a thing from above also shears it, as near and far
    parts go opposite ways. sheared: that shear. residual: disagreement with one similarity;
    plane_gain: tracks that one plane explains beyond it; stray, spread: disagreement of the mean
    track, and with the plane; all relative to the whole motion.

    Args:
        rows: The window.
        motion: Its :func:`summarise`, where already known.
    """
    table, middle, main, full, share, jitter = motion or summarise(rows)
    of_short = _medians(rows.short)
    short, longest = velocities(rows.short), velocities(table)
    wander = _unsteadiness(longest - main, main)
    constant = _constancy(longest)
    way = float(np.linalg.norm(short, axis=1).sum()) + FLOOR
    net = short.sum(axis=0) / (np.abs(short).sum(axis=0) + FLOOR * len(short))
    return np.array(
        [
            *share,
            *np.abs(share),
            *constant,
            *np.abs(constant),
            *net,
            *np.abs(net),
            *_agreement(middle, full),
            *(math.tanh(middle[_AT[odd]] / full) for odd in _BENDS),
            math.log1p(float(np.linalg.norm(main)) / _FINE),
            math.log1p(jitter / _FINE),
            jitter / (jitter + full),
            math.log1p(wander / _FINE),
            wander / (wander + full),
            float(np.linalg.norm(short.sum(axis=0))) / way,
            of_short[_AT["still"]],
            middle[_AT["still"]],
            of_short[_AT["support"]],
            middle[_AT["support"]],
        ]
    )


def _agreement(middle: Vector, full: float) -> tuple[float, ...]:
    """Return roll, roll_size, sheared, residual, plane_gain, stray and spread."""
    turn, shear, stretch, off_x, off_y = (
        float(middle[_AT[name]]) for name in ("turn", "shear", "stretch", "off_x", "off_y")
    )
    bent = math.hypot(shear, stretch)
    rolling = max(0.0, abs(turn) - bent) * RADIUS / full
    return (
        math.copysign(rolling**2, turn),
        rolling**2,
        math.tanh(bent * RADIUS / full),
        # The added floor keeps the ratio finite where nothing disagrees.
        math.log((math.hypot(off_x, off_y) + 0.25 * FLOOR) / full),
        float(middle[_AT["plane"]] - middle[_AT["support"]]),
        math.log1p(float(middle[_AT["stray"]]) / full),
        math.log1p(8 * float(middle[_AT["off_plane"]]) / full),
    )


def depth_features(rows: MotionRows, kind: str, motion: WindowMotion | None = None) -> Vector:
    """Return the :data:`DEPTH_FEATURES` of a window with enough rows.

    spread: disagreement with one plane, relative to the whole motion. plane: share of tracks that
        one
    plane explains. lengthwise: disagreement along the axis of motion over that across it. radial:
    the same away from the centre over round it. leaning: excess speed of the bottom over the
    middle, sideways; folding: downwards; bending: perspective, relative to the whole motion.

    Args:
        rows: The window.
        kind: Kind of its look: ``pan``, ``tilt`` or ``zoom``.
        motion: Its :func:`summarise`, where already known.
    """
    _, middle, main, full, share, jitter = motion or summarise(rows)

    def median(name: str) -> float:
        return float(middle[_AT[name]])

    # The added floor keeps the ratios finite where nothing disagrees.
    off_x, off_y, radial, around = (
        median(f"off_{way}") + 0.25 * FLOOR for way in ("x", "y", "radial", "round")
    )
    x, y, zoom = main[:3]
    lean = (median("shear") - median("turn")) * np.sign(x)
    fold = -median("stretch") * np.sign(y)
    bends = {
        "pan": -median("bend_x") * np.sign(x),
        "tilt": -median("bend_y") * np.sign(y),
        "zoom": median("bend_y") * np.sign(zoom),
    }
    lengthwise = math.log(off_x / off_y)
    return np.array(
        [
            math.log1p(8 * median("off_plane") / full),
            median("plane"),
            -lengthwise if kind == "tilt" else lengthwise,
            math.log(radial / around),
            # tanh and log bound the influence of single outliers.
            math.tanh(lean / (abs(x) + FLOOR)),
            math.tanh(fold / (abs(y) + FLOOR)),
            math.tanh(bends[kind] / full),
            jitter / (jitter + full),
            abs(share[3]),
            math.log(full / FLOOR),
            median("support"),
        ]
    )


def _medians(table: Table) -> Vector:
    """Return the median of every column."""
    # np.median takes many times as long over so few rows.
    ordered = np.sort(table, axis=0)
    return np.asarray((ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2)


def _constancy(speeds: Table) -> Vector:
    """Return by axis the mean speed over its variation, from -1 to 1.

    An intended move continues in one direction, however much the hand shakes.
    """
    mean = speeds.mean(axis=0)
    return np.asarray(mean / (np.abs(mean) + speeds.std(axis=0) + FLOOR))


def _unsteadiness(off: Table, main: Vector) -> float:
    """Return the variation of a velocity across its main direction, in widths per second."""
    if len(off) < 2:
        return 0.0
    speed = float(np.linalg.norm(main))
    if speed > FLOOR:
        way = main / speed
        # Doubled frames change the speed along the main direction, so that part is removed.
        off = off - np.outer(off @ way, way) * (speed / (speed + 2 * FLOOR))
    return math.sqrt(_medians((off**2).sum(axis=1)))
