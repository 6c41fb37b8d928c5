"""Finds out how the frames of a stream are timed, from packets alone: nothing is decoded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import islice, pairwise
from typing import Any, NamedTuple

from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.stream import Stream
from av.video.stream import VideoStream

from shotlog.media.container.breaks import (
    Clock,
    breaks_of,
    folded_times,
    jump_ahead,
    jumps,
    may_break_off,
    stamped,
)
from shotlog.media.container.container import (
    demuxed,
    only,
    open_media,
    picture_stream,
    sound_stream,
)
from shotlog.media.container.identity import WHOLE as _WHOLE
from shotlog.media.container.index import index_times, vouches
from shotlog.media.container.nominal_rate import nominal_rate
from shotlog.media.container.unread import Stretch
from shotlog.schema import Break, MediaReference, exact_rate

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


_Breaks = tuple[tuple[Break, ...], tuple[Break, ...]]


class Timing(NamedTuple):
    """How the frames of a stream are timed.

    Attributes:
        rate: Frames per second; the mean for a variable rate.
        variable: Whether frames lie off the grid of ``rate``.
        nominal: The usual rate of the footage.
        frames: Their number, where every packet was seen.
        duration: From the start of the first frame to the end of the last, where it was found.
        breaks: Where timestamps start again, for the picture and for the sound.
        unread: Parts of the file without a picture of the stream, which may hold other film.
    """

    rate: Fraction
    variable: bool
    nominal: Fraction
    frames: int | None = None
    duration: Fraction | None = None
    breaks: _Breaks = ((), ())
    unread: tuple[Stretch, ...] = ()


class _Claims(NamedTuple):
    """What the header says: rates to be tried, and whether pictures have two fields."""

    rates: Sequence[Fraction]
    interlaced: bool


class _Last(NamedTuple):
    """The last frame: its timestamp from the origin on, and where in the file it lies."""

    time: int
    position: int


def measure_timing(
    reference: MediaReference, picture: int, sound: int | None, origin: int | None, size: int
) -> Timing:
    """Measures rate, regularity and real length of the picture; headers may lie about each.

    Of files beyond 64 MiB the head, the index and the end are looked at. All of a longer file is
    read where its format lets timestamps start again, and where its head has a constant rate that
    no index vouches for to the end.

    Args:
        reference: The file.
        picture: Index of its picture stream.
        sound: Index of the sound that goes with it, or None.
        origin: Timestamp of the first frame, None where frames have no timestamps.
        size: Bytes of the file.
    """
    path = reference.path
    with open_media(path) as container:
        stream = picture_stream(container, picture, path)
        claims = _claims(stream)
        clock, complete = _stamps(container, stream, size <= _WHOLE or may_break_off(container))
        timing = None if complete else _of_head(container, stream, clock, origin)
    if timing is not None:
        return timing
    if not complete:
        with open_media(path) as container:
            clock, _ = _stamps(container, picture_stream(container, picture, path), whole=True)
    breaks: _Breaks = ((), ())
    if origin is not None and jumps(clock):
        breaks = breaks_of(clock, _sound(path, sound), origin)
    return _of_all(clock, origin, claims, breaks)


def _stamps(container: InputContainer, stream: VideoStream, whole: bool) -> tuple[Clock, bool]:
    """Stamps of the packets, and whether these are all of them."""
    clock = Clock([], stream.time_base or Fraction(1), jump_ahead(container))
    read = 0
    for stamp, packet in stamped(shown_packets(container, stream)):
        clock.stamps.append(stamp)
        read += packet.size
        enough = len(clock.stamps) >= _HEAD or (read > _WHOLE and len(clock.stamps) >= _LEAST)
        if enough and not whole:
            return clock, False
    return clock, True


def _of_head(
    container: InputContainer, stream: VideoStream, clock: Clock, origin: int | None
) -> Timing | None:
    """The timing of a file whose head was seen; None where all of it must be."""
    claims, base = _claims(stream), clock.base
    if origin is None:
        rate = claims.rates[0] if claims.rates else _USUAL_RATE
        return Timing(rate, variable=False, nominal=rate)
    index = index_times(container, stream)
    last = _last_time(container, stream, base, origin)
    times = _times(clock, (), origin)[:-_REORDERED]
    ends = times if last is None else sorted({*times, last.time})
    rate, variable = _rate(ends, base, claims, complete=False)
    slack = max(base, _ROUNDING)
    if not variable and (index is None or not vouches(index, rate, slack)):
        return None
    nominal = nominal_rate(times, base, rate, variable)
    if last is None:
        return Timing(rate, variable, nominal)
    length = _length(last.time, base, rate, variable)
    unread = (Stretch(last.position, None, length),)
    return Timing(rate, variable, nominal, duration=length, unread=unread)


def _of_all(clock: Clock, origin: int | None, claims: _Claims, breaks: _Breaks) -> Timing:
    base, count = clock.base, len(clock.stamps)
    if origin is None:
        rate = claims.rates[0] if claims.rates else _USUAL_RATE
        return Timing(rate, False, rate, count, count / rate)
    times = _times(clock, breaks[0], origin)
    rate, variable = _rate(times, base, claims, complete=True)
    nominal = nominal_rate(times, base, rate, variable)
    length = _length(max(times, default=0), base, rate, variable)
    unread = _unread(clock, breaks[0], origin, length)
    return Timing(rate, variable, nominal, len(times), length, breaks, unread)


def _unread(
    clock: Clock, breaks: Sequence[Break], origin: int, length: Fraction
) -> tuple[Stretch, ...]:
    """The end of the file behind its last picture, and the longest stretch between two."""
    shown = [stamp for stamp in clock.stamps if stamp.present is not None]
    if not shown:
        return ()
    latest = max(stamp.position for stamp in shown)
    end = Stretch(latest, None, length)
    longest = max(
        range(1, len(shown)), key=lambda n: shown[n].position - shown[n - 1].position, default=None
    )
    if longest is None:
        return (end,)
    before, after = shown[longest - 1], shown[longest]
    at = (folded_times(clock, breaks)[longest] - origin) * clock.base
    return (Stretch(before.position, after.position, at), end)


def _sound(path: str, index: int | None) -> Clock | None:
    """The stamps of all the sound of a file."""
    if index is None:
        return None
    with open_media(path) as container:
        stream = sound_stream(container, index, path)
        only(container, stream)
        stamps = [s for s, packet in stamped(shown_packets(container, stream))]
        return Clock(stamps, stream.time_base or Fraction(1), jump_ahead(container))


def _times(clock: Clock, breaks: Sequence[Break], origin: int) -> list[int]:
    """When frames are shown, in ticks from the origin on, rising."""
    return sorted({t - origin for t in folded_times(clock, breaks) if t >= origin})


def _length(last: int, base: Fraction, rate: Fraction, variable: bool) -> Fraction:
    """To the end of the last frame, in seconds."""
    start = last * base if variable else round(last * base * rate) / rate
    return start + frame_length(rate, base, variable)


def frame_length(rate: Fraction, tick: Fraction, variable: bool) -> Fraction:
    """How long the last frame is shown, since no next one ends it: one frame of the (mean) rate.

    In whole ticks for a variable rate, whose frames start on ticks.
    """
    return max(1, round(1 / rate / tick)) * tick if variable else 1 / rate


def shown_packets(container: InputContainer, stream: Stream) -> Iterator[Packet[Any]]:
    """The packets from here on, without those that an edit list hides; stops where it breaks."""
    try:
        for packet in demuxed(container, stream):
            if packet.size and not packet.is_discard:
                yield packet
    except FFmpegError:
        return


def _claims(stream: VideoStream) -> _Claims:
    rates = (stream.average_rate, stream.guessed_rate, stream.base_rate)
    exact = dict.fromkeys(exact_rate(Fraction(r)) for r in rates if r and 0 < r <= 1000)
    return _Claims(list(exact), stream.codec_context.field_order > 1)


def _rate(
    times: Sequence[int], base: Fraction, claims: _Claims, complete: bool
) -> tuple[Fraction, bool]:
    claimed = claims.rates
    if len(times) < 2:
        return (claimed[0] if claimed else _USUAL_RATE), False
    deltas = sorted(b - a for a, b in pairwise(times))
    usual = exact_rate(1 / (deltas[len(deltas) // 2] * base))
    for rate in dict.fromkeys([*claimed, usual]):
        if _fits(times, base, rate, complete):
            # Each field of field-coded pictures may travel in a packet of its own.
            halved = claims.interlaced and bool(claimed) and rate == 2 * claimed[0]
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
) -> _Last | None:
    """The last frame, found by seeking; None where that fails.

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
    stamps = [s for s, _ in stamped(islice(shown_packets(container, stream), _TAIL))]
    known = [stamp.present - origin for stamp in stamps if stamp.present is not None]
    if not known or len(stamps) == _TAIL:
        return None
    return _Last(max(known), max(stamp.position for stamp in stamps))


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
