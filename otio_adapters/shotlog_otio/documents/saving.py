"""Writing of files that users name: whole or not at all, with the old file's mode, through links.

:mod:`shotlog.files` writes; this module adds what a user's own file asks for beyond that.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from shotlog.files import open_replacement as replacing_file
from shotlog.files import output_errors
from shotlog.schema import OutputNotWritable


def save(path: Path, data: bytes) -> None:
    """Write a file; a reader sees the old content or the new, never a part.

    The mode of a file that is replaced is kept; a symbolic link stays and its target is replaced.

    Raises:
        OutputNotWritable: There is no permission, no such folder, or no ordinary file in its place.
        DiskFull: There is no room. After either, and after Ctrl-C, the old file is untouched and
            nothing is left beside it.
    """
    with replacing(path) as stream:
        stream.write(data)


def check_save(path: Path) -> None:
    """Check that :func:`save` can write to a path, before there is anything to write.

    Links are followed: one that leads in a ring, or into a folder that does not exist, is refused.

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


def check_output_file(path: Path, suffix: str, *, option: str = "-o") -> None:
    """Check that :func:`save` can write an output of the command line to a path.

    Args:
        path: The file.
        suffix: The suffix that its name must have, in lower case.
        option: The option that names another path, for the hint.

    Raises:
        OutputNotWritable: see :func:`save`; or the suffix is another.
    """
    hint = f"Choose another place with {option}."
    if path.is_dir():
        raise OutputNotWritable(str(path), "this is a folder, not a file", hint)
    if not path.absolute().parent.is_dir():
        raise OutputNotWritable(str(path), "its folder does not exist", hint)
    if path.suffix.lower() != suffix:
        raise OutputNotWritable(
            str(path), f"the result is a {suffix} file", f"Give a name that ends in {suffix}."
        )
    check_replaceable(path, path, hint)


def check_replaceable(file: Path, named: Path, hint: str | None = None) -> None:
    """Check that :func:`save` can write a file, with an error that names another path.

    Args:
        file: The file.
        named: The path that the user gave: the file, or the bundle that holds it.
        hint: The remedy of the error; None takes that of the class.

    Raises:
        OutputNotWritable: see :func:`save`.
    """
    try:
        check_save(file)
    except OutputNotWritable as error:
        raise OutputNotWritable(str(named), error.problem.message, hint) from error


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Yield a stream whose content replaces a file when the block ends without an error.

    Raises:
        OutputNotWritable: see :func:`save`.
        DiskFull: see :func:`save`.
    """
    with output_errors(path):
        target = Path(os.path.realpath(path))
        mode = _mode_of(target, path)
        with replacing_file(target, mode=mode) as stream:
            yield stream


def _mode_of(target: Path, named: Path) -> int | None:
    """Return the permissions of the file that will be replaced, None where there is none."""
    try:
        status = target.stat()
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(status.st_mode):
        raise OutputNotWritable(str(named), "there is a folder of this name")
    if not stat.S_ISREG(status.st_mode):
        raise OutputNotWritable(str(named), "this is not an ordinary file")
    # The file is replaced, not opened, so the system itself would not refuse.
    if not os.access(target, os.W_OK):
        raise OutputNotWritable(str(named), "the file is write-protected")
    return stat.S_IMODE(status.st_mode)
