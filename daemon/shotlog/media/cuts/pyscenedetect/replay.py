"""Decisions of PySceneDetect's detectors on metrics that were measured before.

The module imports PySceneDetect. Its detectors decide as they do on pictures; only the computation
of the metrics is replaced.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt
from scenedetect import AdaptiveDetector, ContentDetector, FrameTimecode, StatsManager
from scenedetect import ThresholdDetector as _ThresholdDetector
from scenedetect.common import Timecode

from shotlog.schema import Series

_MICROSECOND = Fraction(1, 10**6)
"""Unit of the times that PySceneDetect's default backend gives to frames."""


class ScoredContent(ContentDetector):  # type: ignore[misc]  # PySceneDetect has no types
    """The content detector, given the score of a frame in place of its picture."""

    def _calculate_frame_score(self, timecode: FrameTimecode, frame_img: float) -> float:
        return frame_img


class ScoredAdaptive(AdaptiveDetector):  # type: ignore[misc]
    """The adaptive detector, given the score of a frame in place of its picture."""

    def _calculate_frame_score(self, timecode: FrameTimecode, frame_img: float) -> float:
        return frame_img


class ScoredThreshold(_ThresholdDetector):  # type: ignore[misc]
    """The threshold detector, given the mean of a frame in place of its picture."""

    def process_frame(self, timecode: FrameTimecode, frame_img: float) -> list[FrameTimecode]:
        """Process the next frame."""
        self.stats_manager = StatsManager()
        self.stats_manager.set_metrics(timecode, {self.THRESHOLD_VALUE_KEY: frame_img})
        found: list[FrameTimecode] = super().process_frame(timecode, None)
        return found


class SpacedDetector:
    """Cuts at the frames that differ, at least a length apart, as the other detectors have them."""

    def __init__(self, min_scene_len: int) -> None:
        self._length = min_scene_len
        self._last: FrameTimecode | None = None

    def process_frame(self, timecode: FrameTimecode, differs: float) -> list[FrameTimecode]:
        """Process the next frame; ``differs`` is 1 where it differs from the one before."""
        if self._last is None:
            self._last = timecode
        if not differs or (timecode - self._last) < self._length:
            return []
        self._last = timecode
        return [timecode]

    def post_process(self, timecode: FrameTimecode) -> list[FrameTimecode]:
        """Return nothing."""
        return []


class FrameTimes:
    """The frames of a series in PySceneDetect's times.

    Attributes:
        moments: (n,) the frames, in ticks.
        timecodes: Their times.
    """

    def __init__(self, series: Series, rate: Fraction) -> None:
        self.moments = np.union1d(series.first, series.last)
        self.timecodes = [
            FrameTimecode(Timecode(round(tick * series.tick / _MICROSECOND), _MICROSECOND), rate)
            for tick in self.moments.tolist()
        ]
        self._seconds = np.array([code.seconds for code in self.timecodes])

    def nearest(self, timecode: FrameTimecode) -> int:
        """Return the frame that is nearest to a time, in ticks."""
        return int(self.moments[np.abs(self._seconds - timecode.seconds).argmin()])


def frames_of(length: str, rate: Fraction) -> int:
    """Return a length of time in frames, as PySceneDetect's command line reads it."""
    return int(FrameTimecode(length, fps=rate).frame_num)


def decide(detector: Any, times: FrameTimes, scores: npt.NDArray[np.floating]) -> Sequence[int]:
    """Return the frames at which a detector cuts, in ticks, in order.

    Args:
        detector: A detector of this module.
        times: The frames.
        scores: (n,) what the detector takes for each frame.
    """
    return sorted({times.nearest(cut) for cut in _cuts(detector, times, scores.tolist())})


def _cuts(detector: Any, times: FrameTimes, scores: Sequence[float]) -> Iterator[FrameTimecode]:
    for timecode, score in zip(times.timecodes, scores, strict=True):
        yield from detector.process_frame(timecode, score)
    if times.timecodes:
        yield from detector.post_process(times.timecodes[-1])
