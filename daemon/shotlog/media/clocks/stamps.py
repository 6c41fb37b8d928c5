"""Timestamps and file positions of the packets of a stream."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any, NamedTuple

from av.container import InputContainer
from av.format import Flags
from av.packet import Packet

# Seconds from one decoding time to the next beyond which the timestamps start again. The first is
# for formats that allow it (AVFMT_TS_DISCONT) and equals FFmpeg's own ``dts_delta_threshold``
# (fftools/ffmpeg_demux.c); the second for all others, where a frame may be shown for minutes, as
# in screen recordings.
_JUMP_AHEAD, _JUMP_AHEAD_ELSEWHERE = Fraction(10), Fraction(1800)


class PacketStamp(NamedTuple):
    """The timestamps of one packet and its position in the file.

    Attributes:
        position: Offset in the file, in bytes; for a packet without one, that of the packet before.
        dts: Decoding time in the stream's time base.
        pts: Presentation time; in AVI, which has none, the decoding time.
    """

    position: int
    dts: int | None
    pts: int | None


class StreamStamps(NamedTuple):
    """The timestamps of a stream's packets, in file order.

    Attributes:
        stamps: One for each packet.
        time_base: Seconds per tick.
        jump_ahead: Seconds from one packet to the next beyond which the timestamps start again.
    """

    stamps: list[PacketStamp]
    time_base: Fraction
    jump_ahead: Fraction


def with_stamps(packets: Iterable[Packet[Any]]) -> Iterator[tuple[PacketStamp, Packet[Any]]]:
    """Yield each packet with its timestamps and position."""
    position = 0
    for packet in packets:
        position = position if packet.pos is None else packet.pos
        yield PacketStamp(position, packet.dts, packet_time(packet)), packet


def packet_time(packet: Packet[Any]) -> int | None:
    """Return the presentation time in the stream's time base; for AVI the decoding time."""
    return packet.dts if packet.pts is None else packet.pts


def allows_discontinuities(container: InputContainer) -> bool:
    """Return true for formats whose timestamps may start again in an undamaged file."""
    return Flags.ts_discont in Flags(container.format.flags)


def min_jump_ahead(container: InputContainer) -> Fraction:
    """Return the least step, in seconds, that counts as a new start of the timestamps."""
    return _JUMP_AHEAD if allows_discontinuities(container) else _JUMP_AHEAD_ELSEWHERE
