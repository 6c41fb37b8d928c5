"""From the rows of a window to the numbers that a move is told by.

Each number is even or odd under two changes of the picture: turned left for right, and played
backwards. :func:`mirrored` and :func:`backwards` do the same to the rows, so that a head that is
fitted on all four versions of every window judges them alike.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from shotlog.analyzers.motion import LONG, MotionMeasure
from shotlog.schema import Series

Table = npt.NDArray[np.float64]
Vector = npt.NDArray[np.float64]

RADIUS = 1 / 3
"""Mean distance from the centre of a 16:9 picture, in widths: turns a growth or an angle into the
way that the average point goes."""

FLOOR = 0.006
"""Widths per second that count as nothing: about the error of tracking over a short baseline."""

_FINE = 0.0015
"""The same over a long baseline, where slow drifts show."""

_GROUND = 0.15
"""Share of tracks that do not move at all, from which on the camera does not either. On the
labelled clips with a move its median stays below 0.01 over the long baseline."""

_CLEAR = 1.5 / 384
"""A motion of the average point, in widths, that is no error of tracking and no slow drift."""

_FEWEST = 3
_AXES = ("x", "y", "zoom", "turn")
_AT = {name: i for i, name in enumerate(MotionMeasure.columns)}
_BENDS = ("stretch", "shear", "bend_x", "bend_y")
_MIRROR_ODD = [_AT[name] for name in ("x", "turn", "shear", "bend_x")]
_REVERSE_ODD = [_AT[name] for name in (*_AXES, *_BENDS, "light")]
LOOK_NAMES = (
    *_AXES,
    *(f"{axis}_size" for axis in _AXES),
    *(f"{axis}_constant" for axis in _AXES),
    *(f"{axis}_constancy" for axis in _AXES),
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
"""What :func:`look` gives: which way, how much of it, how steadily."""

DEPTH_NAMES = (
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
"""What :func:`depth` gives: how far things at other depths move at other speeds."""


class Rows(NamedTuple):
    """The rows of a window that saw anything: (n, columns) on the short and long baseline."""

    short: Table
    long: Table

    @property
    def enough(self) -> bool:
        """Whether there is anything to judge by."""
        return len(self.short) >= _FEWEST

    @property
    def long_enough(self) -> bool:
        """Whether the long baseline saw most of what it could; a fast move outruns it."""
        return len(self.long) >= max(2, len(self.short) // 5)

    def middle(self, column: str) -> float:
        """The median of a column over the short baseline."""
        return float(_medians(self.short)[_AT[column]])


def rows_of(series: Series) -> Rows:
    """The rows of a series, by baseline, without those that found too little to track."""
    span = series.last - series.first
    seeing = series.values[:, _AT["support"]] > 0
    values = _grounded(series.values.astype(np.float64))
    return Rows(values[seeing & (span == 1)], values[seeing & (span == LONG)])


def _grounded(table: Table) -> Table:
    """The rows with no motion where much of the picture stands still beside something that moves.

    Before a camera that moves nothing stands still, but the middle of a zoom or a roll. So it is
    something large before a tripod that moves, even where most of the picture agrees with it.
    """
    way = np.linalg.norm(velocity(table), axis=1) * table[:, _AT["seconds"]]
    tripod = (table[:, _AT["still"]] > _GROUND) & (way > _CLEAR)
    table[np.ix_(tripod, _REVERSE_ODD)] = 0
    return table


def mirrored(rows: Rows) -> Rows:
    """What the rows of the same window would be, had the picture been turned left for right."""
    return Rows(*(_negated(table, _MIRROR_ODD) for table in rows))


def backwards(rows: Rows) -> Rows:
    """What the rows of the same window would be (nearly), were it played backwards."""
    return Rows(*(_negated(table, _REVERSE_ODD)[::-1] for table in rows))


def _negated(table: Table, columns: list[int]) -> Table:
    copy = table.copy()
    copy[:, columns] *= -1
    return copy


def velocity(table: Table) -> Table:
    """(n, 4) widths per second that the average point goes by x, y, zoom and turn."""
    return table[:, [_AT[axis] for axis in _AXES]] * (1, 1, RADIUS, RADIUS)


class Gist(NamedTuple):
    """The motion of a window in short.

    Attributes:
        table: Rows of the longest baseline that saw enough.
        middle: (columns,) their medians.
        main: (4,) median velocity.
        full: Speed of the average point, with :data:`FLOOR` below it.
        share: (4,) signed part of each axis in the whole motion.
        jitter: Unsteadiness from picture to picture, widths per second.
    """

    table: Table
    middle: Vector
    main: Vector
    full: float
    share: Vector
    jitter: float


def gist(rows: Rows) -> Gist:
    """The motion of a window in short, which everything else is said of."""
    table = rows.long if rows.long_enough else rows.short
    main = _medians(velocity(table))
    full = math.hypot(float(np.linalg.norm(main)), FLOOR)
    jitter = _unsteadiness(np.diff(velocity(rows.short), axis=0) / math.sqrt(2), main)
    return Gist(table, _medians(table), main, full, main * np.abs(main) / full**2, jitter)


def look(rows: Rows, short_of_it: Gist | None = None) -> Vector:
    """The numbers of :data:`LOOK_NAMES` for one window that has enough to see.

    Args:
        rows: The window.
        short_of_it: Its :func:`gist`, where that is known already.
    """
    table, middle, main, full, share, jitter = short_of_it or gist(rows)
    of_short = _medians(rows.short)
    short, longest = velocity(rows.short), velocity(table)
    wander = _unsteadiness(longest - main, main)
    constant = _constant(longest)
    way = float(np.linalg.norm(short, axis=1).sum()) + FLOOR
    return np.array(
        [
            *share,
            *np.abs(share),
            *constant,
            *np.abs(constant),
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


def depth(rows: Rows, kind: str, short_of_it: Gist | None = None) -> Vector:
    """The numbers of :data:`DEPTH_NAMES` for one window that has enough to see.

    spread: disagreement with one plane, of the whole motion. plane: share that one plane explains.
    lengthwise: disagreement along the motion's axis against across it. radial: the same away from
    the centre against round it. leaning: whether the bottom moves faster than the middle,
    sideways; folding: downwards; bending: perspective, of the whole motion.

    Args:
        rows: The window.
        kind: What it looks like: ``pan``, ``tilt`` or ``zoom``.
        short_of_it: Its :func:`gist`, where that is known already.
    """
    _, middle, main, full, share, jitter = short_of_it or gist(rows)

    def median(name: str) -> float:
        return float(middle[_AT[name]])

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
    """Of every column, as np.median has it, which takes many times as long over so few rows."""
    ordered = np.sort(table, axis=0)
    return np.asarray((ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2)


def _constant(speeds: Table) -> Vector:
    """By axis, the mean speed against how much it varies, from -1 to 1.

    A move that its operator means goes on, however much the hand shakes beside it.
    """
    mean = speeds.mean(axis=0)
    return np.asarray(mean / (np.abs(mean) + speeds.std(axis=0) + FLOOR))


def _unsteadiness(off: Table, main: Vector) -> float:
    """How much a velocity changes across its main direction; along it, doubled frames change it."""
    if len(off) < 2:
        return 0.0
    speed = float(np.linalg.norm(main))
    if speed > FLOOR:
        way = main / speed
        off = off - np.outer(off @ way, way) * (speed / (speed + 2 * FLOOR))
    return math.sqrt(_medians((off**2).sum(axis=1)))
