"""Finds the timestamp of the first picture that a file shows, whatever of it can be decoded."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from av.container import InputContainer
from av.video.stream import VideoStream

from shotlog.media.container.breaks import may_break_off
from shotlog.media.container.container import open_media, picture_stream
from shotlog.media.container.timing import shown_packets

_REORDERED = 16
"""Pictures that may follow a keyframe in the file and are shown before it: the most frames that
H.264 and HEVC hold back."""

_LONGEST = 100_000
"""Packets that are looked at: an hour of film at 25 fps. A file of which nothing can be decoded for
longer counts from its first picture that can."""


class Origin(NamedTuple):
    """Where media time begins.

    Attributes:
        stamp: Timestamp of the first picture that is shown; None where pictures have none.
        warnings: What is missing at the start, in words.
    """

    stamp: int | None
    warnings: tuple[str, ...] = ()


class _Packet(NamedTuple):
    """The times of a packet with a presentation time, and whether it is a keyframe."""

    present: int
    decode: int | None
    key: bool


class _Head(NamedTuple):
    """The packets up to the first picture that can be decoded, and those that belong to it.

    Attributes:
        packets: In the order of the file.
        number: Index of the packet of the first picture that can be decoded.
    """

    packets: list[_Packet]
    number: int


def first_shown(path: str, index: int, decoded: int | None) -> Origin:
    """Return the origin of a picture stream, by its packets.

    A file with a clock of its own (MP4, Matroska, MXF and others) has its first picture at the
    earliest timestamp that no edit list hides: players and editing programs count from there, and
    hold or leave empty what they cannot decode.

    Transport and program streams and their kin are cut anywhere. Decoders start at the first
    keyframe; what comes before it, and what is shown before it but refers to pictures that are
    gone, is never shown, and nothing counts it. So that keyframe is the first picture, also where
    it is damaged.

    Args:
        path: The file.
        index: Its picture stream.
        decoded: Timestamp of the first picture that can be decoded.
    """
    if decoded is None:
        return Origin(None)
    with open_media(path) as container:
        stream = picture_stream(container, index, path)
        base = stream.time_base or Fraction(1)
        head = _head(container, stream, decoded)
        anywhere, by_decoding = may_break_off(container), container.format.name == "avi"
    if head is None:
        return Origin(decoded)
    if anywhere:
        return _of_stream(head, decoded, base)
    stamp = _counted(head, decoded) if by_decoding else min(p.present for p in head.packets)
    stamp = min(stamp, decoded)
    missing = _seconds(decoded - stamp, base)
    words = f"its first {missing} s cannot be decoded; times count from where the file begins"
    return Origin(stamp, (words,) if stamp < decoded else ())


def _head(container: InputContainer, stream: VideoStream, decoded: int) -> _Head | None:
    """None where the first picture that can be decoded is not met among the packets."""
    packets: list[_Packet] = []
    number: int | None = None
    for packet in shown_packets(container, stream):
        if packet.pts is None:
            continue
        if number is None:
            number = len(packets) if packet.pts == decoded else None
        elif packet.is_keyframe or len(packets) > number + _REORDERED:
            break  # what follows another keyframe is shown after this one
        packets.append(_Packet(packet.pts, packet.dts, packet.is_keyframe))
        if number is None and len(packets) == _LONGEST:
            break
    return None if number is None else _Head(packets, number)


def _of_stream(head: _Head, decoded: int, base: Fraction) -> Origin:
    """The origin of a stream that may have been cut anywhere."""
    keys = [n for n, packet in enumerate(head.packets) if packet.key]
    first = keys[0] if keys else 0
    stamp = min(decoded, head.packets[first].present) if keys else decoded
    before = min((p.present for p in head.packets[:first]), default=stamp)
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
        return Origin(stamp)
    return Origin(stamp, (words,))


def _counted(head: _Head, decoded: int) -> int:
    """The origin in a format that knows decoding times alone: pictures are counted back.

    FFmpeg works out presentation times from what it can parse of the pictures, so those of damaged
    ones are wrong.
    """
    first, found = head.packets[0].decode, head.packets[head.number].decode
    if first is None or found is None:
        return decoded
    later = sum(p.present < decoded for p in head.packets[head.number :])
    step = max(1, (found - first) // max(1, head.number))
    return decoded - (found - first) - later * step


def _seconds(ticks: int, base: Fraction) -> str:
    return f"{float(ticks * base):.2f}"
