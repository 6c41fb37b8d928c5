"""Prescaling of frames by powers of two, before they are scaled to small pictures.

Scaling a large frame down takes as long as reading it from memory, once for every size. Halving
it first (each pixel the mean of four) takes 0.1 ms for 1920 x 1080, and scaling from there a third
of the time. The results of both ways differ by 0.3 grey levels on average (a film at 1920 x 1080,
four sizes).
"""

from __future__ import annotations

import cv2
from av.video.frame import VideoFrame

from shotlog.media.images import plane_samples

_FORMATS = frozenset({"yuv420p", "yuvj420p", "yuv422p", "yuvj422p", "yuv444p", "yuvj444p", "gray"})
"""Pixel formats with one byte per sample and one plane per component."""

_MIN_FACTOR = 2
"""Least size of a prescaled frame, in multiples of the picture that is scaled from it."""


class Prescaler:
    """Halved copies of the latest frame, each made on first use."""

    def __init__(self) -> None:
        """Start without a frame."""
        self._frames: list[VideoFrame] = []

    def source_for(self, frame: VideoFrame, width: int, height: int) -> VideoFrame:
        """Return the smallest copy of a frame from which a picture may be scaled.

        Args:
            frame: The whole frame.
            width: Width of the picture in the orientation of the frame (before it is rotated).
            height: Height of the picture likewise.

        Returns:
            The frame itself where it cannot be halved, or is small enough.
        """
        if not self._frames or self._frames[0] is not frame:
            self._frames = [frame]
        level = 0
        while (half := self._half(level)) is not None:
            if half.width < _MIN_FACTOR * width or half.height < _MIN_FACTOR * height:
                break
            level += 1
        return self._frames[level]

    def _half(self, level: int) -> VideoFrame | None:
        """Return the half of the frame of a level; None where it cannot be halved."""
        if level + 1 == len(self._frames):
            whole = self._frames[level]
            # Multiples of 4, so that subsampled chroma planes can be halved too.
            if whole.format.name not in _FORMATS or whole.width % 4 or whole.height % 4:
                return None
            self._frames.append(_halved(whole))
        return self._frames[level + 1]


def _halved(frame: VideoFrame) -> VideoFrame:
    """Return a frame at half its width and height; each sample is the mean of four."""
    half = VideoFrame(frame.width // 2, frame.height // 2, frame.format.name)
    for source, target in zip(frame.planes, half.planes, strict=True):
        size = (target.width, target.height)
        cv2.resize(
            plane_samples(source), size, dst=plane_samples(target), interpolation=cv2.INTER_AREA
        )
    # swscale takes the range from the frame that it is given.
    half.colorspace, half.color_range = frame.colorspace, frame.color_range
    return half
