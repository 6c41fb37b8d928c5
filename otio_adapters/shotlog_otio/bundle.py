"""Puts a new timeline into an .otioz bundle; everything else in it is copied as raw bytes."""

from __future__ import annotations

import copy
import shutil
import zipfile
from pathlib import Path
from typing import IO

from shotlog_otio.saving import replacing

_CHUNK = 1 << 20


def replace_member(source: Path, destination: Path, name: str, data: bytes) -> None:
    """Writes a copy of a bundle in which one member holds other data.

    The other members are neither unpacked nor packed anew, whatever their size: media stay
    uncompressed, order, dates and attributes stay.

    Raises:
        OutputNotWritable: see :func:`shotlog_otio.saving.save`.
        DiskFull: likewise.
    """
    with (
        zipfile.ZipFile(source) as old,
        replacing(destination) as stream,
        zipfile.ZipFile(stream, "w") as new,
    ):
        new.comment = old.comment
        _copy_members(old, new, name, data)


def copy_file(source: Path, destination: Path) -> None:
    """Copies a file of any size; errors as in :func:`replace_member`."""
    with source.open("rb") as old, replacing(destination) as new:
        shutil.copyfileobj(old, new, _CHUNK)


def _copy_members(old: zipfile.ZipFile, new: zipfile.ZipFile, name: str, data: bytes) -> None:
    """Each local record up to the next one, so that data descriptors come along."""
    listed = old.infolist()
    replaced = old.getinfo(name)
    by_place = sorted(listed, key=lambda info: info.header_offset)
    ends = [info.header_offset for info in by_place[1:]] + [old.start_dir]
    copies: dict[int, zipfile.ZipInfo] = {}
    for info, end in zip(by_place, ends, strict=True):
        start, fresh = info.header_offset, copy.copy(info)
        copies[start] = fresh
        if info is replaced:
            new.writestr(fresh, data)
            continue
        fresh.header_offset = new.start_dir
        _copy_bytes(_stream(old), _stream(new), start, end - start)
        new.filelist.append(fresh)
        new.NameToInfo[fresh.filename] = fresh
        new.start_dir = _stream(new).tell()
    new.filelist[:] = [copies[info.header_offset] for info in listed]


def _copy_bytes(old: IO[bytes], new: IO[bytes], start: int, size: int) -> None:
    old.seek(start)
    while size > 0:
        chunk = old.read(min(size, _CHUNK))
        if not chunk:
            raise zipfile.BadZipFile("the bundle ends too early")
        new.write(chunk)
        size -= len(chunk)


def _stream(bundle: zipfile.ZipFile) -> IO[bytes]:
    if bundle.fp is None:
        raise ValueError("the bundle is closed")
    return bundle.fp
