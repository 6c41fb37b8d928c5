"""Frames of windows that the first pass takes, so that they are not decoded a second time.

Windows are known once the cuts are. A short clip of a timeline is one shot most of the time, so the
first pass takes the frames of the windows that each clip has if it is one. They are the same frames
to the bit; where the clip turns out to be several shots, other windows are read in the second pass.
"""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction

import numpy as np

from shotlog.engine.passes.window_jobs import WindowRequest
from shotlog.media import Frame
from shotlog.schema import FrameNeed, Pixels

_BYTES = 512 * 1024**2
"""Largest size of all frames that are taken: 222 windows of 16 frames of 224 x 224."""


class WindowFrames:
    """The frames that the first pass shall take, and those that it has taken."""

    def __init__(self) -> None:
        """Start without a frame."""
        self._wanted: dict[str, dict[Fraction, set[FrameNeed]]] = {}
        self._taken: dict[str, dict[tuple[Fraction, FrameNeed], Pixels]] = defaultdict(dict)
        self._bytes = 0

    def want(self, job: WindowRequest) -> None:
        """Have the frames of a window taken, unless all of them together would be too large."""
        need, wanted = job.need, self._wanted.setdefault(job.media.content_id, {})
        lacking = {at for at in job.window.frames if need not in wanted.get(at, ())}
        size = len(lacking) * need.width * need.height * (3 if need.pixels == "rgb" else 1)
        if self._bytes + size > _BYTES:
            return
        self._bytes += size
        for at in lacking:
            wanted.setdefault(at, set()).add(need)

    def moments(self, content: str) -> frozenset[Fraction]:
        """Return the starts of the wanted frames of a file, by its content id."""
        return frozenset(self._wanted.get(content, ()))

    def take(self, content: str, frame: Frame) -> None:
        """Take a frame as far as it is wanted."""
        for need in self._wanted.get(content, {}).get(frame.start, ()):
            self._taken[content][frame.start, need] = frame.pixels(need)

    def window(self, job: WindowRequest) -> Pixels | None:
        """Return the frames (n, h, w, 3) of a window; None where one was not taken."""
        taken = self._taken.get(job.media.content_id, {})
        frames = [taken.get((at, job.need)) for at in job.window.frames]
        there = [pixels for pixels in frames if pixels is not None]
        # A measure that sees the loop filter's work must not get frames without it.
        if job.loop_filter or len(there) < len(frames):
            return None
        return np.stack(there)

    def forget(self, content: str) -> None:
        """Drop the frames of a file."""
        self._wanted.pop(content, None)
        self._taken.pop(content, None)
