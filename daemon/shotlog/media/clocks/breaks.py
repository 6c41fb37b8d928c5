"""Continuous timestamps for files whose timestamps start again or jump.

A file may consist of *pieces*, each with timestamps of its own: joined recordings, transport
streams with a discontinuity. A :class:`~shotlog.schema.Break` is the border of two pieces with the
shift that continues the timestamps of the first in the second.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

from av.packet import Packet

from shotlog.media.clocks.discontinuities import find_jumps, is_jump_ahead, usual_distance
from shotlog.media.clocks.stamps import PacketStamp, StreamStamps
from shotlog.schema import Break, exact_rate

_MAX_NAMED = 3
"""Number of breaks that a warning names, at most."""


def find_breaks(
    picture: StreamStamps, sound: StreamStamps | None, origin: int
) -> tuple[tuple[Break, ...], tuple[Break, ...]]:
    """Return the breaks of the picture, and those of the sound that belongs to it.

    The picture decides: its pieces follow each other without a gap. Sound that starts again at the
    same position of the file is shifted by the same amount, so that both stay in sync; so is sound
    that exists on one side of the break only. Where the sound continues over the break it is left
    unshifted, and a picture that jumps ahead there is a frame that is shown for longer: no break.

    Args:
        picture: The timestamps of the picture.
        sound: Those of the sound, or None without sound.
        origin: Timestamp of the first frame that is shown.
    """
    sound_positions = _sound_positions(picture, sound)
    kept = [
        number
        for number, position in sound_positions.items()
        if position is not None or not is_jump_ahead(picture, number)
    ]
    pieces = _place_pieces(picture, kept)
    pictures, sounds, previous_shift, sound_shift = [], [], Fraction(0), Fraction(0)
    for number, (begin, last, shift) in zip(kept, pieces, strict=True):
        at, position = begin - origin * picture.time_base, picture.stamps[number].position
        pictures.append(Break(at=at, position=position, shift=shift, last=last))
        sound_position = sound_positions[number]
        if sound_position is not None:
            # Only what this break adds: at other breaks the sound may have continued unshifted.
            sound_shift += shift - previous_shift
            sounds.append(Break(at=at, position=sound_position, shift=sound_shift))
        previous_shift = shift
    return tuple(pictures), tuple(sounds)


def _sound_positions(picture: StreamStamps, sound: StreamStamps | None) -> dict[int, int | None]:
    """Return, for each jump of the picture, the file position from which the sound is shifted.

    The value is None where the sound continues over the jump.

    The file was joined after the last packet of the old piece and at or before the first packet of
    the new one. That holds for both streams, so these two ranges of the file overlap.
    """
    stamps = sound.stamps if sound else []
    restarts = find_jumps(sound) if sound else []
    positions: dict[int, int | None] = {}
    for number in find_jumps(picture):
        low, high = picture.stamps[number - 1].position, picture.stamps[number].position
        partners = [
            stamps[restart].position
            for restart in restarts
            if stamps[restart - 1].position < high and low < stamps[restart].position
        ]
        # Sound lies on both sides of the join and does not start again there.
        continues = stamps and stamps[0].position < high <= stamps[-1].position
        positions[number] = partners[0] if partners else None if continues else high
    return positions


def _place_pieces(
    stream: StreamStamps, starts: Sequence[int]
) -> list[tuple[Fraction, Fraction, Fraction]]:
    """Return, for each piece but the first, its begin, the last time before it, and its shift.

    All are in seconds and whole ticks; the first two are on the continuous clock.
    """
    pieces = [stream.stamps[a:b] for a, b in pairwise([0, *starts, len(stream.stamps)])]
    shown = [[s.pts for s in piece if s.pts is not None] for piece in pieces]
    usual = usual_distance(shown)
    base = stream.time_base
    placed: list[tuple[Fraction, Fraction, Fraction]] = []
    end, last = Fraction(min(shown[0], default=0)), 0
    for piece, times in zip(pieces, shown, strict=True):
        begin = min(times, default=0)
        at, shift = round(end), round(end) - begin
        placed.append((at * base, last * base, shift * base))
        latest = _last_pts(piece, max(times, default=begin))
        # The frame length is not rounded to ticks, so that errors do not add up over many pieces.
        frame = _frame_ticks(usual_distance([times]) or usual, base)
        end, last = end + latest - begin + frame, latest + shift
    return placed[1:]


def _last_pts(piece: Sequence[PacketStamp], latest: int) -> int:
    """Return the last presentation time of a piece, corrected where libavformat's is wrong.

    libavformat computes presentation times that a program stream leaves out. It takes that of a
    piece's last reference frame from the piece that follows, so it is far off or, where the frames
    of the next piece are shorter, equal to that of another frame.

    Both orders hold the same number of frames, so the last presentation time follows the last
    decoding time by as much as the first follows the first.
    """
    times = [s.dts for s in piece if s.dts is not None]
    first = piece[0] if piece else None
    if first is None or first.dts is None or first.pts is None:
        return latest
    limit = max(times) + first.pts - first.dts
    beyond = [s for s in piece if s.pts is not None and s.pts > limit]
    doubled = latest < limit and sum(s.pts == latest for s in piece) > 1
    return limit if doubled or len(beyond) == 1 else latest


def _frame_ticks(distance: int, base: Fraction) -> Fraction:
    """Return the exact length of a frame in ticks, from a usual distance rounded to ticks."""
    return 1 / exact_rate(1 / (distance * base)) / base if distance else Fraction(1)


def continuous_times(stream: StreamStamps, breaks: Sequence[Break]) -> list[int]:
    """Return the known presentation times of a stream, continued over its breaks."""
    return [
        _shifted(breaks, stamp.position, stamp.pts, stream.time_base)
        for stamp in stream.stamps
        if stamp.pts is not None
    ]


def apply_breaks(packets: Iterable[Packet[Any]], breaks: Sequence[Break]) -> Iterator[Packet[Any]]:
    """Yield the packets with timestamps that continue over the breaks.

    Args:
        packets: All packets of the file from its start, in order.
        breaks: The breaks of their stream.
    """
    position = 0
    for packet in packets:
        position = position if packet.pos is None else packet.pos
        # The flush packet at the end is empty and has no time.
        if packet.size:
            base = packet.time_base or Fraction(1)
            if packet.pts is not None:
                packet.pts = _shifted(breaks, position, packet.pts, base)
            if packet.dts is not None:
                packet.dts = _shifted(breaks, position, packet.dts, base)
        yield packet


def _shifted(breaks: Sequence[Break], position: int, stamp: int, base: Fraction) -> int:
    """Return a timestamp at a position of the file on the continuous clock, in ticks."""
    piece = bisect_right(breaks, position, key=lambda item: item.position)
    if piece:
        stamp += round(breaks[piece - 1].shift / base)
    # A wrong last timestamp of a piece (see _last_pts) must not reach into the next piece.
    last = breaks[piece].last if piece < len(breaks) else None
    return stamp if last is None else min(stamp, round(last / base))


def describe_breaks(breaks: Sequence[Break]) -> tuple[str, ...]:
    """Return a warning about the breaks of a file; empty where it has none."""
    if not breaks:
        return ()
    places = ", ".join(f"{float(item.at):.2f} s" for item in breaks[:_MAX_NAMED])
    more = f" and {len(breaks) - _MAX_NAMED} times more" if len(breaks) > _MAX_NAMED else ""
    return (
        f"its timestamps start again or jump at {places}{more};"
        " the pieces were taken one after the other",
    )
