"""Confirmation of a frame rate by the index of a long file."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from av.container import InputContainer
from av.error import FFmpegError
from av.video.stream import VideoStream

from shotlog.media.clocks.stamps import allows_discontinuities

_OF_ONE_RATE = frozenset(
    {"mxf", "mxf_opatom", "gxf", "lxf", "avi", "dv", "yuv4mpegpipe", "rawvideo"}
)
"""Formats that count frames and store no time for each."""

_MAX_GAP = Fraction(30)
"""Seconds between two entries of a complete index, and from its last entry to the end, at most:
encoders put keyframes at least every few seconds."""

_MAX_TRAILER_BYTES = 32 << 20
"""Bytes after the last frame of a complete index, at most: headers, attachments and the last
frames. (The index of joined Matroska files covers the first alone.)"""


def read_index_times(container: InputContainer, stream: VideoStream) -> list[Fraction] | None:
    """Return the times of the frames in the index, in seconds; None where it is incomplete.

    The index of MOV and MP4 has the decoding time of every frame, that of Matroska (the cues) the
    time of every keyframe. Formats of a constant rate need none; their list is empty. Nothing but
    the index is read.

    Args:
        container: The open file, before its end was read; its position moves to the end.
        stream: The picture stream.
    """
    base = stream.time_base
    if container.format.name in _OF_ONE_RATE:
        return []
    if allows_discontinuities(container) or base is None:
        return None
    # A container counts its duration in microseconds (AV_TIME_BASE), whatever its streams do.
    claimed = stream.duration or round(Fraction(container.duration or 0, 1_000_000) / base)
    try:
        # FFmpeg reads the cues of a Matroska file at the first seek.
        container.seek((stream.start_time or 0) + claimed, stream=stream)
    except FFmpegError:
        return None
    entries = list(stream.index_entries)
    times = [entry.timestamp * base for entry in entries]
    if not claimed or not times or times[0] + claimed * base - times[-1] > _MAX_GAP:
        return None
    if container.size - max(entry.pos for entry in entries) > _MAX_TRAILER_BYTES:
        return None
    return times if all(b - a <= _MAX_GAP for a, b in pairwise(times)) else None


def fits_grid(times: Sequence[Fraction], rate: Fraction, slack: Fraction) -> bool:
    """Return true where times lie on the grid of a rate, within a tolerance in seconds."""
    since = (time - times[0] for time in times)
    return all(abs(t - round(t * rate) / rate) <= slack for t in since)
