"""Where the timestamps of a file start again or jump, and what makes one clock of them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any, NamedTuple

from av.container import InputContainer
from av.format import Flags
from av.packet import Packet

from shotlog.schema.media import Break
from shotlog.schema.times import exact_rate

_AHEAD, _FAR_AHEAD = Fraction(10), Fraction(108_000)
"""Seconds by which decoding times go ahead where a new count starts: in formats whose times may
break off (``AVFMT_TS_DISCONT``), and in others. ``dts_delta_threshold`` and
``dts_error_threshold`` of FFmpeg (fftools/ffmpeg_demux.c, ``ts_discontinuity_detect``)."""

_STEADY = 4
"""Decoding times rise for so many packets before and after a break. (Of a Matroska file that was
joined, libavformat hands on presentation times for them; B-frames make these fall more often.)"""

_STAYS, _BACK = 20, Fraction(1, 2)
"""Where decoding times are not steady: for so many packets after a break, more than the 16 that
decoders hold back, everything lies half a second and more before what came before it."""

_NAMED = 3
"""Places in a file that are named in a warning, at the most."""


class Stamp(NamedTuple):
    """What a packet says of itself.

    Attributes:
        position: Its place in the file, in bytes; of a packet without one that of the one before.
        decode: Its decoding time in the stream's time base.
        present: Its presentation time; AVI knows decoding times alone.
    """

    position: int
    decode: int | None
    present: int | None


class Clock(NamedTuple):
    """The stamps of one stream in the order of the file.

    Attributes:
        stamps: Of all its packets.
        base: Seconds of a tick.
        ahead: Seconds by which a jump ahead is a break.
    """

    stamps: list[Stamp]
    base: Fraction
    ahead: Fraction


def stamped(packets: Iterable[Packet[Any]]) -> Iterator[tuple[Stamp, Packet[Any]]]:
    """The packets with their stamps."""
    position = 0
    for packet in packets:
        position = position if packet.pos is None else packet.pos
        yield Stamp(position, packet.dts, packet_time(packet)), packet


def packet_time(packet: Packet[Any]) -> int | None:
    """Presentation time in the stream's time base; AVI knows decoding times alone."""
    return packet.dts if packet.pts is None else packet.pts


def may_break_off(container: InputContainer) -> bool:
    """Whether the times of a format start again as a rule, without a fault in the file."""
    return Flags.ts_discont in Flags(container.format.flags)


def jump_ahead(container: InputContainer) -> Fraction:
    """Seconds by which times go ahead in a file where a new count starts."""
    return _AHEAD if may_break_off(container) else _FAR_AHEAD


def jumps(clock: Clock) -> list[int]:
    """Numbers of the stamps with which a new count starts.

    A stamp that stands alone, before or after its neighbours, is damage and no new count.
    """
    numbers = [n for n, stamp in enumerate(clock.stamps) if stamp.decode is not None]
    times = [clock.stamps[n].decode or 0 for n in numbers]
    ahead, back = clock.ahead / clock.base, _BACK / clock.base
    found = [0]
    for i in range(1, len(times)):
        step = times[i] - times[i - 1]
        if step < 0 or step > ahead:
            before, after = times[max(found[-1], i - _STAYS) : i], times[i : i + _STAYS]
            if (
                min(after[:2]) - max(before[-2:]) > ahead
                or max(after) < max(before[:-1] or after) - back
                or _starts_again(before[-_STEADY:], after[:_STEADY])
            ):
                found.append(i)
    return [numbers[i] for i in found[1:]]


def _starts_again(before: Sequence[int], after: Sequence[int]) -> bool:
    """Whether steady times fall by a frame or more, and rise from there."""
    if len(before) < _STEADY:
        return False
    rising = all(a < b for times in (before, after) for a, b in pairwise(times))
    return rising and after[0] <= before[-2:][0] and after[:2][-1] <= before[-1]


def breaks_of(
    picture: Clock, sound: Clock | None, origin: int
) -> tuple[tuple[Break, ...], tuple[Break, ...]]:
    """The breaks of the picture, and of the sound that goes with it.

    The pieces follow each other without a gap, by the picture. Sound that starts again at the same
    place of the file is shifted by the same, so it stays with its picture; so is sound that is
    found on one side of the break alone. Sound that goes on over the break is left where it is,
    and a picture that goes ahead meanwhile just stands still: no break.

    Args:
        picture: The picture's stamps.
        sound: The sound's, or None without sound.
        origin: Timestamp of the first frame that is shown.
    """
    places = _places(picture, sound)
    kept = [n for n, place in places.items() if place is not None or not _is_ahead(picture, n)]
    pieces = _pieces(picture, kept)
    pictures, sounds, before, heard = [], [], Fraction(0), Fraction(0)
    for number, (begin, shift) in zip(kept, pieces, strict=True):
        at = begin - origin * picture.base
        pictures.append(Break(at=at, position=picture.stamps[number].position, shift=shift))
        place = places[number]
        if place is not None:
            heard += shift - before
            sounds.append(Break(at=at, position=place, shift=heard))
        before = shift
    return tuple(pictures), tuple(sounds)


def _is_ahead(clock: Clock, number: int) -> bool:
    before = next(s.decode for s in clock.stamps[number - 1 :: -1] if s.decode is not None)
    return (clock.stamps[number].decode or 0) > before


def _places(picture: Clock, sound: Clock | None) -> dict[int, int | None]:
    """From where in the file the sound is shifted with the picture; None where it goes on.

    The file was joined somewhere after the last packet of the old count and not after the first of
    the new one. That holds for both streams, so these stretches of the file overlap.
    """
    heard = sound.stamps if sound else []
    restarts = jumps(sound) if sound else []
    found: dict[int, int | None] = {}
    for number in jumps(picture):
        low, high = picture.stamps[number - 1].position, picture.stamps[number].position
        partners = [
            heard[restart].position
            for restart in restarts
            if heard[restart - 1].position < high and low < heard[restart].position
        ]
        goes_on = heard and heard[0].position < high <= heard[-1].position
        found[number] = partners[0] if partners else None if goes_on else high
    return found


def _pieces(clock: Clock, starts: Sequence[int]) -> list[tuple[Fraction, Fraction]]:
    """Where each piece but the first begins in the end, and what makes it so, in seconds.

    Both are whole ticks.
    """
    edges = [0, *starts, len(clock.stamps)]
    pieces = [
        [stamp.present for stamp in clock.stamps[a:b] if stamp.present is not None]
        for a, b in pairwise(edges)
    ]
    length = _frame_ticks(pieces, clock.base)
    end: Fraction | None = None
    found: list[tuple[Fraction, Fraction]] = []
    for piece in pieces:
        begin = min(piece, default=0)
        at = Fraction(begin) if end is None else end
        found.append((round(at) * clock.base, (round(at) - begin) * clock.base))
        end = at + max(piece, default=begin) - begin + length
    return found[1:]


def _frame_ticks(pieces: Sequence[Sequence[int]], base: Fraction) -> Fraction:
    """The usual distance between frames: the last of a piece lasts so long."""
    distances = sorted(b - a for piece in pieces for a, b in pairwise(sorted(set(piece))))
    if not distances:
        return Fraction(1)
    return 1 / exact_rate(1 / (distances[len(distances) // 2] * base)) / base


def folded_times(clock: Clock, breaks: Sequence[Break]) -> list[int]:
    """The known presentation times of a stream's packets, going on over the breaks."""
    return [
        stamp.present + _ticks(breaks, stamp.position, clock.base)
        for stamp in clock.stamps
        if stamp.present is not None
    ]


def folded(packets: Iterable[Packet[Any]], breaks: Sequence[Break]) -> Iterator[Packet[Any]]:
    """The packets of a whole file in order, with stamps that go on over its breaks."""
    position = 0
    for packet in packets:
        position = position if packet.pos is None else packet.pos
        if packet.size:
            ticks = _ticks(breaks, position, packet.time_base or Fraction(1))
            packet.pts = None if packet.pts is None else packet.pts + ticks
            packet.dts = None if packet.dts is None else packet.dts + ticks
        yield packet


def _ticks(breaks: Sequence[Break], position: int, base: Fraction) -> int:
    """What is added to stamps at a place of the file."""
    piece = bisect_right(breaks, position, key=lambda item: item.position)
    return round(breaks[piece - 1].shift / base) if piece else 0


def words_of(breaks: Sequence[Break]) -> tuple[str, ...]:
    """What is to be said of a file with breaks: nothing where it has none."""
    if not breaks:
        return ()
    places = ", ".join(f"{float(item.at):.2f} s" for item in breaks[:_NAMED])
    more = f" and {len(breaks) - _NAMED} times more" if len(breaks) > _NAMED else ""
    return (
        f"its timestamps start again or jump at {places}{more};"
        " the pieces were taken one after the other",
    )
