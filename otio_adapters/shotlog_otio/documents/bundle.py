"""Copies of bundles, .otioz, .otiod and .fcpxmld, with another timeline in them; all else stays."""

from __future__ import annotations

import copy
import os
import secrets
import shutil
import zipfile
from pathlib import Path
from typing import IO

from shotlog.files import output_errors
from shotlog.schema import BUNDLED, OutputNotWritable
from shotlog_otio.documents.saving import check_output_file, check_replaceable, replacing, save

_CHUNK = 1 << 20


def replace_member(source: Path, destination: Path, name: str, data: bytes) -> None:
    """Write a copy of a bundle in which one member holds other data.

    The other members are neither unpacked nor packed anew, whatever their size: media stay
    uncompressed, order, dates and attributes stay.

    Raises:
        OutputNotWritable: see :func:`shotlog_otio.documents.saving.save`.
        DiskFull: see there.
    """
    with (
        zipfile.ZipFile(source) as old,
        replacing(destination) as stream,
        zipfile.ZipFile(stream, "w") as new,
    ):
        new.comment = old.comment
        _copy_members(old, new, name, data)


def copy_file(source: Path, destination: Path) -> None:
    """Copy a file of any size; errors as in :func:`replace_member`."""
    with source.open("rb") as old, replacing(destination) as new:
        shutil.copyfileobj(old, new, _CHUNK)


def copy_folder(source: Path, destination: Path, data: bytes, name: str = BUNDLED) -> None:
    """Write a copy of a bundle that is a folder, with another timeline in it.

    The copy is made under another name beside its destination and renamed, so that half a copy is
    never found. Of an earlier copy with the same media, the timeline alone is replaced. A link
    that leads out of the bundle leads to the same target from the copy.

    Args:
        source: The bundle.
        destination: The copy.
        data: Content of the timeline in the copy.
        name: Name of the timeline in the bundle.

    Raises:
        OutputNotWritable: see :func:`shotlog_otio.documents.saving.save`, and :func:`check_copy`.
        DiskFull: see there.
    """
    check_copy(source, destination, name)
    with output_errors(destination):
        target = _real(destination)
        if target.exists():
            save(target / name, data)
            return
        # A random name: two runs may copy the same bundle at once.
        draft = target.with_name(f".shotlog-{secrets.token_hex(8)}.part")
        try:
            _copy_into(source, draft, _real(source))
            save(draft / name, data)
            draft.rename(target)
        except BaseException:
            # After Ctrl-C, too: half a copy is of no use.
            shutil.rmtree(draft, ignore_errors=True)
            raise


def check_copy(source: Path, destination: Path, name: str = BUNDLED) -> None:
    """Check that :func:`copy_folder` can write a copy to a path.

    Raises:
        OutputNotWritable: It lies inside the bundle, or something else than an earlier copy exists
            there.
    """
    with output_errors(destination):
        target = _real(destination)
        if target.is_relative_to(_real(source)):
            raise OutputNotWritable(str(destination), "it lies inside the bundle that is copied")
        # Another bundle's media may exist nowhere else, so it is not replaced.
        if target.exists() and _sizes(source, name) != _sizes(target, name):
            raise OutputNotWritable(
                str(destination),
                "something else than an earlier copy of this bundle stands there",
                "Move it away, or choose another place with -o.",
            )


def check_folder_output(
    source: Path | None, output: Path, name: str, suffix: str, *, is_bundle: bool
) -> None:
    """Check that a marked copy of a bundle that is a folder can be written.

    Args:
        source: The bundle; None for a timeline that is made of footage.
        output: The path of the copy.
        name: Name of the timeline in the bundle.
        suffix: The suffix that the copy is to have.
        is_bundle: True where a bundle stands at that path already.

    Raises:
        OutputNotWritable: It cannot; see also :func:`check_copy`.
    """
    if source is None or os.path.realpath(output) == os.path.realpath(source):
        check_replaceable(output / name, output)
    elif is_bundle:
        check_copy(source, output, name)  # an earlier copy: its timeline alone is replaced
        check_replaceable(output / name, output)
    elif output.exists():
        raise OutputNotWritable(
            str(output),
            "this is no bundle, and the result is one",
            "Choose another place with -o.",
        )
    else:
        check_output_file(output, suffix)
        check_copy(source, output, name)


def _sizes(bundle: Path, timeline: str) -> dict[str, int]:
    """Return the sizes of a bundle's media in bytes, by relative path."""
    files = [Path(folder, name) for folder, _, names in os.walk(bundle) for name in names]
    # Systems put hidden files of their own into folders, such as .DS_Store.
    media = [file for file in files if file.is_file() and not file.name.startswith(".")]
    sizes = {str(file.relative_to(bundle)): file.stat().st_size for file in media}
    return {name: size for name, size in sizes.items() if name != timeline}


def _copy_into(folder: Path, destination: Path, bundle: Path) -> None:
    """Copy the contents of a folder of a bundle to a new folder."""
    destination.mkdir()
    for item in folder.iterdir():
        if item.is_symlink():
            inside = _real(item).is_relative_to(bundle)
            (destination / item.name).symlink_to(item.readlink() if inside else _real(item))
        elif item.is_dir():
            _copy_into(item, destination / item.name, bundle)
        elif item.is_file():  # not a pipe or socket: those are no media, and reading would block
            shutil.copy2(item, destination / item.name)
    shutil.copystat(folder, destination)  # last, as copying changes the folder's times


def _real(path: Path) -> Path:
    """Return a path without links, as far as they can be followed."""
    return Path(os.path.realpath(path))  # Path.resolve raises for a ring of links


def _copy_members(old: zipfile.ZipFile, new: zipfile.ZipFile, name: str, data: bytes) -> None:
    listed = old.infolist()
    replaced = old.getinfo(name)
    by_offset = sorted(listed, key=lambda info: info.header_offset)
    # Each local record is copied up to the next one, so that data descriptors come along.
    ends = [info.header_offset for info in by_offset[1:]] + [old.start_dir]
    copies: dict[int, zipfile.ZipInfo] = {}
    for info, end in zip(by_offset, ends, strict=True):
        start, copied = info.header_offset, copy.copy(info)
        copies[start] = copied
        if info is replaced:
            new.writestr(copied, data)
            continue
        # zipfile copies no packed data, so its own records are kept up to date by hand.
        copied.header_offset = new.start_dir
        _copy_bytes(_stream(old), _stream(new), start, end - start)
        new.filelist.append(copied)
        new.NameToInfo[copied.filename] = copied
        new.start_dir = _stream(new).tell()
    # The directory lists members in the old order, which may differ from that of their data.
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
