"""The path of a crop: as still as it can be while its subject stays in it."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]

_WEIGHTS: Final = (10.0, 1.0, 100.0)
"""Weights of speed, acceleration and jerk: Grundmann, Kwatra and Essa, "Auto-Directed Video
Stabilization with Robust L1 Optimal Camera Paths", CVPR 2011, section 3.1."""
_CENTRE: Final = 0.05
"""Weight of the distance from the subject's centre: so low that the crop rests off the centre
rather than follow every movement of a head."""
_MARGIN: Final = 30.0
"""Weight of a subject that is nearer to the edge of the crop than its margin."""
_CUT: Final = 1e3
"""Weight of a subject that is cut: no smoothness outweighs it."""


def smooth_path(centres: Numbers, room: Numbers, calm: Numbers, low: float, high: float) -> Numbers:
    """Return an L1-optimal path along one axis.

    It is still, or moves evenly, or changes its speed evenly (the paths of tripod, dolly and
    a steady hand), as the sums of absolute first, second and third differences are least. A
    linear programme, solved by HiGHS.

    Args:
        centres: (n,) centre of the subject in successive samples.
        room: (n,) distance that the crop's centre may have from it, so that the subject is not cut;
            at least 0.
        calm: (n,) distance within which the subject has its margin too; at most ``room``.
        low: Least centre of a crop that lies in the picture.
        high: Greatest one.

    Returns:
        (n,) centres of the crop, from ``low`` to ``high``.
    """
    count = len(centres)
    if high <= low:
        return np.full(count, (low + high) / 2)
    wanted = np.clip(centres, low, high)
    if count == 1 or np.ptp(wanted) == 0:
        return wanted
    still = _still(wanted, calm, low, high)
    return still if still is not None else _solve(wanted, room, calm, low, high)


def _still(wanted: Numbers, calm: Numbers, low: float, high: float) -> Numbers | None:
    """Return a path that does not move, where one leaves the subject its margin all along."""
    least, most = (wanted - calm).max(), (wanted + calm).min()
    if least > most:
        return None
    return np.full(len(wanted), np.clip(np.clip(np.median(wanted), least, most), low, high))


def _solve(wanted: Numbers, room: Numbers, calm: Numbers, low: float, high: float) -> Numbers:
    from scipy import sparse  # imported late, as only crops need it
    from scipy.optimize import linprog

    unit = sparse.eye_array(len(wanted), format="csr")
    rows, targets, allowed = [unit] * 3, [wanted] * 3, [np.zeros(len(wanted)), calm, room]
    weights = [np.full(len(wanted), weight) for weight in (_CENTRE, _MARGIN, _CUT)]
    difference = unit
    for weight in _WEIGHTS:
        if difference.shape[0] < 2:
            break
        difference = difference[1:] - difference[:-1]
        none = np.zeros(difference.shape[0])
        rows.append(difference)
        targets.append(none)
        allowed.append(none)
        weights.append(none + weight)
    terms, target, free = sparse.vstack(rows), np.concatenate(targets), np.concatenate(allowed)
    # |terms @ path - target| <= free + slack, and the weighted sum of all slack is least.
    slack = sparse.eye_array(terms.shape[0])
    matrix: Any = sparse.block_array([[terms, -slack], [-terms, -slack]], format="csr")
    solved = linprog(
        np.concatenate([np.zeros(len(wanted)), *weights]),
        A_ub=matrix,
        b_ub=np.concatenate([target + free, free - target]),
        bounds=[(low, high)] * len(wanted) + [(0, None)] * terms.shape[0],
        method="highs",
    )
    if solved.x is None:  # slack is free, so there always is a solution
        raise ArithmeticError(f"no path was found: {solved.message}")
    return np.clip(np.asarray(solved.x[: len(wanted)], np.float64), low, high)


def thin(points: Numbers, tolerance: float) -> list[int]:
    """Return the numbers of the points that a line through them needs, the first and last too.

    Ramer, Douglas and Peucker (1972), by the distance along the other columns at the same moment:
    that is the error of a crop that moves evenly between key frames.

    Args:
        points: (n, 1 + d) moment and coordinates, by moment.
        tolerance: Largest distance of a point from the line.
    """
    kept, stretches = {0, len(points) - 1}, [(0, len(points) - 1)]
    while stretches:
        first, last = stretches.pop()
        if last - first < 2:
            continue
        inner = points[first : last + 1]
        share = (inner[:, 0] - inner[0, 0]) / (inner[-1, 0] - inner[0, 0])
        line = inner[0, 1:] + share[:, None] * (inner[-1, 1:] - inner[0, 1:])
        far = np.abs(inner[:, 1:] - line).max(axis=1)
        worst = int(far.argmax())
        if far[worst] > tolerance:
            kept.add(first + worst)
            stretches += [(first, first + worst), (first + worst, last)]
    return sorted(kept)
