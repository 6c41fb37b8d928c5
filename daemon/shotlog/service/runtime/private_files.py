"""Folders and files that only the user may access, with checks of owner and mode.

Windows has no POSIX modes. There the files lie in the user's profile, whose access list keeps other
users out, and nothing more is checked.
"""

from __future__ import annotations

import os
import stat
import sys
from contextlib import suppress
from pathlib import Path

from shotlog.files import replace_file
from shotlog.paths import HOME_VARIABLE, check_owner, explain_os_error
from shotlog.schema import DaemonFileUnusable, NotAllowed

WRITABLE_BY_OTHERS = 0o022
ACCESSIBLE_BY_OTHERS = 0o077
"""Mode bits that a file must not have: write access for group and others, or any access.

These are ssh's rules for authorized_keys and for secret keys."""

_BINARY = getattr(os, "O_BINARY", 0)  # Windows would translate line ends
_READ_BYTES = 1024**2  # far more than any of these files has


def make_private_folder(path: Path) -> None:
    """Create a folder with mode 0700, or remove the access of others from an existing one.

    Args:
        path: The folder; missing parents are created with the user's umask.

    Raises:
        NotAllowed: it belongs to another user, other users may write to it, or it is a link.
        DaemonFileUnusable: it cannot be created, or is a file.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            path.mkdir(mode=0o700)
        status = path.lstat()
        if not stat.S_ISDIR(status.st_mode):
            # A link may lead to a folder of another user; any other file is merely an obstacle.
            kind = NotAllowed if stat.S_ISLNK(status.st_mode) else DaemonFileUnusable
            raise kind(
                str(path), "this is not a folder", "Move it away, and run the command again."
            )
        _check(path, status, WRITABLE_BY_OTHERS)
        if status.st_mode & ACCESSIBLE_BY_OTHERS and os.name == "posix":
            path.chmod(0o700)
    except OSError as error:
        raise to_file_error(path, "folder cannot be made", error) from error


def replace_private(path: Path, content: bytes) -> None:
    """Write a file atomically, with mode 0600.

    See :func:`shotlog.files.open_replacement` for its state after an error or a power cut.

    Raises:
        DaemonFileUnusable: the file cannot be written.
    """
    try:
        replace_file(path, content, mode=0o600)
    except OSError as error:
        raise to_file_error(path, "file cannot be written", error) from error


def read_private(path: Path, forbidden: int) -> bytes | None:
    """Read a file after checking its owner and mode.

    Args:
        path: The file.
        forbidden: Mode bits that it must not have.

    Returns:
        The first MiB of its content; None where there is no file.

    Raises:
        NotAllowed: the file belongs to another user, is a link, or has a forbidden mode bit.
        DaemonFileUnusable: it cannot be read, or is a folder, a pipe or similar.
    """
    try:
        # O_NOFOLLOW: a link may lead to a file of another user. O_NONBLOCK: to open a named pipe
        # would otherwise wait for a writer. Windows has neither.
        flags = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        handle = os.open(path, os.O_RDONLY | flags | _BINARY)
    except FileNotFoundError:
        return None
    except OSError as error:
        if _is_link(path):
            raise NotAllowed(
                str(path), "this is a link, not a file of the daemon", f"Remove it: {path}"
            ) from error
        raise to_file_error(path, "file cannot be read", error) from error
    try:
        # Of the open file: the path may lead to another file by now.
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise DaemonFileUnusable(str(path), "this is not a file", f"Remove it: {path}")
        _check(path, status, forbidden)
        with os.fdopen(handle, "rb", closefd=False) as file:
            return file.read(_READ_BYTES)
    finally:
        os.close(handle)


def to_file_error(path: Path, what: str, error: OSError) -> DaemonFileUnusable:
    """Return the Shotlog error for an operating system error on a file of the daemon.

    Args:
        path: The file or folder.
        what: What failed, to follow "the daemon's": ``file cannot be read``.
        error: The operating system's error.
    """
    hint = f"Free some disk space, or name another folder in {HOME_VARIABLE}."
    why, remedy = explain_os_error(error, path, HOME_VARIABLE, hint)
    return DaemonFileUnusable(str(path), f"the daemon's {what} ({why})", remedy)


def _is_link(path: Path) -> bool:
    try:
        return path.is_symlink()
    except OSError:  # its folder is not readable
        return False


def _check(path: Path, status: os.stat_result, forbidden: int) -> None:
    if sys.platform == "win32":
        return
    if foreign := check_owner(path, HOME_VARIABLE):
        message = f"this belongs to another user ({foreign.owner})"
        raise NotAllowed(str(path), message, foreign.remedy)
    if status.st_mode & forbidden:
        may = "write to" if status.st_mode & WRITABLE_BY_OTHERS else "read"
        mode = "700" if stat.S_ISDIR(status.st_mode) else "600"
        raise NotAllowed(
            str(path),
            f"other users may {may} this",
            f"Check that it was not changed, then remove their access: chmod {mode} {path}",
        )
