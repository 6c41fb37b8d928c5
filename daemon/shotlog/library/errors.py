"""Errors of queries, of the library's file, and of SQLite, as errors of Shotlog."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw

from shotlog.files import NO_SPACE_ERRNOS
from shotlog.schema import (
    DiskFull,
    LibraryMissing,
    LibraryUnreadable,
    OutputNotWritable,
    ShotlogError,
    readable,
)

_DAMAGED = (
    apsw.CorruptError,
    apsw.NotADBError,
    apsw.IOError,
    apsw.FormatError,
    apsw.SQLError,
    apsw.SchemaChangeError,
)


@contextmanager
def reads(path: Path) -> Iterator[None]:
    """Translate the errors of SQLite while a library is read.

    Raises:
        LibraryMissing: There is no such file.
        LibraryUnreadable: It is damaged, or may not be read.
    """
    try:
        yield
    except apsw.CantOpenError as error:
        raise unreadable(path) from error
    except (*_DAMAGED, ValueError) as error:  # such as text that is not UTF-8, or half a vector
        raise _damaged(path, error) from error


@contextmanager
def writes(path: Path) -> Iterator[None]:
    """Translate errors of the system and of SQLite while a file is written.

    Raises:
        DiskFull: There is no room.
        LibraryUnreadable: The library that is taken over is damaged.
        OutputNotWritable: The file cannot be written for another reason.
    """
    try:
        yield
    except (apsw.CorruptError, apsw.NotADBError) as error:  # of the library that is taken over
        raise _damaged(path, error) from error
    except apsw.FullError as error:
        raise DiskFull(_shown(path)) from error
    except apsw.Error as error:
        raise OutputNotWritable(_shown(path), f"it cannot be written ({error})") from error
    except OSError as error:
        if error.errno in NO_SPACE_ERRNOS:
            raise DiskFull(_shown(path)) from error
        message = f"it cannot be written ({error.strerror or error})"
        raise OutputNotWritable(_shown(path), message) from error


def unreadable(path: Path) -> ShotlogError:
    """Return the error for a library that cannot be opened."""
    if path.is_dir():
        message = "this is a folder and no library"
        return LibraryUnreadable(_shown(path), message, "Name the file, or its folder with --in.")
    if not path.exists():
        return LibraryMissing(_shown(path))
    if not os.access(path, os.R_OK):
        message = "this user may not read it"
        return LibraryUnreadable(_shown(path), message, "Ask its owner for the right to read it.")
    return LibraryUnreadable(_shown(path))


def _damaged(path: Path, error: Exception) -> LibraryUnreadable:
    message = f"the library is damaged ({readable(str(error))})"
    return LibraryUnreadable(_shown(path), message)


def _shown(path: Path) -> str:
    return readable(str(path))
