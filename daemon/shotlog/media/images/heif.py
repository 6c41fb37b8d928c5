"""Primary item of a HEIF or AVIF file: its tiles, orientation and clean aperture.

ISO/IEC 23008-12: a large picture is often a *grid*, an item that is derived from coded items, its
tiles; photographs of phones are such grids. FFmpeg gives every tile as a stream whose id is that of
the item, and the grid as a stream group, which PyAV 18.1 does not expose. The *clean aperture*
(``clap``), the part of an item that is shown, FFmpeg does not expose at all. So both are read here.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

from shotlog.media.images.heif_boxes import FieldReader, read_meta_box, split_boxes
from shotlog.media.images.orientation import Orientation
from shotlog.schema import Aperture, MediaUnsupported

_IN_IDAT = 1
"""``construction_method`` of an item in the ``idat`` box; 0 is for items in the file itself."""

_OTHER_DERIVED = {b"iovl": "several pictures laid over one another", b"iden": "another one turned"}
"""Derived items that are not grids."""


class ItemGrid(NamedTuple):
    """A primary item that is a grid.

    Attributes:
        items: Ids of its tiles, row by row.
        columns: Number of tiles in a row.
        width: Width of the whole picture; the tiles may exceed it to the right.
        height: Height of the whole picture; the tiles may exceed it at the bottom.
        orientation: Turn of the whole picture for display.
    """

    items: tuple[int, ...]
    columns: int
    width: int
    height: int
    orientation: Orientation


class PrimaryItem(NamedTuple):
    """The item that a file shows.

    Attributes:
        grid: Its tiles, where it is a grid.
        aperture: The part of it that is shown, where that is not all.
        warnings: Descriptions of invalid properties that are ignored.
    """

    grid: ItemGrid | None = None
    aperture: Aperture | None = None
    warnings: tuple[str, ...] = ()


def read_primary(path: str) -> PrimaryItem:
    """Read the primary item of a file.

    Raises:
        ValueError, LookupError: the boxes contradict each other.
        MediaUnsupported: the item is derived from others, but is no grid.
        OSError: the file cannot be read.
    """
    with Path(path).open("rb") as file:
        meta = _Meta(read_meta_box(file))
        primary = meta.primary()
        if primary is None:
            return PrimaryItem()
        kind = meta.kind(primary)
        if kind in _OTHER_DERIVED:
            raise MediaUnsupported(
                path,
                f"the picture is made of {_OTHER_DERIVED[kind]}, which is not supported",
                "Export it as JPEG, PNG or TIFF, and relink.",
            )
        aperture, warnings = _valid_aperture(meta, primary)
        if kind != b"grid":
            return PrimaryItem(None, aperture, warnings)
        method, offset, length = meta.location(primary)
        if method == _IN_IDAT:
            data = meta.boxes.get(b"idat", b"")[offset : offset + length]
        else:
            file.seek(offset)
            data = file.read(length)
    grid = _parse_grid(data, meta.tiles(primary), meta.orientation(primary))
    return PrimaryItem(grid, aperture, warnings)


def _valid_aperture(meta: _Meta, item: int) -> tuple[Aperture | None, tuple[str, ...]]:
    """Return the clean aperture of an item, or a warning where it is invalid and all is shown."""
    try:
        return meta.aperture(item), ()
    except ValueError as error:
        return None, (f"{error}; all of it is shown",)


def _parse_grid(data: bytes, items: tuple[int, ...], orientation: Orientation) -> ItemGrid:
    """Parse the description of a grid (ISO/IEC 23008-12, 6.6.2.3).

    Raises:
        ValueError: it does not have as many tiles as rows times columns.
    """
    fields = FieldReader(data)
    fields.number(1)  # version
    size = 4 if fields.number(1) & 1 else 2
    rows, columns = fields.number(1) + 1, fields.number(1) + 1
    if rows * columns != len(items):
        raise ValueError(f"a grid of {rows} x {columns} has {len(items)} tiles")
    return ItemGrid(items, columns, fields.number(size), fields.number(size), orientation)


class _Meta:
    """The items that a ``meta`` box describes."""

    def __init__(self, data: bytes) -> None:
        self.boxes = dict(split_boxes(data))

    def _full_box(self, kind: bytes) -> tuple[FieldReader, int, int]:
        """Return the fields of a full box, with its version and flags."""
        fields = FieldReader(self.boxes[kind])
        return fields, *fields.version()

    def primary(self) -> int | None:
        """Return the id of the item that is shown; None in files without one."""
        if not {b"pitm", b"iinf", b"iref", b"iloc", b"iprp"} <= self.boxes.keys():
            return None
        fields, version, _ = self._full_box(b"pitm")
        return fields.number(4 if version else 2)

    def kind(self, item: int) -> bytes | None:
        """Return the type of an item: ``grid``, ``av01``, ``hvc1``."""
        _, version, _ = self._full_box(b"iinf")
        # The entries follow version, flags and the number of entries.
        for _, entry in split_boxes(self.boxes[b"iinf"][8 if version else 6 :]):
            fields = FieldReader(entry)
            version, _ = fields.version()
            if version >= 2 and fields.number(4 if version == 3 else 2) == item:
                fields.number(2)  # item_protection_index
                return fields.raw(4)
        return None

    def tiles(self, item: int) -> tuple[int, ...]:
        """Return the items that an item is derived from, in order."""
        _, version, _ = self._full_box(b"iref")
        size = 4 if version else 2
        for kind, entry in split_boxes(self.boxes[b"iref"][4:]):
            fields = FieldReader(entry)
            if kind == b"dimg" and fields.number(size) == item:
                return tuple(fields.number(size) for _ in range(fields.number(2)))
        return ()

    def location(self, item: int) -> tuple[int, int, int]:
        """Return construction method, offset and length of an item (ISO/IEC 14496-12, 8.11.3).

        Raises:
            ValueError: the item has no location, or is in several parts.
        """
        fields, version, _ = self._full_box(b"iloc")
        sizes, more = fields.number(1), fields.number(1)
        # Four sizes of four bits: of the offsets, lengths, base offsets and indices that follow.
        of_offset, of_length, of_base, of_index = sizes >> 4, sizes & 15, more >> 4, more & 15
        wide = 4 if version == 2 else 2
        for _ in range(fields.number(wide)):
            number = fields.number(wide)
            method = fields.number(2) & 15 if version else 0
            fields.number(2)  # data_reference_index
            base = fields.number(of_base)
            extents = []
            for _ in range(fields.number(2)):
                fields.number(of_index if version else 0)
                extents.append((base + fields.number(of_offset), fields.number(of_length)))
            if number == item and len(extents) == 1:
                return method, *extents[0]
        raise ValueError("it is not said where the grid is described")

    def orientation(self, item: int) -> Orientation:
        """Return the orientation of an item, by its ``irot`` and ``imir`` properties in order."""
        rotation, mirrored = 0, False
        for kind, data in self._properties(item):
            if kind == b"irot":  # anticlockwise, in quarter turns
                rotation -= 90 * (data[0] & 3)
            elif kind == b"imir":  # axis 0 exchanges top and bottom, 1 left and right
                # Orientation mirrors first, then turns. A turn followed by mirroring is the same
                # as mirroring followed by the opposite turn.
                rotation = -rotation + (0 if data[0] & 1 else 180)
                mirrored = not mirrored
        return Orientation(rotation % 360, mirrored)

    def aperture(self, item: int) -> Aperture | None:
        """Return the clean aperture of an item; None where all of it is shown.

        Raises:
            ValueError: it is malformed, or exceeds the item.
        """
        size: tuple[int, int] | None = None
        for kind, data in self._properties(item):
            if kind == b"ispe":
                # After version and flags.
                size = (int.from_bytes(data[4:8]), int.from_bytes(data[8:12]))
            elif kind == b"clap" and size is not None:
                return _parse_aperture(data, size)
        return None

    def _properties(self, item: int) -> Iterator[tuple[bytes, bytes]]:
        """Yield type and content of the properties of an item, in order."""
        properties: list[tuple[bytes, bytes]] = []
        for kind, data in split_boxes(self.boxes[b"iprp"]):
            if kind == b"ipco":
                properties = list(split_boxes(data))
            elif kind == b"ipma":
                # Number 0 means "no property".
                yield from (properties[n - 1] for n in _property_numbers(data, item) if n)


def _property_numbers(data: bytes, item: int) -> Iterator[int]:
    """Yield the numbers of an item's properties, counted from 1, from an ``ipma`` box."""
    fields = FieldReader(data)
    version, flags = fields.version()
    size, mask = (2, 0x7FFF) if flags & 1 else (1, 0x7F)  # the top bit is the "essential" flag
    for _ in range(fields.number(4)):
        number = fields.number(4 if version else 2)
        numbers = [fields.number(size) & mask for _ in range(fields.number(1))]
        if number == item:
            yield from numbers


def _parse_aperture(data: bytes, size: tuple[int, int]) -> Aperture | None:
    """Parse a ``clap`` box (ISO/IEC 14496-12, 12.1.4); None where it covers the whole item.

    Args:
        data: Four fractions: width, height, and the offset of its centre from that of the item,
            to the right and down.
        size: Width and height of the item.

    Raises:
        ValueError: the box is malformed, or the aperture exceeds the item.
    """
    try:
        # Only the two offsets of the centre are signed.
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
