"""Boxes and fields of HEIF and AVIF files (ISO/IEC 14496-12), without their meaning."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO

_MAX_META_BYTES = 64 << 20  # a meta box has a few KiB; a larger claim is damage


def read_meta_box(file: BinaryIO) -> bytes:
    """Return the content of the top-level ``meta`` box of a file; empty where there is none."""
    while len(head := file.read(8)) == 8:
        size, kind = struct.unpack(">I4s", head)
        if size == 1:  # the size follows in 64 bits
            size = int.from_bytes(file.read(8)) - 8
        if kind == b"meta" and 12 <= size <= _MAX_META_BYTES:
            return file.read(size - 8)[4:]  # without version and flags
        if size < 8:
            break
        file.seek(size - 8, 1)
    return b""


def split_boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield type and content of each box in a row.

    Raises:
        ValueError: a box claims to be shorter than its head.
    """
    at = 0
    while at + 8 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        begin = at + 8
        if size == 1:
            size, begin = int.from_bytes(data[begin : begin + 8]), begin + 8
        end = at + size if size else len(data)  # size 0: up to the end
        if end < begin:
            raise ValueError("a box is shorter than its head")
        yield kind, data[begin:end]
        at = end


class FieldReader:
    """Sequential reader of the big-endian fields of a box."""

    def __init__(self, data: bytes) -> None:
        """Start at the first byte of a box's content."""
        self._data = data
        self._at = 0

    def raw(self, size: int) -> bytes:
        """Read the next bytes.

        Raises:
            ValueError: the box has fewer.
        """
        self._at += size
        if self._at > len(self._data):
            raise ValueError("a box ends early")
        return self._data[self._at - size : self._at]

    def number(self, size: int) -> int:
        """Read the next unsigned number of a size in bytes; 0 for size 0."""
        return int.from_bytes(self.raw(size))

    def version(self) -> tuple[int, int]:
        """Read version and flags, with which a full box begins."""
        return self.number(1), self.number(3)
