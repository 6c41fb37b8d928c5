"""Evidence as bytes: the rows of a series, compressed, and the checksum of what is stored."""

from __future__ import annotations

import hashlib
import zlib
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from shotlog.schema import Series


def checksum(blob: bytes) -> bytes:
    """Return the BLAKE2b checksum of stored bytes, 16 bytes."""
    return hashlib.blake2b(blob, digest_size=16).digest()


def little_endian(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return numbers in the byte order in which they are stored."""
    return values.astype(values.dtype.newbyteorder("<"), copy=False)


def pack_series(series: Series) -> bytes:
    """Return the rows of a series, compressed; :func:`unpack_series` is its inverse."""
    parts = (series.first, series.last, series.values)
    return zlib.compress(b"".join(little_endian(part).tobytes() for part in parts), level=1)


def unpack_series(blob: bytes, tick: Fraction, width: int, dtype: np.dtype[Any]) -> Series:
    """Return the series that was packed.

    Args:
        blob: The packed rows.
        tick: Unit of its moments, in seconds.
        width: Values per row.
        dtype: Type of the values.
    """
    data = zlib.decompress(blob)
    count = len(data) // (16 + dtype.itemsize * width)  # two int64 and the values of each row
    first = np.frombuffer(data, "<i8", count)
    last = np.frombuffer(data, "<i8", count, offset=8 * count)
    values = np.frombuffer(data, dtype, count * width, offset=16 * count)
    return Series(tick, first, last, values.reshape(count, width))
