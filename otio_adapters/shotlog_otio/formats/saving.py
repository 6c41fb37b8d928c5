"""Writes what people name: whole or not at all, with the old file's mode, through a link.

:mod:`shotlog.files` writes; what a user's own file asks for beyond that is here.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from shotlog import files
from shotlog.schema import DiskFull, OutputNotWritable


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
        with files.open_replacement(target, mode=mode) as stream:
            yield stream


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
        if error.errno in files.NO_SPACE_ERRNOS:
            raise DiskFull(str(path)) from error
        raise OutputNotWritable(str(path), f"cannot be written: {error.strerror}") from error


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
