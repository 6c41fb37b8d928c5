"""Writes files whole or not at all: beside the old one, to the disk, then renamed over it."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from shotlog.schema.errors import DiskFull, OutputNotWritable

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def save(path: Path, data: bytes) -> None:
    """Writes a file; whoever reads it sees the old content or the new, never a part.

    The mode of a file that is replaced is kept; a symbolic link stays and its target is replaced.

    Raises:
        OutputNotWritable: no permission, no such folder, or no ordinary file in its place.
        DiskFull: no room. After either, and after Ctrl-C, the old file is untouched and nothing
            is left beside it.
    """
    with replacing(path) as stream:
        stream.write(data)


def check_save(path: Path) -> None:
    """Refuses a place where :func:`save` would write nothing, before there is anything to write.

    Links are followed: one that leads in a ring, or into a folder that is not there, is refused.

    Raises:
        OutputNotWritable: see :func:`save`.
    """
    with output_errors(path):
        target = Path(os.path.realpath(path))
        _mode_of(target, path)
        if not target.parent.is_dir():
            raise OutputNotWritable(str(path), "its folder does not exist")
        if not os.access(target.parent, os.W_OK | os.X_OK):  # a draft is written beside it
            raise OutputNotWritable(str(path), "its folder is write-protected")


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A stream whose content takes the place of a file when the block ends without an error.

    Raises:
        OutputNotWritable: see :func:`save`.
        DiskFull: see :func:`save`.
    """
    with output_errors(path):
        target = Path(os.path.realpath(path))
        mode = _mode_of(target, path)
        draft = target.with_name(f".shotlog-{secrets.token_hex(8)}.part")
        handle = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL | _BINARY, mode or 0o666)
        try:
            with os.fdopen(handle, "w+b") as stream:
                if mode is not None:
                    draft.chmod(mode)
                yield stream
                stream.flush()
                os.fsync(stream.fileno())
            draft.replace(target)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
        _sync_folder(target.parent)


@contextlib.contextmanager
def output_errors(path: Path) -> Iterator[None]:
    """The border where what the system says of an output becomes an error of ours.

    Raises:
        OutputNotWritable: it cannot be written.
        DiskFull: there is no room for it.
    """
    try:
        yield
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise DiskFull(str(path)) from error
        raise OutputNotWritable(str(path), f"cannot be written: {error.strerror}") from error


_BINARY = getattr(os, "O_BINARY", 0)


def _mode_of(target: Path, named: Path) -> int | None:
    """Permissions of the file that will be replaced, None where there is none."""
    try:
        found = target.stat()
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(found.st_mode):
        raise OutputNotWritable(str(named), "there is a folder of this name")
    if not stat.S_ISREG(found.st_mode):
        raise OutputNotWritable(str(named), "this is not an ordinary file")
    if not os.access(target, os.W_OK):
        raise OutputNotWritable(str(named), "the file is write-protected")
    return stat.S_IMODE(found.st_mode)


def _sync_folder(folder: Path) -> None:
    """Makes a rename last through a power cut, where the system can do that."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
