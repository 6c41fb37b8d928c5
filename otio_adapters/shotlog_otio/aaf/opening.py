"""AAF files opened by pyaaf2, and its errors as errors of ours.

pyaaf2 trusts the file. What could keep it busy for ever is refused before it reads; whatever it
raises after that, at any property, is converted at this border.
"""

from __future__ import annotations

import logging
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import aaf2.cfb
import aaf2.exceptions
import aaf2.file
import aaf2.rational
import aaf2.types

from shotlog.schema import AAF_HEADS, TimelineUnreadable, is_aaf
from shotlog_otio.documents import open_timeline

FAULTS = (
    aaf2.exceptions.AAFError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    NotImplementedError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
)
"""What pyaaf2 raises where a file is not as it expects."""

_DAMAGED = "it is damaged or cut off: what it says of its own parts does not fit"
_DIFAT_COUNT = 72
"""Offset of the number of sectors that hold the table of tables, in the header (MS-CFB 2.2)."""

# The library warns through the root logger, which would set up logging for the whole program, and
# prints what it could not write.
_LOGGER = logging.getLogger("aaf2")
_LOGGER.addHandler(logging.NullHandler())
_LOGGER.propagate = False
for _module in (aaf2.cfb, aaf2.rational, aaf2.types):
    _module.logging = _LOGGER
aaf2.file.print = _LOGGER.warning


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    """Open an AAF file for reading, and yield pyaaf2's ``AAFFile``.

    Raises:
        TimelineMissing: There is no such file.
        TimelineUnreadable: It is no AAF, or something in it cannot be read, whenever that is found.
    """
    with open_timeline(path, path) as (stream, size):
        _check_container(stream, size, path)
    try:
        with faults_of(path), library_file(path, "r") as file:
            yield file
    except OSError as error:
        reason = f"it cannot be read: {error.strerror}"
        raise TimelineUnreadable(str(path), reason, "Check the disk that it is on.") from error


@contextmanager
def library_file(path: Path, mode: str) -> Iterator[Any]:
    """Open a file with pyaaf2, and close it whatever happens; pyaaf2 leaves a damaged one open.

    Args:
        path: The file.
        mode: ``r`` or ``rw``.
    """
    file = aaf2.file.AAFFile.__new__(aaf2.file.AAFFile)
    try:
        # Without the definitions of Avid's that pyaaf2 would add to every file.
        file.__init__(str(path), mode, extensions=False)
        with file:
            yield file
    finally:
        if stream := getattr(file, "f", None):
            stream.close()


@contextmanager
def faults_of(path: Path, hint: str | None = None) -> Iterator[None]:
    """Convert what pyaaf2 raises in the block to an error of ours.

    Args:
        path: The file.
        hint: The remedy; None takes that of the class.

    Raises:
        TimelineUnreadable: The file is damaged.
        OSError: From the system; it is about the disk, not about the file.
    """
    try:
        yield
    except FAULTS as error:
        raise TimelineUnreadable(str(path), _DAMAGED, hint) from error
    except OSError as error:
        if error.errno is None:  # pyaaf2's own
            raise TimelineUnreadable(str(path), _DAMAGED, hint) from error
        raise


def _check_container(stream: BinaryIO, size: int, path: Path) -> None:
    """Check that the container has no more parts than the file has room for.

    pyaaf2 follows the chain of tables as often as the header says, and lists folders of as many
    entries as their chain of sectors has room for.
    """
    head = stream.read(512)
    if not head:
        raise TimelineUnreadable(str(path), "the file is empty")
    if not is_aaf(head):
        raise TimelineUnreadable(str(path), "it is no AAF file")
    if len(head) < 512:
        raise TimelineUnreadable(str(path), _DAMAGED)
    sector = 4096 if head.startswith(AAF_HEADS[1]) else 512
    entries = sector // 4
    # A sector of the table of tables names 1023 tables (127) of 1024 sectors (128) each.
    (tables,) = struct.unpack_from("<I", head, _DIFAT_COUNT)
    if tables > size // sector // (entries * (entries - 1)) + 1:
        raise TimelineUnreadable(str(path), _DAMAGED)
    with faults_of(path):
        container = aaf2.cfb.CompoundFileBinary(stream, "rb")
        if container.dir_sector_count * container.sector_size > size:
            raise TimelineUnreadable(str(path), _DAMAGED)
