"""At which rate the timecode tracks of a QuickTime or MP4 file count."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO, NamedTuple

from shotlog.schema import exact_rate

_SAMPLES = (b"mdia", b"minf", b"stbl", b"stsd")
_ENTRY = struct.Struct(">4x4s16xII")
"""The timecode sample description: its format, time scale and frame duration (QuickTime File
Format Specification, "Timecode sample description")."""

_FASTEST = 1000
"""Frames per second; more is damage."""


class _Atom(NamedTuple):
    name: bytes
    start: int  # of what it holds
    end: int


def timecode_rates(path: str) -> dict[int, Fraction]:
    """Frames per second of every timecode track, by the track's number.

    FFmpeg counts the text that it makes of such a track at this rate, but PyAV hands it on for
    picture streams alone.

    Args:
        path: A file that FFmpeg reads as QuickTime or MP4.

    Raises:
        OSError: it cannot be read.
    """
    rates: dict[int, Fraction] = {}
    with Path(path).open("rb") as file:
        movie = _inside(file, _Atom(b"", 0, file.seek(0, 2)), b"moov")
        for track in _atoms(file, movie) if movie else ():
            number, rate = _number(file, track), _rate(file, track)
            if track.name == b"trak" and number is not None and rate is not None:
                rates[number] = rate
    return rates


def _atoms(file: BinaryIO, parent: _Atom) -> Iterator[_Atom]:
    place = parent.start
    while place + 8 <= parent.end:
        file.seek(place)
        size, name = struct.unpack(">I4s", file.read(8))
        head = 8
        if size == 1:
            head, size = 16, int.from_bytes(file.read(8), "big")
        elif size == 0:  # to the end
            size = parent.end - place
        if size < head:  # damage
            return
        yield _Atom(name, place + head, min(place + size, parent.end))
        place += size


def _inside(file: BinaryIO, parent: _Atom, *names: bytes) -> _Atom | None:
    """The first atom of a name, within the first of the name before, and so on."""
    for name in names:
        found = next((atom for atom in _atoms(file, parent) if atom.name == name), None)
        if found is None:
            return None
        parent = found
    return parent


def _number(file: BinaryIO, track: _Atom) -> int | None:
    header = _inside(file, track, b"tkhd")
    if header is None:
        return None
    file.seek(header.start)
    body = file.read(24)
    place = 20 if body[:1] == b"\1" else 12  # after two times of 64 bits, or of 32
    return int.from_bytes(body[place : place + 4], "big")


def _rate(file: BinaryIO, track: _Atom) -> Fraction | None:
    samples = _inside(file, track, *_SAMPLES)
    if samples is None:
        return None
    file.seek(samples.start + 8)  # version, flags, number of entries
    entry = file.read(_ENTRY.size)
    if len(entry) < _ENTRY.size:
        return None
    name, scale, length = _ENTRY.unpack(entry)
    if name != b"tmcd" or not length or not 1 <= Fraction(scale, length) <= _FASTEST:
        return None
    return exact_rate(Fraction(scale, length))
