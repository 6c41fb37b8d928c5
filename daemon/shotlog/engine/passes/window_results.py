"""Rows of the models for the windows of shots, and the problems of measuring them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from shotlog.engine.passes.shots import SegmentedClip
from shotlog.engine.plugins import analyzer_problem
from shotlog.schema import (
    Media,
    Problem,
    Series,
    Shot,
    TimeRange,
    VideoStream,
    Window,
    WindowMeasure,
)

Moments = tuple[int, int]
"""First and last moment of a window's row, in ticks."""


class WindowResults:
    """Rows of the models for the windows of every shot, and the problems of the second pass."""

    def __init__(self) -> None:
        self._chosen: dict[tuple[str, TimeRange, str], Sequence[Window]] = {}
        self._rows: dict[tuple[str, str], dict[Moments, npt.NDArray[np.float32]]] = {}
        self._problems: dict[tuple[str | None, str], Problem] = {}

    @property
    def problems(self) -> tuple[Problem, ...]:
        """One problem for each clip and cause, however many windows were lost."""
        return tuple(self._problems.values())

    def add_problem(self, cause: str, problem: Problem) -> None:
        """Add a problem, unless its clip has one of the same cause."""
        self._problems.setdefault((problem.clip, cause), problem)

    def series(self, media: Media, shot: Shot, measure: WindowMeasure) -> Series | None:
        """Return the rows of exactly the windows of a shot, in their order.

        Returns:
            One row for each window, also where two windows have the same frames; None where there
            is no window, or one of them has no row.
        """
        windows = self._chosen.get((media.content_id, shot.core, measure.name), ())
        if not windows or media.video is None:
            return None
        rows = self._rows[media.content_id, measure.name]
        keys = [moments_of(window, media.video) for window in windows]
        if not rows.keys() >= set(keys):
            return None
        first, last = np.array(keys, np.int64).T
        return Series(media.video.tick, first, last, np.stack([rows[key] for key in keys]))

    def choose(
        self, item: SegmentedClip, measure: WindowMeasure, video: VideoStream
    ) -> list[Window]:
        """Return the windows of a clip's shots; none of a shot for which choosing them fails."""
        found: list[Window] = []
        for shot in item.shots:
            key = (item.located.media.content_id, shot.core, measure.name)
            try:
                if key not in self._chosen:
                    self._chosen[key] = _checked(measure.windows(shot.core, video), shot.core)
                found += self._chosen[key]
            except Exception as error:  # a plugin may raise anything; the others must go on
                self.add_problem(measure.name, analyzer_problem(measure.name, item.located, error))
        return found

    def rows(self, media: Media, measure: WindowMeasure) -> dict[Moments, npt.NDArray[np.float32]]:
        """Return the known rows of a measure on a file; the caller may add to them."""
        return self._rows.setdefault((media.content_id, measure.name), {})


def _checked(windows: Sequence[Window], core: TimeRange) -> Sequence[Window]:
    for window in windows:
        if not window.frames or list(window.frames) != sorted(window.frames):
            raise ValueError(f"the frames of a window must stand in order: {window}")
        if not (core.contains(window.frames[0]) and core.contains(window.frames[-1])):
            raise ValueError(f"it wants frames outside the shot {core}: {window}")
    return windows


def moments_of(window: Window, video: VideoStream) -> Moments:
    """Return the key of a window: the moments of its first and last frame, in ticks."""
    return window.frames[0] // video.tick, window.frames[-1] // video.tick
