"""Sampling of frames: the rules of :class:`~shotlog.models.catalog.Sampling`.

Each rule gives exactly the frames that the model's authors took, counted from the first frame of
the shot. Only frames that *start* within the shot count, so that a window depends on nothing
outside it, and its frames follow from its first and its last one alone. Where the shot has fewer
frames than a model takes, frames are repeated.

At a variable rate there are no frame numbers to count by. Moments one mean frame apart replace
them, each on the stream's ticks, and the frame shown at each moment is taken.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

import numpy as np

from shotlog.models.catalog import Sampling
from shotlog.schema import TimeRange, VideoStream, Window

FRAMES = 16
"""Frames of one backbone input: ``num_frames`` of every published checkpoint."""

_LONGEST = Fraction(2)
"""Seconds of the longest window of the camera-motion model: the authors' advice in
``camera_motion_classifier_demo.ipynb`` of gen-ai-team/kandinsky-video-tools."""

_SEGMENT_RATE, _SEGMENT_FRAMES = 4, 240
"""Frames per second and maximum of frames of the motion predictor: the defaults of
``VideoMotionPredictor.preprocess_data`` in the same repository (commit eb114b7)."""


def sample_windows(
    sampling: Sampling, shot: TimeRange, video: VideoStream, *, overlap: Fraction = Fraction(0)
) -> list[Window]:
    """Return the windows of a shot, in time order.

    Args:
        sampling: The rule.
        shot: Range without a cut, in media time; not empty.
        video: The stream, for its rate and its ticks.
        overlap: Seconds that neighbouring windows share; for :attr:`Sampling.TWO_SECONDS` alone.

    Raises:
        ValueError: The overlap is negative, or not shorter than a window.
    """
    if sampling is Sampling.UNIFORM:
        return [sample_uniform(shot, video)]
    if sampling is Sampling.SEGMENTS:
        return [sample_segments(shot, video)]
    return sample_two_seconds(shot, video, overlap)


def sample_uniform(shot: TimeRange, video: VideoStream) -> Window:
    """Return 16 frames, evenly from the first to the last: ``linspace(0, n - 1, 16).long()``.

    As ``UniformTemporalSubsample(16)`` of pytorchvideo, which the authors of the MovieShots models
    use. They read their clips at 25 frames a second; here the material's own frames are counted,
    which differ from those by less than one frame of 25.
    """
    frames = _Frames.within(shot, video)
    return _window(shot, frames, _linspace(len(frames), FRAMES))


def sample_two_seconds(
    shot: TimeRange, video: VideoStream, overlap: Fraction = Fraction(0)
) -> list[Window]:
    """Return the shot in even stretches of at most two seconds, 16 frames of each.

    In a stretch the frames are ``linspace(ceil(fps * start), ceil(fps * end), 16, dtype=int)`` as
    in the authors' code, whose last frame is the first of the next stretch; in the last stretch it
    is the shot's last frame. The authors do not define a remainder shorter than two seconds. Even
    stretches leave none: 16 copies of a remainder of two frames would look static.
    """
    if not 0 <= overlap < _LONGEST:
        raise ValueError(f"windows of {_LONGEST} s cannot share {overlap} s")
    frames = _Frames.within(shot, video)
    # The fewest stretches that are no longer than two seconds.
    count = max(1, math.ceil((shot.duration - overlap) / (_LONGEST - overlap)))
    shared = overlap if count > 1 else Fraction(0)
    hop = (shot.duration - shared) / count
    stretches = [TimeRange(start=shot.start + i * hop, duration=hop + shared) for i in range(count)]
    windows = []
    for ends, alike in groupby(stretches, frames.around):
        # Where frames are longer than stretches, stretches with equal frames form one window.
        first, *others = alike
        source = TimeRange.between(first.start, others[-1].end if others else first.end)
        windows.append(_window(source, frames, np.linspace(*ends, FRAMES, dtype=int).tolist()))
    return windows


def sample_segments(shot: TimeRange, video: VideoStream) -> Window:
    """Return a multiple of 16 frames, evenly over the whole shot: the motion predictor's rule.

    ``n = min(4 * int(seconds), 240); n = (n // 16 + 1) * 16; linspace(0, N - 1, n).long()``, as in
    the code (its description says 4 frames a second): 16 frames below 4 s, 256 at most. The seconds
    are those of the frames, so that the result depends on them alone.
    """
    frames = _Frames.within(shot, video)
    wanted = min(_SEGMENT_RATE * int(len(frames) / video.rate), _SEGMENT_FRAMES)
    return _window(shot, frames, _linspace(len(frames), (wanted // FRAMES + 1) * FRAMES))


def _window(source: TimeRange, frames: _Frames, chosen: list[int]) -> Window:
    return Window(source=source, frames=tuple(frames.moment(index) for index in chosen))


@dataclass(frozen=True)
class _Frames:
    """The frames that start within a shot.

    Attributes:
        first: Number of the first one in the whole stream.
        stop: Number after the last one.
        step: Ticks from one frame to the next; 1 at a constant rate.
        tick: Seconds of a tick.
        alone: Moment to take where no frame starts within the shot: the shot's start, at which an
            earlier frame is still shown.
    """

    first: int
    stop: int
    step: Fraction
    tick: Fraction
    alone: Fraction

    @classmethod
    def within(cls, shot: TimeRange, video: VideoStream) -> _Frames:
        # At a constant rate a tick is a frame, so the step is 1.
        step = 1 / (video.rate * video.tick)
        first = _from_tick(math.ceil(shot.start / video.tick), step)
        stop = _from_tick(math.ceil(shot.end / video.tick), step)
        return cls(first, stop, step, video.tick, shot.start)

    def __len__(self) -> int:
        return max(1, self.stop - self.first)

    def moment(self, index: int) -> Fraction:
        """Return the start of the frame of an index, counted from the first of the shot."""
        # A shot between two frames of a slow stream.
        if self.stop == self.first:
            return self.alone
        return math.ceil((self.first + index) * self.step) * self.tick

    def around(self, item: TimeRange) -> tuple[int, int]:
        """Return the index of the first frame of a stretch, and of the first one after it."""
        ends = (_from_tick(math.ceil(t / self.tick), self.step) for t in (item.start, item.end))
        first, last = (min(end - self.first, len(self) - 1) for end in ends)
        return first, last


def _from_tick(tick: int, step: Fraction) -> int:
    """Return the first frame from a tick on; frame k starts at tick ``ceil(k * step)``."""
    return math.floor((tick - 1) / step) + 1


def _linspace(frames: int, count: int) -> list[int]:
    """Return the indices of ``torch.linspace(0, frames - 1, count).long()``, without torch.

    Up to 48 indices of any shot below 5000 frames are the exact quotients
    ``k * (frames - 1) // (count - 1)``; of 256 some are one lower.
    """
    # Torch computes in float32, from the nearer end, and the models were trained with its indices.
    # (Above 65 000 frames, three quarters of an hour, torch's own result depends on the processor:
    # some fuse the two operations.)
    last = np.float32(frames - 1)
    step = last / np.float32(count - 1)
    near = np.arange(count, dtype=np.float32)
    ramp = np.where(near < count // 2, step * near, last - step * near[::-1])
    return [int(index) for index in ramp]
