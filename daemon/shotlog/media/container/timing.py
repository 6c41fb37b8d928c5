"""Rate, regularity and length of a picture stream, from its packets: nothing is decoded."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from av.container import InputContainer
from av.video.stream import VideoStream

from shotlog.media.clocks import (
    ROUNDING,
    ClaimedRates,
    StreamStamps,
    allows_discontinuities,
    claimed_rates,
    compute_frame_length,
    continuous_times,
    estimate_nominal_rate,
    find_breaks,
    find_jumps,
    fits_grid,
    measure_rate,
    min_jump_ahead,
    read_index_times,
    with_stamps,
)
from shotlog.media.container.identity import MAX_FULL_READ as _MAX_FULL_READ
from shotlog.media.container.last_frame import find_last_frame
from shotlog.media.container.reading import (
    demux_shown,
    open_media,
    picture_stream,
    select_streams,
    sound_stream,
)
from shotlog.media.container.unread import UnreadRange
from shotlog.schema import Break, MediaReference

# Packets that are read from the head of longer files: a minute at 25 fps. Where pictures are large
# no more than _MAX_FULL_READ bytes are read, but at least four seconds.
_HEAD_PACKETS, _MIN_HEAD_PACKETS = 1500, 100

_REORDERED = 16
"""Packets travel in decoding order: at the end of an incomplete head so many may lack their
neighbours (the most frames that H.264 and HEVC reorder)."""


_Breaks = tuple[tuple[Break, ...], tuple[Break, ...]]


class FrameTiming(NamedTuple):
    """The timing of the frames of a stream.

    Attributes:
        rate: Frames per second; the mean for a variable rate.
        variable: True where frames lie off the grid of ``rate``.
        nominal: The usual rate of the footage.
        frames: Number of frames, where every packet was read.
        duration: Seconds from the start of the first frame to the end of the last, where known.
        breaks: Breaks of the picture and of the sound.
        unread: Parts of the file without a picture of the stream, which may hold other film.
    """

    rate: Fraction
    variable: bool
    nominal: Fraction
    frames: int | None = None
    duration: Fraction | None = None
    breaks: _Breaks = ((), ())
    unread: tuple[UnreadRange, ...] = ()


def measure_timing(
    reference: MediaReference, picture: int, sound: int | None, origin: int | None, size: int
) -> FrameTiming:
    """Measure rate, regularity and length of the picture, as headers may be wrong about each.

    Of files beyond 64 MiB the head, the index and the end are read. All of a longer file is read
    where its format allows timestamps to start again, and where its head has a constant rate that
    no index confirms up to the end.

    Args:
        reference: The file.
        picture: Index of its picture stream.
        sound: Index of the sound that belongs to it, or None.
        origin: Timestamp of the first frame, None where frames have no timestamps.
        size: Bytes of the file.
    """
    path = reference.path
    with open_media(path) as container:
        stream = picture_stream(container, picture, path)
        claims = claimed_rates(stream)
        whole = size <= _MAX_FULL_READ or allows_discontinuities(container)
        stamps, complete = _read_stamps(container, stream, whole)
        timing = None if complete else _timing_of_head(container, stream, stamps, origin)
    if timing is not None:
        return timing
    # Opened again: the search for the last frame has moved the first one to its end.
    if not complete:
        with open_media(path) as container:
            stream = picture_stream(container, picture, path)
            stamps, _ = _read_stamps(container, stream, whole=True)
    breaks: _Breaks = ((), ())
    if origin is not None and find_jumps(stamps):
        breaks = find_breaks(stamps, _read_sound_stamps(path, sound), origin)
    return _timing_of_all(stamps, origin, claims, breaks)


def _read_stamps(
    container: InputContainer, stream: VideoStream, whole: bool
) -> tuple[StreamStamps, bool]:
    """Return the timestamps of the packets, and true where these are all of them."""
    stamps = StreamStamps([], stream.time_base or Fraction(1), min_jump_ahead(container))
    read = 0
    for stamp, packet in with_stamps(demux_shown(container, stream)):
        stamps.stamps.append(stamp)
        read += packet.size
        count = len(stamps.stamps)
        enough = count >= _HEAD_PACKETS or (read > _MAX_FULL_READ and count >= _MIN_HEAD_PACKETS)
        if enough and not whole:
            return stamps, False
    return stamps, True


def _read_sound_stamps(path: str, index: int | None) -> StreamStamps | None:
    """Return the timestamps of all packets of a sound stream."""
    if index is None:
        return None
    with open_media(path, pictures=False) as container:
        stream = sound_stream(container, index, path)
        select_streams(container, stream)
        stamps = [s for s, packet in with_stamps(demux_shown(container, stream))]
        return StreamStamps(stamps, stream.time_base or Fraction(1), min_jump_ahead(container))


def _timing_of_head(
    container: InputContainer, stream: VideoStream, stamps: StreamStamps, origin: int | None
) -> FrameTiming | None:
    """Return the timing of a file whose head was read; None where all of it must be read."""
    claims, base = claimed_rates(stream), stamps.time_base
    if origin is None:
        return FrameTiming(claims.first, variable=False, nominal=claims.first)
    # The index before the end: read_index_times needs a container whose end was not read yet.
    index = read_index_times(container, stream)
    last = find_last_frame(container, stream, base, origin)
    times = _shown_times(stamps, (), origin)[:-_REORDERED]
    ends = times if last is None else sorted({*times, last.time})
    rate, variable = measure_rate(ends, base, claims, complete=False)
    slack = max(base, ROUNDING)
    if not variable and (index is None or not fits_grid(index, rate, slack)):
        return None
    nominal = estimate_nominal_rate(times, base, rate, variable)
    if last is None:
        return FrameTiming(rate, variable, nominal)
    length = _length(last.time, base, rate, variable)
    unread = (UnreadRange(last.position, None, length),)
    return FrameTiming(rate, variable, nominal, duration=length, unread=unread)


def _timing_of_all(
    stamps: StreamStamps, origin: int | None, claims: ClaimedRates, breaks: _Breaks
) -> FrameTiming:
    """Return the timing of a file all of whose packets were read."""
    base, count = stamps.time_base, len(stamps.stamps)
    if origin is None:
        rate = claims.first
        return FrameTiming(rate, False, rate, count, count / rate)
    times = _shown_times(stamps, breaks[0], origin)
    rate, variable = measure_rate(times, base, claims, complete=True)
    nominal = estimate_nominal_rate(times, base, rate, variable)
    length = _length(max(times, default=0), base, rate, variable)
    unread = _unread_ranges(stamps, breaks[0], origin, length)
    return FrameTiming(rate, variable, nominal, len(times), length, breaks, unread)


def _unread_ranges(
    stream: StreamStamps, breaks: Sequence[Break], origin: int, length: Fraction
) -> tuple[UnreadRange, ...]:
    """Return the largest part of the file between two pictures, and the part after the last."""
    shown = [stamp for stamp in stream.stamps if stamp.pts is not None]
    if not shown:
        return ()
    end = UnreadRange(max(stamp.position for stamp in shown), None, length)
    largest = max(
        range(1, len(shown)), key=lambda n: shown[n].position - shown[n - 1].position, default=None
    )
    if largest is None:
        return (end,)
    before, after = shown[largest - 1], shown[largest]
    at = (continuous_times(stream, breaks)[largest] - origin) * stream.time_base
    return (UnreadRange(before.position, after.position, at), end)


def _shown_times(stamps: StreamStamps, breaks: Sequence[Break], origin: int) -> list[int]:
    """Return the times at which frames are shown, in ticks from the origin on, rising."""
    return sorted({t - origin for t in continuous_times(stamps, breaks) if t >= origin})


def _length(last: int, base: Fraction, rate: Fraction, variable: bool) -> Fraction:
    """Return the seconds from the origin to the end of the last frame."""
    start = last * base if variable else round(last * base * rate) / rate
    return start + compute_frame_length(rate, base, variable)
