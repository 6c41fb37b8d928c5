"""Atomic replacement of files, quarantine of damaged ones, and errors of outputs.

The functions raise ``OSError`` as the system does; :func:`output_errors` converts it where a user
named the file.
"""

from __future__ import annotations

import errno
import os
import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from glob import escape
from pathlib import Path
from typing import BinaryIO

from shotlog.schema import DiskFull, OutputNotWritable

NO_SPACE_ERRNOS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""Error numbers for a full disk, an exhausted quota, and a file system's maximum file size."""

_BINARY = getattr(os, "O_BINARY", 0)  # on Windows text mode would change line ends
_REPLACE_ATTEMPTS = 20
_REPLACE_RETRY_SECONDS = 0.05


@contextmanager
def open_replacement(
    path: Path, *, mode: int | None = None, draft: str | None = None
) -> Iterator[BinaryIO]:
    """Yield a stream whose content replaces a file when the block ends without an error.

    Readers get the old content or the new, never a part, also after a power cut. After an error or
    Ctrl-C the old file is unchanged and no other file is left.

    Args:
        path: The file. A symbolic link in its place is replaced, not its target.
        mode: Its exact permissions; None takes those of new files of this user.
        draft: Name of the file beside it that is written first; a process that is killed leaves it
            behind. None takes a unique name, so that several processes may write at once.

    Raises:
        OSError: It cannot be written.
    """
    # Not derived from the file's name, which may have the maximum length already.
    beside = path.with_name(draft or f".shotlog-{secrets.token_hex(8)}.part")
    if draft is not None:
        beside.unlink(missing_ok=True)
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | _BINARY
    handle = os.open(beside, flags, 0o666 if mode is None else mode)
    try:
        with os.fdopen(handle, "w+b") as stream:
            if mode is not None:
                beside.chmod(mode)  # the umask has removed bits from it
            yield stream
            stream.flush()
            os.fsync(stream.fileno())  # before the rename, or a power cut leaves an empty file
        _rename(beside, path)
    except BaseException:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def replace_file(path: Path, content: bytes, *, mode: int | None = None) -> None:
    """Replace the content of a file atomically: see :func:`open_replacement`.

    Raises:
        OSError: It cannot be written.
    """
    with open_replacement(path, mode=mode) as stream:
        stream.write(content)


def move_into_place(draft: Path, path: Path) -> None:
    """Replace a file by a finished one of the same disk; also after a power cut it is whole.

    Args:
        draft: The finished file; it is gone afterwards.
        path: The file that is replaced.

    Raises:
        OSError: It cannot be replaced.
    """
    with draft.open("rb+") as stream:
        os.fsync(stream.fileno())  # before the rename, or a power cut leaves an empty file
    _rename(draft, path)
    _sync_folder(path.parent)


@contextmanager
def output_errors(path: Path, hint: str | None = None) -> Iterator[None]:
    """Convert every ``OSError`` of the block to an error of ours.

    Args:
        path: The output that the block writes.
        hint: The remedy; None for the usual one.

    Raises:
        OutputNotWritable: It cannot be written.
        DiskFull: There is no room for it.
    """
    try:
        yield
    except OSError as error:
        if error.errno in NO_SPACE_ERRNOS:
            raise DiskFull(str(path)) from error
        message = f"cannot be written: {error.strerror or error}"
        raise OutputNotWritable(str(path), message, hint) from error


def make_folder(folder: Path, *, parents: bool = False) -> Path:
    """Make the folder of finished files, where it is not there, and return it.

    Args:
        folder: The folder.
        parents: Whether the folders above it are made too.

    Raises:
        OutputNotWritable: It cannot be made.
        DiskFull: There is no room for it.
    """
    with output_errors(folder):
        folder.mkdir(parents=parents, exist_ok=True)
    return folder


def quarantine(path: Path, now: float) -> Path:
    """Rename a damaged file to ``NAME.corrupt-TIME``, beside its place, and return its new path.

    Args:
        path: The file.
        now: The time in seconds since 1970.

    Raises:
        OSError: It cannot be renamed.
    """
    stem = f"{path.name}.corrupt-{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime(now))}"
    aside, number = path.with_name(stem), 1
    while aside.exists():
        number += 1
        aside = path.with_name(f"{stem}-{number}")
    path.replace(aside)
    return aside


def find_quarantined(path: Path) -> list[Path]:
    """Return the quarantined copies of a file, the newest last."""
    # A damaged evidence.sqlite was renamed to evidence.damaged before all files were named alike.
    old = path.with_suffix(".damaged")
    found = sorted(path.parent.glob(f"{escape(path.name)}.corrupt-*"))
    return [old, *found] if old != path and old.exists() else found


def _rename(draft: Path, path: Path) -> None:
    for remaining in reversed(range(_REPLACE_ATTEMPTS)):
        try:
            draft.replace(path)
            return
        except PermissionError:
            # On Windows a file that another process reads at this moment cannot be replaced.
            if sys.platform != "win32" or not remaining:
                raise
            time.sleep(_REPLACE_RETRY_SECONDS)


def _sync_folder(folder: Path) -> None:
    """Flush a rename to the disk, where the system can do that (not on Windows)."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
