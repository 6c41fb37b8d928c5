"""Measure of motion: one global motion per pair of pictures, and the disagreement with it.

Every pair of pictures is tracked from scratch, so a row depends on nothing but the pictures
between its two moments.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from shotlog.analyzers.motion.flow_figures import COLUMNS, measure_pair
from shotlog.analyzers.motion.global_motion import Similarity, edge_weights, estimate_motion
from shotlog.analyzers.motion.tracking import TrackablePicture, detect_corners, track_corners
from shotlog.schema import FrameNeed, Picture, PictureMeasure, Row

PICTURE_RATE = Fraction(6)
"""Pictures per second: the short baseline is 1/6 s."""

LONG_BASELINE = 3
"""Grid steps of the long baseline (1/2 s): it alone shows slow moves and parallax."""

LONG_INTERVAL = 2
"""Grid steps between the starts of long rows, counted from media time 0."""


class _Prepared(NamedTuple):
    """A picture prepared for tracking, and the motion since the previous one."""

    picture: Picture
    trackable: TrackablePicture
    motion: Similarity


class _MotionObserver:
    """Observer that keeps the last half second of pictures."""

    def __init__(self) -> None:
        self._recent: deque[_Prepared] = deque(maxlen=LONG_BASELINE + 1)

    def see(self, picture: Picture) -> Iterator[Row]:
        """Process the next picture; yield a short row, and a long one at every second moment."""
        if self._recent and picture.at != self._recent[-1].picture.at + 1:
            # A gap in the grid: no row may span it.
            self._recent.clear()
        fresh = _Prepared(picture, self._prepare(picture), Similarity())
        if self._recent:
            motion, row = _compare(self._recent[-1], fresh, Similarity())
            fresh = fresh._replace(motion=motion)
            yield from row
        self._recent.append(fresh)
        first = self._recent[0]
        if len(self._recent) > LONG_BASELINE and first.picture.at % LONG_INTERVAL == 0:
            # The sum of the short motions predicts the long one, which tracking alone might miss.
            expected = Similarity()
            for step in list(self._recent)[1:]:
                expected = expected.then(step.motion)
            yield from _compare(first, fresh, expected)[1]

    def _prepare(self, picture: Picture) -> TrackablePicture:
        """Return a prepared picture; the previous one where the same frame is shown again."""
        if self._recent and self._recent[-1].picture.shown == picture.shown:
            return self._recent[-1].trackable
        return detect_corners(picture.pixels)


def _compare(a: _Prepared, b: _Prepared, expected: Similarity) -> tuple[Similarity, list[Row]]:
    """Return the global motion between two pictures and its row; no row if both show one frame."""
    seconds = float(b.picture.shown - a.picture.shown)
    # A repeated frame has no speed.
    if seconds <= 0:
        return Similarity(), []
    before, after = track_corners(a.trackable, b.trackable, expected.rotation, expected.shift)
    weight = edge_weights(before)
    motion = estimate_motion(before, after, weight)
    values = measure_pair(a.trackable, b.trackable, before, after, weight, motion, seconds)
    return motion, [Row(a.picture.at, b.picture.at, [seconds, *values])]


class MotionMeasure(PictureMeasure):
    """Global motion of picture pairs, 1/6 s and 1/2 s apart.

    ``seconds`` is the real time between the frames shown; the other columns are described at
    :data:`shotlog.analyzers.motion.flow_figures.COLUMNS`.
    """

    name = "camera.motion"
    epoch = 4
    columns = ("seconds", *COLUMNS)
    need = FrameNeed(rate=PICTURE_RATE, frames="reference", width=320, height=320, pixels="gray")
    reach = LONG_BASELINE / PICTURE_RATE

    def observer(self) -> _MotionObserver:
        """Return a new observer for one unbroken run of pictures."""
        return _MotionObserver()
