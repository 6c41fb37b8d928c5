"""Replacement of the edit list of an MP4 or MOV file, as lossless trimming does."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple


class Edit(NamedTuple):
    """One entry of an edit list (QuickTime File Format Specification, "Edit list atom").

    Attributes:
        duration: Seconds.
        start: Seconds on the track's own clock; None for an empty edit.
    """

    duration: Fraction
    start: Fraction | None


def set_edits(path: Path, edits: Sequence[Edit]) -> None:
    """Replace the edit list of the first track; the ``moov`` atom must be the last.

    Raises:
        ValueError: the file has no such list.
    """
    data = bytearray(path.read_bytes())
    atoms = _chain(data, b"moov", b"trak", b"edts", b"elst")
    clocks = (_chain(data, b"moov", b"mvhd"), _chain(data, b"moov", b"trak", b"mdia", b"mdhd"))
    movie, track = (int.from_bytes(data[at[-1] + 20 : at[-1] + 24], "big") for at in clocks)
    body = struct.pack(">II", 0, len(edits))
    for edit in edits:
        start = -1 if edit.start is None else round(edit.start * track)
        body += struct.pack(">IiI", round(edit.duration * movie), start, 1 << 16)
    place = atoms[-1]
    old, new = _size(data, place), 8 + len(body)
    data[place : place + old] = struct.pack(">I4s", new, b"elst") + body
    for parent in atoms[:-1]:
        data[parent : parent + 4] = struct.pack(">I", _size(data, parent) + new - old)
    path.write_bytes(data)


def _chain(data: bytearray, *names: bytes) -> list[int]:
    """Return the offsets of nested atoms, the outermost first."""
    found: list[int] = []
    place, end = 0, len(data)
    for name in names:
        while place + 8 <= end and data[place + 4 : place + 8] != name:
            place += _size(data, place)
        if place + 8 > end:
            raise ValueError(f"there is no atom {name.decode()}")
        found.append(place)
        place, end = place + 8, place + _size(data, place)
    return found


def _size(data: bytearray, place: int) -> int:
    return int.from_bytes(data[place : place + 4], "big")
