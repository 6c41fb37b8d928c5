"""Finds out how the frames of a stream are timed, from packets alone: nothing is decoded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import islice, pairwise
from typing import Any, NamedTuple

from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.video.stream import VideoStream

from shotlog.media._container import demuxed
from shotlog.media._nominal import nominal_rate
from shotlog.media.identity import WHOLE as _WHOLE
from shotlog.schema.times import exact_rate

_HEAD, _LEAST = 1500, 100
"""Packets looked at from the head of longer files: a minute at 25 fps; where pictures are large
no more than ``_WHOLE`` bytes are read, but four seconds."""

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
        nominal: The usual rate of the footage.
    """

    rate: Fraction
    variable: bool
    frames: int | None
    duration: Fraction | None
    nominal: Fraction


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
    stamps, complete = _stamps(shown_packets(container, stream), size)
    claimed, base = _claimed_rates(stream), stream.time_base
    if origin is None or base is None:
        rate = claimed[0] if claimed else _USUAL_RATE
        if not complete:
            return Timing(rate, False, None, None, rate)
        return Timing(rate, False, len(stamps), len(stamps) / rate, rate)
    times = sorted({t - origin for t in stamps if t is not None and t >= origin})
    last = max(times, default=0) if complete else _last_time(container, stream, base, origin)
    if not complete:
        times = times[:-_REORDERED]
    head = times[:]
    if last is not None and last not in times[-1:]:
        times.append(last)
    rate, variable = _rate(times, base, claimed, complete, _is_interlaced(stream))
    frames, nominal = len(times) if complete else None, nominal_rate(head, base, rate, variable)
    if last is None:
        return Timing(rate, variable, frames, None, nominal)
    start = last * base if variable else round(last * base * rate) / rate
    return Timing(rate, variable, frames, start + frame_length(rate, base, variable), nominal)


def _stamps(packets: Iterable[Packet[VideoStream]], size: int) -> tuple[list[int | None], bool]:
    """Timestamps of the packets, and whether these are all of them."""
    stamps: list[int | None] = []
    read = 0
    for packet in packets:
        stamps.append(packet_time(packet))
        read += packet.size
        enough = len(stamps) >= _HEAD or (read > _WHOLE and len(stamps) >= _LEAST)
        if size > _WHOLE and enough:
            return stamps, False
    return stamps, True


def frame_length(rate: Fraction, tick: Fraction, variable: bool) -> Fraction:
    """How long the last frame is shown, since no next one ends it: one frame of the (mean) rate.

    In whole ticks for a variable rate, whose frames start on ticks.
    """
    return max(1, round(1 / rate / tick)) * tick if variable else 1 / rate


def shown_packets(container: InputContainer, stream: VideoStream) -> Iterator[Packet[VideoStream]]:
    """The packets from here on, without those that an edit list hides; stops where it breaks."""
    try:
        for packet in demuxed(container, stream):
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


def _last_time(
    container: InputContainer, stream: VideoStream, base: Fraction, origin: int
) -> int | None:
    """Timestamp of the last frame after ``origin``, found by seeking; None where that fails.

    Where a header promises more than there is, the seek is bisected to the last place that gives
    a packet.
    """
    claimed = stream.duration or round(Fraction(container.duration or 0, 1_000_000) / base)
    if not claimed:
        return None
    good, bad = 0, claimed
    if _gives_packets(container, stream, origin + claimed):
        good = claimed
    else:
        for _ in range(_BISECTIONS):
            place = (good + bad) // 2
            if _gives_packets(container, stream, origin + place):
                good = place
            else:
                bad = place
    if not _gives_packets(container, stream, origin + max(0, good - _BACK_FROM_END // base)):
        return None
    stamps = [packet_time(p) for p in islice(shown_packets(container, stream), _TAIL)]
    known = [stamp - origin for stamp in stamps if stamp is not None]
    return max(known) if known and len(stamps) < _TAIL else None


def _gives_packets(container: InputContainer, stream: VideoStream, place: int) -> bool:
    """Whether there is anything to be read at a place; leaves the container there."""
    try:
        container.seek(place, stream=stream)
        if next(shown_packets(container, stream), None) is None:
            return False
        container.seek(place, stream=stream)
    except FFmpegError:
        return False
    return True
