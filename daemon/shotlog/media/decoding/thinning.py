"""Thinning of film whose frames stand alone, such as ProRes, DNxHR, Motion JPEG and pictures.

Of other film, frames that no other frame refers to are left out. Here no frame refers to another,
so any may be.
"""

from __future__ import annotations

from fractions import Fraction

from shotlog.schema import VideoStream

_LEAST_RATE = 11
"""Least frames per second that remain: every second one of 24, and every fourth of 48."""

_HIGHEST_RATE = Fraction(240)
"""Frames per second beyond which a rate is taken for a mistake of the file: none is left out."""


def choose_stride(video: VideoStream) -> int:
    """Return n where only frames 0, n, 2 n and so on count as reference frames; 1 for all.

    Frames at a variable rate, or without timestamps, have no numbers: none is left out.
    """
    if not video.stands_alone or video.variable_rate or video.origin is None:
        return 1
    if video.rate > _HIGHEST_RATE:
        return 1
    return max(1, int(video.rate // _LEAST_RATE))
