"""Copies a bundle, .otioz or .otiod, with a new timeline in it; all else stays as it is."""

from __future__ import annotations

import copy
import os
import secrets
import shutil
import zipfile
from pathlib import Path
from typing import IO

from shotlog.schema import BUNDLED, OutputNotWritable
from shotlog_otio.formats.saving import output_errors, replacing, save

_CHUNK = 1 << 20


def replace_member(source: Path, destination: Path, name: str, data: bytes) -> None:
    """Writes a copy of a bundle in which one member holds other data.

    The other members are neither unpacked nor packed anew, whatever their size: media stay
    uncompressed, order, dates and attributes stay.

    Raises:
        OutputNotWritable: see :func:`shotlog_otio.formats.saving.save`.
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


def copy_folder(source: Path, destination: Path, data: bytes) -> None:
    """Writes a copy of an .otiod bundle with another timeline in it.

    The copy is made beside its place and renamed, so that no half of one is ever found. Where an
    earlier copy stands there, with the same media, its timeline alone is replaced. A link that
    leads out of the bundle leads to the same place from the copy.

    Raises:
        OutputNotWritable: see :func:`shotlog_otio.formats.saving.save`; or something else stands there.
        DiskFull: likewise.
    """
    check_copy(source, destination)
    with output_errors(destination):
        target = _real(destination)
        if target.exists():
            save(target / BUNDLED, data)
            return
        draft = target.with_name(f".shotlog-{secrets.token_hex(8)}.part")
        try:
            _copy_into(source, draft, _real(source))
            save(draft / BUNDLED, data)
            draft.rename(target)
        except BaseException:
            shutil.rmtree(draft, ignore_errors=True)
            raise


def check_copy(source: Path, destination: Path) -> None:
    """Refuses a place where :func:`copy_folder` would put nothing.

    Raises:
        OutputNotWritable: it lies inside the bundle; or something else than an earlier copy stands
            there, whose media may be nowhere else.
    """
    with output_errors(destination):
        target = _real(destination)
        if target.is_relative_to(_real(source)):
            raise OutputNotWritable(str(destination), "it lies inside the bundle that is copied")
        if target.exists() and _sizes(source) != _sizes(target):
            raise OutputNotWritable(
                str(destination),
                "something else than an earlier copy of this bundle stands there",
                "Move it away, or choose another place with -o.",
            )


def _sizes(bundle: Path) -> dict[str, int]:
    """The media of a bundle, with their sizes; what systems hide in folders is none."""
    files = [Path(folder, name) for folder, _, names in os.walk(bundle) for name in names]
    media = [file for file in files if file.is_file() and not file.name.startswith(".")]
    found = {str(file.relative_to(bundle)): file.stat().st_size for file in media}
    return {name: size for name, size in found.items() if name != BUNDLED}


def _copy_into(folder: Path, place: Path, bundle: Path) -> None:
    """Copies what lies in a folder of a bundle; pipes and sockets are no media and stay behind."""
    place.mkdir()
    for item in folder.iterdir():
        if item.is_symlink():
            inside = _real(item).is_relative_to(bundle)
            (place / item.name).symlink_to(item.readlink() if inside else _real(item))
        elif item.is_dir():
            _copy_into(item, place / item.name, bundle)
        elif item.is_file():
            shutil.copy2(item, place / item.name)
    shutil.copystat(folder, place)


def _real(path: Path) -> Path:
    """A path without links, as far as they lead somewhere; of a ring of links pathlib raises."""
    return Path(os.path.realpath(path))


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
