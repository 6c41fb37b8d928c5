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

from shotlog.schema import Break, exact_rate

_AHEAD, _FAR_AHEAD = Fraction(10), Fraction(1800)
"""Seconds by which decoding times go ahead where a new count starts: in formats whose times may
break off (``AVFMT_TS_DISCONT``; ``dts_delta_threshold`` of FFmpeg, fftools/ffmpeg_demux.c), and in
others, whose pictures may well stand for minutes, as those of screen recordings do."""

_UNUSUAL = 100
"""A jump ahead is longer than so many usual frames: time-lapse has hours between all of its."""

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
    ahead = max(clock.ahead / clock.base, Fraction(_UNUSUAL * _usual_distance([times])))
    back = _BACK / clock.base
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
                found.append(_first_shown(clock, numbers, i, times[i - 1] + ahead))
    return [numbers[i] for i in found[1:]]


def _first_shown(clock: Clock, numbers: Sequence[int], i: int, beyond: Fraction) -> int:
    """The packet with which a new count starts, where its decoding times do so a little later.

    Those of the first packets of a Matroska file that was joined go on from the piece before.
    """
    while i > 1 and (clock.stamps[numbers[i - 1]].present or 0) > beyond:
        i -= 1
    return i


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
    for number, (begin, last, shift) in zip(kept, pieces, strict=True):
        at, position = begin - origin * picture.base, picture.stamps[number].position
        pictures.append(Break(at=at, position=position, shift=shift, last=last))
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


def _pieces(clock: Clock, starts: Sequence[int]) -> list[tuple[Fraction, Fraction, Fraction]]:
    """Where each piece but the first begins, the last stamp before it, and its shift, in seconds.

    The first and the second are on the clock that goes on. All are whole ticks.
    """
    pieces = [clock.stamps[a:b] for a, b in pairwise([0, *starts, len(clock.stamps)])]
    shown = [[s.present for s in piece if s.present is not None] for piece in pieces]
    all_over = _usual_distance(shown)
    found: list[tuple[Fraction, Fraction, Fraction]] = []
    end, last = Fraction(min(shown[0], default=0)), 0
    for piece, times in zip(pieces, shown, strict=True):
        begin = min(times, default=0)
        at, shift = round(end), round(end) - begin
        found.append((at * clock.base, last * clock.base, shift * clock.base))
        latest = _last(piece, max(times, default=begin))
        frame = _frame_ticks(_usual_distance([times]) or all_over, clock.base)
        end, last = end + latest - begin + frame, latest + shift
    return found[1:]


def _last(piece: Sequence[Stamp], latest: int) -> int:
    """The last presentation time of a piece.

    libavformat works out those that a program stream leaves out, and takes that of a piece's last
    reference frame from the piece that follows: it lies far off, or, where frames are shorter
    there, on that of another frame. Frames are as many in either order, so the last is presented
    as long after the last decoding time as the first after the first.
    """
    times = [s.decode for s in piece if s.decode is not None]
    first = piece[0] if piece else None
    if first is None or first.decode is None or first.present is None:
        return latest
    limit = max(times) + first.present - first.decode
    beyond = [s for s in piece if s.present is not None and s.present > limit]
    doubled = latest < limit and sum(s.present == latest for s in piece) > 1
    return limit if doubled or len(beyond) == 1 else latest


def _usual_distance(pieces: Sequence[Sequence[int]]) -> int:
    """The usual distance between times, in ticks; 0 where there is none."""
    distances = sorted(b - a for piece in pieces for a, b in pairwise(sorted(set(piece))))
    return distances[len(distances) // 2] if distances else 0


def _frame_ticks(distance: int, base: Fraction) -> Fraction:
    """How long the last frame of a piece lasts: a usual distance that may be rounded to ticks."""
    return 1 / exact_rate(1 / (distance * base)) / base if distance else Fraction(1)


def folded_times(clock: Clock, breaks: Sequence[Break]) -> list[int]:
    """The known presentation times of a stream's packets, going on over the breaks."""
    return [
        _on(breaks, stamp.position, stamp.present, clock.base)
        for stamp in clock.stamps
        if stamp.present is not None
    ]


def folded(packets: Iterable[Packet[Any]], breaks: Sequence[Break]) -> Iterator[Packet[Any]]:
    """The packets of a whole file in order, with stamps that go on over its breaks."""
    position = 0
    for packet in packets:
        position = position if packet.pos is None else packet.pos
        if packet.size:
            base = packet.time_base or Fraction(1)
            packet.pts = None if packet.pts is None else _on(breaks, position, packet.pts, base)
            packet.dts = None if packet.dts is None else _on(breaks, position, packet.dts, base)
        yield packet


def _on(breaks: Sequence[Break], position: int, stamp: int, base: Fraction) -> int:
    """A stamp at a place of the file, on the clock that goes on over the breaks."""
    piece = bisect_right(breaks, position, key=lambda item: item.position)
    if piece:
        stamp += round(breaks[piece - 1].shift / base)
    last = breaks[piece].last if piece < len(breaks) else None
    return stamp if last is None else min(stamp, round(last / base))


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
