"""Search for the last frame of a file that is too long to be read whole."""

from __future__ import annotations

from fractions import Fraction
from itertools import islice
from typing import NamedTuple

from av.container import InputContainer
from av.error import FFmpegError
from av.video.stream import VideoStream

from shotlog.media.clocks import with_stamps
from shotlog.media.container.reading import demux_shown

_MAX_TAIL_PACKETS = 20_000
"""Packets that are read to find the end, at most."""

_BACK_FROM_END = Fraction(2)
"""Seconds before the end at which reading begins: packets travel in decoding order, so the last
frame may be stored before others."""

# A claimed length of a day is narrowed down to 0.1 s.
_BISECTIONS = 20


class LastFrame(NamedTuple):
    """The last frame of a stream.

    Attributes:
        time: Its timestamp from the origin on, in ticks.
        position: Offset in the file, in bytes.
    """

    time: int
    position: int


def find_last_frame(
    container: InputContainer, stream: VideoStream, base: Fraction, origin: int
) -> LastFrame | None:
    """Return the last frame, found by seeking; None where seeking fails.

    Args:
        container: The open file; its position changes.
        stream: The picture stream.
        base: Seconds per tick.
        origin: Timestamp of the first frame.
    """
    # A container counts its duration in microseconds (AV_TIME_BASE).
    claimed = stream.duration or round(Fraction(container.duration or 0, 1_000_000) / base)
    if not claimed:
        return None
    good, bad = 0, claimed
    if _seek_to_packets(container, stream, origin + claimed):
        good = claimed
    else:
        # The header claims more than the file holds: bisect for the last time with packets.
        for _ in range(_BISECTIONS):
            middle = (good + bad) // 2
            if _seek_to_packets(container, stream, origin + middle):
                good = middle
            else:
                bad = middle
    if not _seek_to_packets(container, stream, origin + max(0, good - _BACK_FROM_END // base)):
        return None
    stamps = [s for s, _ in with_stamps(islice(demux_shown(container, stream), _MAX_TAIL_PACKETS))]
    times = [stamp.pts - origin for stamp in stamps if stamp.pts is not None]
    # At the limit the end was not reached, so the latest packet is not the last one.
    if not times or len(stamps) == _MAX_TAIL_PACKETS:
        return None
    return LastFrame(max(times), max(stamp.position for stamp in stamps))


def _seek_to_packets(container: InputContainer, stream: VideoStream, timestamp: int) -> bool:
    """Seek to a timestamp; return false where the file cannot be read from there."""
    try:
        container.seek(timestamp, stream=stream)
        if next(demux_shown(container, stream), None) is None:
            return False
        container.seek(timestamp, stream=stream)  # back, before the packet that was just read
    except FFmpegError:
        return False
    return True
