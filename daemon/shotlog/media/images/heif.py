"""Reads what a HEIF or AVIF file shows and how, from the boxes around its coded pictures.

ISO/IEC 23008-12: a large picture is often a *grid*, an item that is derived from coded items, its
tiles. FFmpeg gives every tile as a stream of its own whose id is the item's; the grid itself is a
stream group, which PyAV 18.1 does not hand on. Photographs of phones are such grids. Nor does
FFmpeg hand on the *clean aperture* of an item (``clap``), the part of it that is shown.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO, NamedTuple

from shotlog.media.images.orientation import Orientation
from shotlog.schema import Aperture, MediaUnsupported

_LARGEST_META = 64 << 20
_IN_IDAT = 1
"""``construction_method`` of an item that lies in the ``idat`` box; 0 is the file itself."""

_OTHER_DERIVED = {b"iovl": "several pictures laid over one another", b"iden": "another one turned"}
"""Items made of others that are no grids."""


class ItemGrid(NamedTuple):
    """The primary item of a file, where that is a grid.

    Attributes:
        items: Ids of its tiles, row by row.
        columns: How many make a row.
        width: Width of the whole, which the tiles may exceed to the right.
        height: Height of the whole, which the tiles may exceed at the bottom.
        orientation: How the whole is turned for display.
    """

    items: tuple[int, ...]
    columns: int
    width: int
    height: int
    orientation: Orientation


class Primary(NamedTuple):
    """The item that a file shows.

    Attributes:
        grid: Its tiles, where it is made of some.
        aperture: The part of it that is shown, where that is not all.
        warnings: What is said of it that makes no sense, in words.
    """

    grid: ItemGrid | None = None
    aperture: Aperture | None = None
    warnings: tuple[str, ...] = ()


def read_primary(path: str) -> Primary:
    """Read which item a file shows, and how.

    Raises:
        ValueError, LookupError: the boxes contradict themselves.
        MediaUnsupported: it shows a picture that is made of others in another way.
        OSError: what the operating system says.
    """
    with Path(path).open("rb") as file:
        meta = _Meta(_meta_box(file))
        primary = meta.primary()
        if primary is None:
            return Primary()
        kind = meta.kind(primary)
        if kind in _OTHER_DERIVED:
            raise MediaUnsupported(
                path,
                f"the picture is made of {_OTHER_DERIVED[kind]}, which is not supported",
                "Export it as JPEG, PNG or TIFF, and relink.",
            )
        aperture, warnings = _sound_aperture(meta, primary)
        if kind != b"grid":
            return Primary(None, aperture, warnings)
        method, offset, length = meta.location(primary)
        if method == _IN_IDAT:
            head = meta.boxes.get(b"idat", b"")[offset : offset + length]
        else:
            file.seek(offset)
            head = file.read(length)
    return Primary(_grid(head, meta.tiles(primary), meta.orientation(primary)), aperture, warnings)


def _sound_aperture(meta: _Meta, item: int) -> tuple[Aperture | None, tuple[str, ...]]:
    """The clean aperture of an item, or a warning that makes no sense of it; all is then shown."""
    try:
        return meta.aperture(item), ()
    except ValueError as error:
        return None, (f"{error}; all of it is shown",)


def _grid(head: bytes, items: tuple[int, ...], orientation: Orientation) -> ItemGrid:
    fields = _Fields(head)
    fields.take(1)
    size = 4 if fields.take(1) & 1 else 2
    rows, columns = fields.take(1) + 1, fields.take(1) + 1
    if rows * columns != len(items):
        raise ValueError(f"a grid of {rows} x {columns} has {len(items)} tiles")
    return ItemGrid(items, columns, fields.take(size), fields.take(size), orientation)


def _meta_box(file: BinaryIO) -> bytes:
    """What the ``meta`` box at the top of a file holds; nothing where there is none."""
    while len(head := file.read(8)) == 8:
        size, kind = struct.unpack(">I4s", head)
        if size == 1:
            size = int.from_bytes(file.read(8)) - 8
        if kind == b"meta" and 12 <= size <= _LARGEST_META:
            return file.read(size - 8)[4:]
        if size < 8:
            break
        file.seek(size - 8, 1)
    return b""


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and content of each box in a row."""
    at = 0
    while at + 8 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        begin = at + 8
        if size == 1:
            size, begin = int.from_bytes(data[begin : begin + 8]), begin + 8
        end = at + size if size else len(data)
        if end < begin:
            raise ValueError("a box is shorter than its head")
        yield kind, data[begin:end]
        at = end


class _Fields:
    """Numbers of a box, one after the other."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def raw(self, size: int) -> bytes:
        """The next bytes."""
        self._at += size
        if self._at > len(self._data):
            raise ValueError("a box ends early")
        return self._data[self._at - size : self._at]

    def take(self, size: int) -> int:
        """The next number of so many bytes."""
        return int.from_bytes(self.raw(size))

    def version(self) -> tuple[int, int]:
        """Version and flags, at the start of a full box."""
        return self.take(1), self.take(3)


class _Meta:
    """The items that a ``meta`` box describes."""

    def __init__(self, data: bytes) -> None:
        self.boxes = dict(_boxes(data))

    def _full(self, kind: bytes) -> tuple[_Fields, int, int]:
        fields = _Fields(self.boxes[kind])
        return fields, *fields.version()

    def primary(self) -> int | None:
        """The item that is to be shown."""
        if not {b"pitm", b"iinf", b"iref", b"iloc", b"iprp"} <= self.boxes.keys():
            return None
        fields, version, _ = self._full(b"pitm")
        return fields.take(4 if version else 2)

    def kind(self, item: int) -> bytes | None:
        """The type of an item: ``grid``, ``av01``, ``hvc1``."""
        _, version, _ = self._full(b"iinf")
        for _, entry in _boxes(self.boxes[b"iinf"][8 if version else 6 :]):
            fields = _Fields(entry)
            version, _ = fields.version()
            if version >= 2 and fields.take(4 if version == 3 else 2) == item:
                fields.take(2)
                return fields.raw(4)
        return None

    def tiles(self, item: int) -> tuple[int, ...]:
        """The items that an item is derived from, in order."""
        _, version, _ = self._full(b"iref")
        size = 4 if version else 2
        for kind, entry in _boxes(self.boxes[b"iref"][4:]):
            fields = _Fields(entry)
            if kind == b"dimg" and fields.take(size) == item:
                return tuple(fields.take(size) for _ in range(fields.take(2)))
        return ()

    def location(self, item: int) -> tuple[int, int, int]:
        """Construction method, offset and length of an item."""
        fields, version, _ = self._full(b"iloc")
        sizes, more = fields.take(1), fields.take(1)
        of_offset, of_length, of_base, of_index = sizes >> 4, sizes & 15, more >> 4, more & 15
        wide = 4 if version == 2 else 2
        for _ in range(fields.take(wide)):
            number = fields.take(wide)
            method = fields.take(2) & 15 if version else 0
            fields.take(2)
            base = fields.take(of_base)
            extents = []
            for _ in range(fields.take(2)):
                fields.take(of_index if version else 0)
                extents.append((base + fields.take(of_offset), fields.take(of_length)))
            if number == item and len(extents) == 1:
                return method, *extents[0]
        raise ValueError("it is not said where the grid is described")

    def orientation(self, item: int) -> Orientation:
        """What ``irot`` and ``imir`` make of an item, applied in the order in which they stand.

        ``irot`` turns anticlockwise. In a mirror a clockwise turn is an anticlockwise one, so what
        was turned and is then mirrored is the same as mirrored and turned the other way.
        """
        rotation, mirrored = 0, False
        for kind, data in self._properties(item):
            if kind == b"irot":
                rotation -= 90 * (data[0] & 3)
            elif kind == b"imir":  # axis 0 exchanges top and bottom, 1 left and right
                rotation = -rotation + (0 if data[0] & 1 else 180)
                mirrored = not mirrored
        return Orientation(rotation % 360, mirrored)

    def aperture(self, item: int) -> Aperture | None:
        """The clean aperture of an item; None where all of it is shown.

        Its middle lies so far from that of the whole as the offsets say (ISO/IEC 14496-12, 12.1.4).

        Raises:
            ValueError: it is not inside the whole.
        """
        size: tuple[int, int] | None = None
        for kind, data in self._properties(item):
            if kind == b"ispe":
                size = (int.from_bytes(data[4:8]), int.from_bytes(data[8:12]))
            elif kind == b"clap" and size is not None:
                return _aperture(data, size)
        return None

    def _properties(self, item: int) -> Iterator[tuple[bytes, bytes]]:
        properties: list[tuple[bytes, bytes]] = []
        for kind, data in _boxes(self.boxes[b"iprp"]):
            if kind == b"ipco":
                properties = list(_boxes(data))
            elif kind == b"ipma":
                yield from (properties[n - 1] for n in _associated(data, item) if n)


def _associated(data: bytes, item: int) -> Iterator[int]:
    """Numbers of an item's properties, from 1."""
    fields = _Fields(data)
    version, flags = fields.version()
    size, mask = (2, 0x7FFF) if flags & 1 else (1, 0x7F)
    for _ in range(fields.take(4)):
        number = fields.take(4 if version else 2)
        numbers = [fields.take(size) & mask for _ in range(fields.take(1))]
        if number == item:
            yield from numbers


def _aperture(data: bytes, size: tuple[int, int]) -> Aperture | None:
    try:
        numbers = struct.unpack(">IIIIiIiI", data[:32])
    except struct.error as error:
        raise ValueError("a clean aperture ends early") from error
    if 0 in numbers[1::2]:
        raise ValueError("a clean aperture is a fraction of 0")
    width, height, right, down = (
        Fraction(*pair) for pair in zip(*[iter(numbers)] * 2, strict=True)
    )
    left, top = (size[0] - width) / 2 + right, (size[1] - height) / 2 + down
    shown = Aperture(left=round(left), top=round(top), width=round(width), height=round(height))
    if (shown.width, shown.height) == size:
        return None
    if min(shown.left, shown.top) < 0 or not (
        0 < shown.width <= size[0] - shown.left and 0 < shown.height <= size[1] - shown.top
    ):
        raise ValueError("a clean aperture lies outside its picture")
    return shown
