"""Whether the index of a long file vouches for the rate that its head has."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from av.container import InputContainer
from av.error import FFmpegError
from av.video.stream import VideoStream

from shotlog.media._breaks import may_break_off

_OF_ONE_RATE = frozenset(
    {"mxf", "mxf_opatom", "gxf", "lxf", "avi", "dv", "yuv4mpegpipe", "rawvideo"}
)
"""Formats that count frames and have no place for a time of each."""

_GAP = Fraction(30)
"""Seconds between two entries of a complete index, at the most, and from its last to the end:
encoders put keyframes at least every few seconds."""


def index_vouches(
    container: InputContainer, stream: VideoStream, rate: Fraction, slack: Fraction
) -> bool:
    """Whether every frame that the index names lies on the grid of a rate, over the whole length.

    The index of MOV and MP4 names the decoding time of every frame, that of Matroska (the cues)
    the time of every keyframe. No more of the file is read than that.

    Args:
        container: The file; it is left at its end.
        stream: The picture stream.
        rate: The rate that the head has.
        slack: Seconds by which times are rounded.
    """
    base = stream.time_base
    if container.format.name in _OF_ONE_RATE:
        return True
    if may_break_off(container) or base is None:
        return False
    claimed = stream.duration or round(Fraction(container.duration or 0, 1_000_000) / base)
    try:
        container.seek((stream.start_time or 0) + claimed, stream=stream)  # has the cues read
    except FFmpegError:
        return False
    times = [entry.timestamp * base for entry in stream.index_entries]
    if not claimed or not times or times[0] + claimed * base - times[-1] > _GAP:
        return False
    return all(b - a <= _GAP for a, b in pairwise(times)) and all(
        abs(t - round(t * rate) / rate) <= slack for t in (time - times[0] for time in times)
    )
