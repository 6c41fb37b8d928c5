"""Whether the index of a long file vouches for the rate that its head has."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from av.container import InputContainer
from av.error import FFmpegError
from av.video.stream import VideoStream

from shotlog.media.container.breaks import may_break_off

_OF_ONE_RATE = frozenset(
    {"mxf", "mxf_opatom", "gxf", "lxf", "avi", "dv", "yuv4mpegpipe", "rawvideo"}
)
"""Formats that count frames and have no place for a time of each."""

_GAP = Fraction(30)
"""Seconds between two entries of a complete index, at the most, and from its last to the end:
encoders put keyframes at least every few seconds."""

_BEYOND = 32 << 20
"""Bytes after the last frame of a complete index, at the most: headers, attachments and the last
frames. (Of Matroska files that were joined, the index knows the first alone.)"""


def index_times(container: InputContainer, stream: VideoStream) -> list[Fraction] | None:
    """Seconds at which the index has frames, over the whole length; None where it is not complete.

    The index of MOV and MP4 names the decoding time of every frame, that of Matroska (the cues)
    the time of every keyframe. Formats of one rate need none. No more of the file is read.

    Args:
        container: The file, before its end was read; it is left there.
        stream: The picture stream.
    """
    base = stream.time_base
    if container.format.name in _OF_ONE_RATE:
        return []
    if may_break_off(container) or base is None:
        return None
    claimed = stream.duration or round(Fraction(container.duration or 0, 1_000_000) / base)
    try:
        container.seek((stream.start_time or 0) + claimed, stream=stream)  # has the cues read
    except FFmpegError:
        return None
    entries = list(stream.index_entries)
    times = [entry.timestamp * base for entry in entries]
    if not claimed or not times or times[0] + claimed * base - times[-1] > _GAP:
        return None
    if container.size - max(entry.pos for entry in entries) > _BEYOND:
        return None
    return times if all(b - a <= _GAP for a, b in pairwise(times)) else None


def vouches(times: Sequence[Fraction], rate: Fraction, slack: Fraction) -> bool:
    """Whether times of an index lie on the grid of a rate, give or take some seconds."""
    since = (time - times[0] for time in times)
    return all(abs(t - round(t * rate) / rate) <= slack for t in since)
