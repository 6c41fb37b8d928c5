"""Origin of media time: the timestamp of the first picture that a file shows."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from av.container import InputContainer
from av.video.stream import VideoStream

from shotlog.media.clocks import allows_discontinuities
from shotlog.media.container.reading import demux_shown, open_media, picture_stream

_REORDERED = 16
"""Pictures that may follow a keyframe in the file and be shown before it: the most frames that
H.264 and HEVC reorder."""

_MAX_PACKETS = 100_000
"""Packets that are read, at most: an hour of film at 25 fps. Where nothing can be decoded for
longer, the first decodable picture is the origin."""


class StreamOrigin(NamedTuple):
    """The origin of media time in a picture stream.

    Attributes:
        stamp: Timestamp of the first picture that is shown; None where pictures have none.
        warnings: Descriptions of what is missing at the start.
    """

    stamp: int | None
    warnings: tuple[str, ...] = ()


class _Packet(NamedTuple):
    """Timestamps of a packet with a presentation time; ``key`` is true for a keyframe."""

    pts: int
    dts: int | None
    key: bool


class _Head(NamedTuple):
    """The packets up to the first decodable picture, and those reordered around it.

    Attributes:
        packets: In file order.
        decodable: Index of the packet of the first decodable picture.
    """

    packets: list[_Packet]
    decodable: int


def find_origin(path: str, index: int, decoded: int | None) -> StreamOrigin:
    """Return the origin of a picture stream, by its packets.

    A file with a clock of its own (MP4, Matroska, MXF and others) begins at the earliest timestamp
    that no edit list hides: players and editing programs count from there, and freeze or leave
    empty the pictures that they cannot decode.

    Transport and program streams and the like may be cut anywhere. Decoders start at the first
    keyframe; pictures before it, and those shown before it that refer to missing pictures, are
    never shown, and no program counts them. So that keyframe is the first picture, even where it
    is damaged.

    Args:
        path: The file.
        index: Its picture stream.
        decoded: Timestamp of the first decodable picture.
    """
    if decoded is None:
        return StreamOrigin(None)
    with open_media(path) as container:
        stream = picture_stream(container, index, path)
        base = stream.time_base or Fraction(1)
        head = _head(container, stream, decoded)
        may_be_cut, is_avi = allows_discontinuities(container), container.format.name == "avi"
    if head is None:
        return StreamOrigin(decoded)
    if may_be_cut:
        return _origin_of_cut_stream(head, decoded, base)
    stamp = _count_back(head, decoded) if is_avi else min(p.pts for p in head.packets)
    stamp = min(stamp, decoded)
    missing = _seconds(decoded - stamp, base)
    words = f"its first {missing} s cannot be decoded; times count from where the file begins"
    return StreamOrigin(stamp, (words,) if stamp < decoded else ())


def _head(container: InputContainer, stream: VideoStream, decoded: int) -> _Head | None:
    """Read the head of a stream; None where the first decodable picture is not in it."""
    packets: list[_Packet] = []
    decodable: int | None = None
    for packet in demux_shown(container, stream):
        if packet.pts is None:
            continue
        if decodable is None:
            decodable = len(packets) if packet.pts == decoded else None
        elif packet.is_keyframe or len(packets) > decodable + _REORDERED:
            break  # pictures after another keyframe are shown after this one
        packets.append(_Packet(packet.pts, packet.dts, packet.is_keyframe))
        if decodable is None and len(packets) == _MAX_PACKETS:
            break
    return None if decodable is None else _Head(packets, decodable)


def _origin_of_cut_stream(head: _Head, decoded: int, base: Fraction) -> StreamOrigin:
    """Return the origin of a stream that may have been cut anywhere."""
    keys = [n for n, packet in enumerate(head.packets) if packet.key]
    first = keys[0] if keys else 0
    stamp = min(decoded, head.packets[first].pts) if keys else decoded
    before = min((p.pts for p in head.packets[:first]), default=stamp)
    if stamp < decoded:
        missing = _seconds(decoded - stamp, base)
        words = f"its first {missing} s cannot be decoded; times count from its first keyframe"
    elif before < stamp:
        missing = _seconds(stamp - before, base)
        words = (
            f"it begins {missing} s before its first keyframe; that cannot be shown, and times"
            " count from the keyframe"
        )
    else:
        return StreamOrigin(stamp)
    return StreamOrigin(stamp, (words,))


def _count_back(head: _Head, decoded: int) -> int:
    """Return the origin in AVI, which has decoding times alone, by counting pictures back."""
    # FFmpeg computes presentation times by parsing the pictures: those of damaged ones are wrong.
    first, reached = head.packets[0].dts, head.packets[head.decodable].dts
    if first is None or reached is None:
        return decoded
    # Pictures that are stored after it but shown before it (B-frames).
    later = sum(p.pts < decoded for p in head.packets[head.decodable :])
    # The mean distance is that of all frames: AVI has one rate.
    step = max(1, (reached - first) // max(1, head.decodable))
    return decoded - (reached - first) - later * step


def _seconds(ticks: int, base: Fraction) -> str:
    return f"{float(ticks * base):.2f}"
