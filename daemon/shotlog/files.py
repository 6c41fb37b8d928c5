"""Files that are written whole or not at all, and damaged ones that are put aside.

What the system refuses comes out as an ``OSError``: the rooms above say what it means for them.
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

NO_SPACE_ERRNOS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""Numbers of the ``OSError`` of a file for which there is no room: disk, quota, size of a file."""

_BINARY = getattr(os, "O_BINARY", 0)  # Windows would change the ends of lines
_REPLACE_TRIES = 20
_REPLACE_PAUSE = 0.05


@contextmanager
def open_replacement(
    path: Path, *, mode: int | None = None, draft: str | None = None
) -> Iterator[BinaryIO]:
    """Yield a stream whose content takes the place of a file when the block ends without an error.

    A reader gets the old content or the new, whole. The content is on the disk before the name
    points to it, so a power cut leaves one of the two as well. After an error, and after Ctrl-C,
    the old file is untouched and nothing is left beside it.

    Args:
        path: The file. A symbolic link in its place is replaced, not its target.
        mode: Its permissions, exactly; None gives those of any new file of this user.
        draft: Name of the file beside it that is written first, and may be left of a process that
            was killed; None takes a name that was never used, so that several may write at once.

    Raises:
        OSError: It cannot be written.
    """
    # Short, as the file's own name may be as long as the disk allows.
    beside = path.with_name(draft or f".shotlog-{secrets.token_hex(8)}.part")
    if draft is not None:
        beside.unlink(missing_ok=True)
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | _BINARY
    handle = os.open(beside, flags, 0o666 if mode is None else mode)
    try:
        with os.fdopen(handle, "w+b") as stream:
            if mode is not None:
                beside.chmod(mode)  # the umask has taken from it
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        _rename(beside, path)
    except BaseException:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def replace_file(path: Path, content: bytes, *, mode: int | None = None) -> None:
    """Write a file whole or not at all: see :func:`open_replacement`.

    Raises:
        OSError: It cannot be written.
    """
    with open_replacement(path, mode=mode) as stream:
        stream.write(content)


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
    """Return what :func:`quarantine` made of a file, the newest last.

    The first of them is ``evidence.damaged``, if there is one: a damaged ``evidence.sqlite`` was
    renamed so before Shotlog had one name for every file.
    """
    old = path.with_suffix(".damaged")
    found = sorted(path.parent.glob(f"{escape(path.name)}.corrupt-*"))
    return [old, *found] if old != path and old.exists() else found


def _rename(draft: Path, path: Path) -> None:
    for left in reversed(range(_REPLACE_TRIES)):
        try:
            draft.replace(path)
            return
        except PermissionError:
            # On Windows a file that another process reads at this moment cannot be replaced.
            if sys.platform != "win32" or not left:
                raise
            time.sleep(_REPLACE_PAUSE)


def _sync_folder(folder: Path) -> None:
    """Make a rename last through a power cut, where the system can do that."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
