"""Rates of the timecode tracks of QuickTime and MP4 files."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO, NamedTuple

from shotlog.schema import exact_rate

_SAMPLE_DESCRIPTIONS = (b"mdia", b"minf", b"stbl", b"stsd")
_ENTRY = struct.Struct(">4x4s16xII")
"""Format, time scale and frame duration in a timecode sample description (QuickTime File Format
Specification, "Timecode sample description")."""

_MAX_RATE = 1000
"""Frames per second; more is damage."""


class _Atom(NamedTuple):
    """Name of an atom, and where its content lies in the file, in bytes."""

    name: bytes
    start: int
    end: int


def read_timecode_rates(path: str) -> dict[int, Fraction]:
    """Return the frames per second of every timecode track, by the track's id.

    Args:
        path: A file that FFmpeg reads as QuickTime or MP4.

    Raises:
        OSError: it cannot be read.
    """
    # FFmpeg knows these rates, but PyAV exposes the rate of picture streams alone.
    rates: dict[int, Fraction] = {}
    with Path(path).open("rb") as file:
        # The whole file taken for one atom: seek() returns its length.
        movie = _find_atom(file, _Atom(b"", 0, file.seek(0, 2)), b"moov")
        for track in _atoms(file, movie) if movie else ():
            number, rate = _track_id(file, track), _track_rate(file, track)
            if track.name == b"trak" and number is not None and rate is not None:
                rates[number] = rate
    return rates


def _atoms(file: BinaryIO, parent: _Atom) -> Iterator[_Atom]:
    """Yield the atoms directly inside another."""
    offset = parent.start
    while offset + 8 <= parent.end:
        file.seek(offset)
        size, name = struct.unpack(">I4s", file.read(8))
        head = 8
        if size == 1:  # the size follows in 64 bits
            head, size = 16, int.from_bytes(file.read(8), "big")
        elif size == 0:  # to the end
            size = parent.end - offset
        if size < head:  # damage
            return
        yield _Atom(name, offset + head, min(offset + size, parent.end))
        offset += size


def _find_atom(file: BinaryIO, parent: _Atom, *names: bytes) -> _Atom | None:
    """Return the atom at a path of names, the first of each name; None where one is missing."""
    for name in names:
        child = next((atom for atom in _atoms(file, parent) if atom.name == name), None)
        if child is None:
            return None
        parent = child
    return parent


def _track_id(file: BinaryIO, track: _Atom) -> int | None:
    """Return the id of a track, by its header."""
    header = _find_atom(file, track, b"tkhd")
    if header is None:
        return None
    file.seek(header.start)
    body = file.read(24)
    at = 20 if body[:1] == b"\1" else 12  # after two times of 64 bits (version 1), or of 32
    return int.from_bytes(body[at : at + 4], "big")


def _track_rate(file: BinaryIO, track: _Atom) -> Fraction | None:
    """Return the frames per second of a timecode track; None for other tracks and damage."""
    samples = _find_atom(file, track, *_SAMPLE_DESCRIPTIONS)
    if samples is None:
        return None
    file.seek(samples.start + 8)  # version, flags, number of entries
    entry = file.read(_ENTRY.size)
    if len(entry) < _ENTRY.size:
        return None
    name, scale, length = _ENTRY.unpack(entry)
    if name != b"tmcd" or not length or not 1 <= Fraction(scale, length) <= _MAX_RATE:
        return None
    return exact_rate(Fraction(scale, length))
