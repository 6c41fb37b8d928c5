"""Finds film in a file that FFmpeg passes over: pieces that were joined byte by byte.

Of some formats FFmpeg reads the first piece alone (MP4, FLV, chained Ogg), of Matroska every second
one that follows, and of transport streams those that have the numbers (PIDs) of the first.
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

_NEAR = 64 << 20
"""Bytes behind the last picture that are searched: a piece ends with its index at the most."""

_HEADS = {
    "matroska": (bytes.fromhex("1a45dfa3"), 0),
    "mov": (b"ftyp", 4),
    "flv": (b"FLV\x01", 0),
    "ogg": (b"OggS\x00\x02", 0),
    "asf": (bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c"), 0),
}
"""The first bytes of a file by FFmpeg's name of the format, and how many others stand before."""

_TRIED = 20
"""Heads that are tried; most of them are chance, as four bytes come up in any film."""

_TRANSPORT = "mpegts"
_A_SECOND = 25
"""Pictures of another stream of a transport stream that make a piece: the streams of programmes
that run side by side end within less of one another."""

_SLACK = 64 << 10
"""A stretch of a transport stream without a picture that is no longer is not looked at."""


class Stretch(NamedTuple):
    """A part of a file of which no picture was read.

    Attributes:
        begin: Byte at which the last packet before it begins.
        end: Byte at which the first packet behind it begins; None for the end of the file.
        at: Media time at which the picture before it ends.
    """

    begin: int
    end: int | None
    at: Fraction


def words_of_unread(
    path: str, container: InputContainer, picture: int, stretches: Iterable[Stretch]
) -> tuple[str, ...]:
    """Return a warning where a file holds film that is not read.

    Args:
        path: The file.
        container: The same, opened.
        picture: Index of the picture stream that is read.
        stretches: Where no picture of it was met.
    """
    for stretch in stretches:
        if stretch.begin and _holds_film(path, container, picture, stretch):
            return (
                f"more film was joined to it byte by byte, at {float(stretch.at):.2f} s, and is not"
                " read; join the pieces with a program made for that (FFmpeg's concat, mkvmerge),"
                " or use them one by one",
            )
    return ()


def _holds_film(path: str, container: InputContainer, picture: int, stretch: Stretch) -> bool:
    name = container.format.name.split(",")[0]
    if name == _TRANSPORT:
        end = container.size if stretch.end is None else stretch.end
        ours = container.streams[picture].id
        return end - stretch.begin > _SLACK and _has_pictures(
            path, container.format.name, stretch.begin, end, besides=ours, least=_A_SECOND
        )
    if name not in _HEADS or stretch.end is not None:
        return False
    heads = _heads(path, stretch.begin, *_HEADS[name])
    return any(
        _has_pictures(path, container.format.name, head, container.size, besides=None, least=1)
        for head in islice(heads, _TRIED)
    )


def _heads(path: str, begin: int, mark: bytes, before: int) -> Iterator[int]:
    """Where files of a format may begin, behind a byte of a file."""
    with Path(path).open("rb") as file:
        file.seek(begin + 1)
        data = file.read(_NEAR)
    found = data.find(mark)
    while found >= 0:
        if found >= before:
            yield begin + 1 + found - before
        found = data.find(mark, found + 1)


def _has_pictures(
    path: str, name: str, begin: int, end: int, *, besides: int | None, least: int
) -> bool:
    """Whether a part of a file is a film by itself.

    Args:
        path: The file.
        name: The format that the part must have.
        begin: Its first byte.
        end: The byte behind its last.
        besides: The id of a stream that does not count.
        least: Pictures that it must have.
    """
    # A transport stream that announces another stream midway ends with an IndexError; see demuxed.
    options = {"protocol_whitelist": "file,subfile"}
    part = f"subfile,,start,{begin},end,{end},,:file:{path}"
    count = 0
    with (
        suppress(FFmpegError, IndexError),
        av.open(part, options=options, metadata_errors="replace") as container,
    ):
        streams = [s for s in container.streams.video if besides is None or s.id != besides]
        if not streams or container.format.name != name:
            return False
        for packet in container.demux(*streams):
            count += packet.size > 0
            if count >= least:
                return True
    return False
