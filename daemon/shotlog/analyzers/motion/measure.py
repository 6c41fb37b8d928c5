"""How the whole picture moves: one global motion per pair of pictures, and what disagrees with it.

Every pair of pictures is tracked from scratch, so a row depends on nothing but the pictures
between its two moments.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from shotlog.analyzers.motion.flow_figures import COLUMNS, figures
from shotlog.analyzers.motion.global_motion import Similarity, edge_weights, global_motion
from shotlog.analyzers.motion.tracking import TrackablePicture, look, track
from shotlog.schema import FrameNeed, Picture, PictureMeasure, Row

GRID = Fraction(6)
"""Pictures per second: the short baseline is 1/6 s."""

LONG = 3
"""Grid steps of the long baseline (1/2 s): slow moves and parallax show only there."""

LONG_EVERY = 2
"""A long row starts at every second grid moment, counted from media time 0."""


class _Seen(NamedTuple):
    """A picture, made ready, and the motion that led to it."""

    picture: Picture
    gaze: TrackablePicture
    motion: Similarity


class _MotionObserver:
    """Remembers the last half second of pictures."""

    def __init__(self) -> None:
        self._seen: deque[_Seen] = deque(maxlen=LONG + 1)

    def see(self, picture: Picture) -> Iterator[Row]:
        """Takes the next picture; gives a short row, and a long one at every second moment."""
        if self._seen and picture.at != self._seen[-1].picture.at + 1:
            self._seen.clear()
        fresh = _Seen(picture, self._look(picture), Similarity())
        if self._seen:
            motion, row = _compare(self._seen[-1], fresh, Similarity())
            fresh = fresh._replace(motion=motion)
            yield from row
        self._seen.append(fresh)
        first = self._seen[0]
        if len(self._seen) > LONG and first.picture.at % LONG_EVERY == 0:
            expected = Similarity()
            for step in list(self._seen)[1:]:
                expected = expected.then(step.motion)
            yield from _compare(first, fresh, expected)[1]

    def _look(self, picture: Picture) -> TrackablePicture:
        """A picture made ready; the last one still is where its frame is shown again."""
        if self._seen and self._seen[-1].picture.shown == picture.shown:
            return self._seen[-1].gaze
        return look(picture.pixels)


def _compare(a: _Seen, b: _Seen, expected: Similarity) -> tuple[Similarity, list[Row]]:
    """The global motion between two pictures and its row; none where both show one frame."""
    seconds = float(b.picture.shown - a.picture.shown)
    if seconds <= 0:
        return Similarity(), []
    before, after = track(a.gaze, b.gaze, expected.rotation, expected.shift)
    weight = edge_weights(before)
    motion = global_motion(before, after, weight)
    values = figures(a.gaze, b.gaze, before, after, weight, motion, seconds)
    return motion, [Row(a.picture.at, b.picture.at, [seconds, *values])]


class MotionMeasure(PictureMeasure):
    """Global motion of picture pairs, 1/6 s and 1/2 s apart.

    ``seconds`` is the real time between the frames shown; the other columns are described at
    :data:`shotlog.analyzers.motion.flow_figures.COLUMNS`.
    """

    name = "camera.motion"
    epoch = 3
    columns = ("seconds", *COLUMNS)
    need = FrameNeed(rate=GRID, frames="reference", width=320, height=320, pixels="gray")
    reach = LONG / GRID

    def observer(self) -> _MotionObserver:
        """A fresh observer for one unbroken run of pictures."""
        return _MotionObserver()
