"""Detection of film that FFmpeg does not read: files that were joined byte by byte.

FFmpeg reads the first piece alone in some formats (MP4, FLV, chained Ogg), every second of the
following ones in Matroska, and in transport streams those with the PIDs of the first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import av
from av.container import InputContainer
from av.error import FFmpegError

_MAX_SEARCHED = 64 << 20
"""Bytes after the last picture that are searched: a piece ends with nothing longer than an index.
"""

_SIGNATURES = {
    "matroska": (bytes.fromhex("1a45dfa3"), 0),
    "mov": (b"ftyp", 4),
    "flv": (b"FLV\x01", 0),
    "ogg": (b"OggS\x00\x02", 0),
    "asf": (bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c"), 0),
}
"""Signature of a format by FFmpeg's name of it, and the number of bytes of a file before it."""

_MAX_TRIED = 20
"""Occurrences of a signature that are tried; most are accidental, as four bytes occur in any film.
"""

_TRANSPORT = "mpegts"
_MIN_PICTURES = 25
"""Pictures of another stream of a transport stream that make a piece: one second. Parallel
programmes end within less than that of each other."""

_MIN_BYTES = 64 << 10
"""Length of a part of a transport stream without pictures from which on it is searched."""


class UnreadRange(NamedTuple):
    """A part of a file from which no picture was read.

    Attributes:
        begin: Offset of the last packet before it, in bytes.
        end: Offset of the first packet after it, in bytes; None for the end of the file.
        at: Media time at which the picture before it ends, in seconds.
    """

    begin: int
    end: int | None
    at: Fraction


def describe_unread(
    path: str, container: InputContainer, picture: int, ranges: Iterable[UnreadRange]
) -> tuple[str, ...]:
    """Return a warning where a file holds film that is not read.

    Args:
        path: The file.
        container: The same, opened.
        picture: Index of the picture stream that is read.
        ranges: The parts from which no picture of it was read.
    """
    for unread in ranges:
        if unread.begin and _contains_film(path, container, picture, unread):
            return (
                f"more film was joined to it byte by byte, at {float(unread.at):.2f} s, and is not"
                " read; join the pieces with a program made for that (FFmpeg's concat, mkvmerge),"
                " or use them one by one",
            )
    return ()


def _contains_film(path: str, container: InputContainer, picture: int, unread: UnreadRange) -> bool:
    """Return true where a part of a file that was not read is film."""
    name = container.format.name.split(",")[0]
    if name == _TRANSPORT:
        end = container.size if unread.end is None else unread.end
        ours = container.streams[picture].id
        return end - unread.begin > _MIN_BYTES and _has_pictures(
            path, container.format.name, unread.begin, end, excluded=ours, least=_MIN_PICTURES
        )
    if name not in _SIGNATURES or unread.end is not None:
        return False
    starts = _find_starts(path, unread.begin, *_SIGNATURES[name])
    return any(
        _has_pictures(path, container.format.name, start, container.size, excluded=None, least=1)
        for start in islice(starts, _MAX_TRIED)
    )


def _find_starts(path: str, begin: int, signature: bytes, before: int) -> Iterator[int]:
    """Yield the offsets after ``begin`` at which a file of a format may start."""
    with Path(path).open("rb") as file:
        file.seek(begin + 1)
        data = file.read(_MAX_SEARCHED)
    at = data.find(signature)
    while at >= 0:
        if at >= before:
            yield begin + 1 + at - before
        at = data.find(signature, at + 1)


def _has_pictures(
    path: str, name: str, begin: int, end: int, *, excluded: int | None, least: int
) -> bool:
    """Return true where a part of a file is a film by itself.

    Args:
        path: The file.
        name: The format that the part must have.
        begin: Offset of its first byte.
        end: Offset after its last byte.
        excluded: Id of a stream whose pictures do not count.
        least: Number of pictures that it must have.
    """
    # FFmpeg's subfile protocol opens the part as a file of its own. A transport stream that
    # announces another stream midway ends with an IndexError; see demux_stream.
    options = {"protocol_whitelist": "file,subfile"}
    part = f"subfile,,start,{begin},end,{end},,:file:{path}"
    count = 0
    with (
        suppress(FFmpegError, IndexError),
        av.open(part, options=options, metadata_errors="replace") as container,
    ):
        streams = [s for s in container.streams.video if excluded is None or s.id != excluded]
        if not streams or container.format.name != name:
            return False
        for packet in container.demux(*streams):
            count += packet.size > 0
            if count >= least:
                return True
    return False
