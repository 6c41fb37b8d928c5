"""Finds out how the frames of a stream are timed, from packets alone: nothing is decoded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import islice, pairwise
from typing import Any, NamedTuple

from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.video.stream import VideoStream

from shotlog.schema.times import exact_rate

_WHOLE = 64 << 20
"""Files up to this size are demuxed whole: about a tenth of a second on a disk."""

_HEAD = 1500
"""Packets looked at from the head of longer files: a minute at 25 fps."""

_TAIL = 20_000
"""Packets looked at, at the most, to find the end of a longer file."""

_ROUNDING = Fraction(1, 1000)
"""Timestamps of a constant rate may lie this far from the grid: many containers count whole
milliseconds, and the rounding stays in the file when it is rewrapped."""

_FILLED = Fraction(9, 10)
"""A constant rate has a frame in so many of its slots; fewer means that frames are left out as
a rule, and the rate is variable."""

_REORDERED = 16
"""Packets travel in decoding order: of a head that breaks off, so many at its end may stand
without their neighbours (the most frames that H.264 and HEVC hold back)."""

_BACK_FROM_END = Fraction(2)
"""Seconds before the end from which the last frame is looked for, likewise."""

_BISECTIONS = 20
_USUAL_RATE = Fraction(25)


class Timing(NamedTuple):
    """How the frames of a stream are timed.

    Attributes:
        rate: Frames per second; the mean for a variable rate.
        variable: Whether frames lie off the grid of ``rate``.
        frames: Their number, where every packet was seen.
        duration: From the start of the first frame to the end of the last, where it was found.
    """

    rate: Fraction
    variable: bool
    frames: int | None
    duration: Fraction | None


def measure_timing(
    container: InputContainer, stream: VideoStream, origin: int | None, size: int
) -> Timing:
    """Measures rate, regularity and real length of a stream; headers may lie about each.

    Args:
        container: The file, freshly opened.
        stream: Its picture stream.
        origin: Timestamp of its first frame, None where frames have no timestamps.
        size: Bytes of the file.
    """
    complete = size <= _WHOLE
    packets = shown_packets(container, stream)
    seen = list(packets) if complete else list(islice(packets, _HEAD))
    complete = complete or len(seen) < _HEAD
    claimed = _claimed_rates(stream)
    if origin is None or stream.time_base is None:
        rate = claimed[0] if claimed else _USUAL_RATE
        count = len(seen) if complete else None
        return Timing(rate, False, count, Fraction(count) / rate if count else None)
    base = stream.time_base
    times = sorted({t - origin for t in map(packet_time, seen) if t is not None and t >= origin})
    if not complete:
        times = times[:-_REORDERED]
    last = times[-1] if complete and times else _last_time(container, stream, origin)
    if last is not None and (not times or last > times[-1]):
        times.append(last)
    rate, variable = _rate(times, base, claimed, complete, _is_interlaced(stream))
    times = times or [0]
    end = None if last is None else (times[-1] * base + frame_length(rate, base, variable))
    if end is not None and not variable:
        end = Fraction(round(end * rate)) / rate
    return Timing(rate, variable, len(times) if complete else None, end)


def frame_length(rate: Fraction, tick: Fraction, variable: bool) -> Fraction:
    """How long the last frame is shown, since no next one ends it: one frame of the (mean) rate.

    In whole ticks for a variable rate, whose frames start on ticks.
    """
    return max(1, round(1 / rate / tick)) * tick if variable else 1 / rate


def shown_packets(container: InputContainer, stream: VideoStream) -> Iterator[Packet[VideoStream]]:
    """The packets from here on, without those that an edit list hides; stops where it breaks."""
    try:
        for packet in container.demux(stream):
            if packet.size and not packet.is_discard:
                yield packet
    except FFmpegError:
        return


def packet_time(packet: Packet[Any]) -> int | None:
    """Presentation time in the stream's time base; AVI knows decoding times alone."""
    return packet.dts if packet.pts is None else packet.pts


def _is_interlaced(stream: VideoStream) -> bool:
    return stream.codec_context.field_order > 1


def _claimed_rates(stream: VideoStream) -> list[Fraction]:
    rates = (stream.average_rate, stream.guessed_rate, stream.base_rate)
    return list(dict.fromkeys(exact_rate(Fraction(r)) for r in rates if r and 0 < r <= 1000))


def _rate(
    times: Sequence[int],
    base: Fraction,
    claimed: Sequence[Fraction],
    complete: bool,
    interlaced: bool,
) -> tuple[Fraction, bool]:
    if len(times) < 2:
        return (claimed[0] if claimed else _USUAL_RATE), False
    deltas = sorted(b - a for a, b in pairwise(times))
    usual = exact_rate(1 / (deltas[len(deltas) // 2] * base))
    for rate in dict.fromkeys([*claimed, usual]):
        if _fits(times, base, rate, complete):
            # Each field of field-coded pictures may travel in a packet of its own.
            halved = interlaced and bool(claimed) and rate == 2 * claimed[0]
            return (claimed[0] if halved else rate), False
    if not complete and claimed:
        return claimed[0], True
    return ((len(times) - 1) / (times[-1] * base)).limit_denominator(100_000), True


def _fits(times: Sequence[int], base: Fraction, rate: Fraction, complete: bool) -> bool:
    """Whether frames lie on the grid of a rate, and fill it (the far end of a long file apart)."""
    allowed = max(base, _ROUNDING)
    slots = [round(t * base * rate) for t in times]
    filled = slots if complete else slots[:-1]
    return len(filled) >= _FILLED * (filled[-1] + 1) and all(
        abs(t * base - slot / rate) <= allowed for t, slot in zip(times, slots, strict=True)
    )


def _last_time(container: InputContainer, stream: VideoStream, origin: int) -> int | None:
    """Timestamp of the last frame after ``origin``, found by seeking; None where that fails.

    Where a header promises more than there is, the seek is bisected to the last place that gives
    a packet.
    """
    base = stream.time_base
    if base is None:
        return None
    claimed = stream.duration or (
        round(Fraction(container.duration, 1_000_000) / base) if container.duration else None
    )
    if not claimed:
        return None
    good, bad = None, claimed
    for step in range(_BISECTIONS):
        place = claimed if step == 0 else ((good or 0) + bad) // 2
        if _time_at(container, stream, origin + place) is None:
            bad = place
        else:
            good = place
            if step == 0:
                break
    if good is None:
        return None
    container.seek(origin + max(0, good - _BACK_FROM_END // base), stream=stream)
    times = [packet_time(p) for p in islice(shown_packets(container, stream), _TAIL)]
    known = [t - origin for t in times if t is not None]
    return max(known) if known and len(times) < _TAIL else None


def _time_at(container: InputContainer, stream: VideoStream, place: int) -> int | None:
    try:
        container.seek(place, stream=stream)
    except FFmpegError:
        return None
    return next(map(_known_time, shown_packets(container, stream)), None)


def _known_time(packet: Packet[Any]) -> int:
    time = packet_time(packet)
    return 0 if time is None else time
