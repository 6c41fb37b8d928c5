"""Folders and files that are the user's alone: made, replaced and read with that checked.

POSIX modes are set and checked. Windows has no such modes: there everything lies in the user's
profile, whose access list keeps other users out, and nothing further is checked.
"""

from __future__ import annotations

import os
import stat
import sys
from contextlib import suppress
from pathlib import Path

from shotlog.files import replace
from shotlog.paths import HOME_VARIABLE, belongs_to_another, why_not
from shotlog.schema import DaemonFileUnusable, NotAllowed

WRITABLE_BY_OTHERS = 0o022
ACCESSIBLE_BY_OTHERS = 0o077
"""Mode bits that a file must not have: of whom group and others may write, or do anything at all
(what ssh asks of authorized_keys and of secret keys)."""

_BINARY = getattr(os, "O_BINARY", 0)  # Windows would change the ends of lines
_READ_BYTES = 1024**2


def make_private_folder(path: Path) -> None:
    """Makes a folder for the user alone (0700), or tightens one that is.

    Args:
        path: The folder; missing parents are made with the user's own umask.

    Raises:
        NotAllowed: It is another user's, others may write to it, or it is a link.
        DaemonFileUnusable: It cannot be made, or is a file.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            path.mkdir(mode=0o700)
        found = path.lstat()
        if not stat.S_ISDIR(found.st_mode):
            # A link leads where others may write; anything else is only in the way.
            kind = NotAllowed if stat.S_ISLNK(found.st_mode) else DaemonFileUnusable
            raise kind(
                str(path), "this is not a folder", "Move it away, and run the command again."
            )
        _check(path, found, WRITABLE_BY_OTHERS)
        if found.st_mode & ACCESSIBLE_BY_OTHERS and os.name == "posix":
            path.chmod(0o700)
    except OSError as error:
        raise to_file_error(path, "folder cannot be made", error) from error


def replace_private(path: Path, content: bytes) -> None:
    """Puts a file in place in one step, readable by the user alone (0600).

    See :func:`shotlog.files.replacing` for what holds after an error or a power cut.

    Raises:
        DaemonFileUnusable: It cannot be written.
    """
    try:
        replace(path, content, mode=0o600)
    except OSError as error:
        raise to_file_error(path, "file cannot be written", error) from error


def read_private(path: Path, forbidden: int) -> bytes | None:
    """Reads a file of the user's own.

    Args:
        path: The file.
        forbidden: Mode bits that it must not have.

    Returns:
        Its content, at most 1 MiB of it; None where there is none.

    Raises:
        NotAllowed: It is another user's, a link, or has one of those bits.
        DaemonFileUnusable: It cannot be read, or is a folder, a pipe or the like.
    """
    try:
        # A pipe in its place must not make us wait, and a link must not lead elsewhere.
        odd = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        handle = os.open(path, os.O_RDONLY | odd | _BINARY)
    except FileNotFoundError:
        return None
    except OSError as error:
        if _is_link(path):
            raise NotAllowed(
                str(path), "this is a link, and not a file of the daemon", f"Remove it: {path}"
            ) from error
        raise to_file_error(path, "file cannot be read", error) from error
    try:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise DaemonFileUnusable(str(path), "this is not a file", f"Remove it: {path}")
        _check(path, found, forbidden)
        with os.fdopen(handle, "rb", closefd=False) as file:
            return file.read(_READ_BYTES)
    finally:
        os.close(handle)


def to_file_error(path: Path, what: str, error: OSError) -> DaemonFileUnusable:
    """Return the error for a file or folder of the daemon that the system refuses.

    Args:
        path: The file or folder.
        what: ``file cannot be read``; it follows "the daemon's".
        error: The system's own.
    """
    hint = f"Free some room, or name another folder in {HOME_VARIABLE}."
    why, remedy = why_not(error, path, HOME_VARIABLE, hint)
    return DaemonFileUnusable(str(path), f"the daemon's {what} ({why})", remedy)


def _is_link(path: Path) -> bool:
    try:
        return path.is_symlink()
    except OSError:  # its folder may not be looked into
        return False


def _check(path: Path, found: os.stat_result, forbidden: int) -> None:
    if sys.platform == "win32":
        return
    if foreign := belongs_to_another(path, HOME_VARIABLE):
        message = f"this belongs to another user ({foreign.owner})"
        raise NotAllowed(str(path), message, foreign.remedy)
    if found.st_mode & forbidden:
        may = "write to" if found.st_mode & WRITABLE_BY_OTHERS else "read"
        mode = "700" if stat.S_ISDIR(found.st_mode) else "600"
        raise NotAllowed(
            str(path),
            f"other users may {may} this",
            f"Make sure that nobody changed it, then make it yours alone: chmod {mode} {path}",
        )
