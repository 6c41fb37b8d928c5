"""Whether a SQLite file is sound, found out without leaving anything behind.

A reader of a file in WAL mode makes two files beside it where they are missing
(sqlite.org/wal.html, 5), and recovers what a killed writer left. The doctor must do neither.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from shotlog.service.journal import IN_USE, primary_code

LONG_CHECK_BYTES = 256 * 1024**2
"""A larger file is read as a whole only when a deep look was asked for: from a disk that gives
100 MB/s it would take seconds."""

_NETWORK = frozenset({
    "9p", "afpfs", "ceph", "cifs", "fuse.glusterfs", "fuse.rclone", "fuse.sshfs", "gpfs", "lustre",
    "nfs", "nfs4", "smb3", "smbfs", "webdav",
})  # fmt: skip
"""Types of file systems that other machines write to as well, as mount tables name them."""


class InUse(Exception):
    """Another process has the file to itself."""


@dataclass(frozen=True)
class Sound:
    """A file that could be read.

    Attributes:
        layout: Its ``user_version``.
        size: In bytes.
        whole: Whether all of it was read.
        fault: What is damaged; None: nothing that was read.
    """

    layout: int
    size: int
    whole: bool
    fault: str | None


def sound(path: Path, *, deep: bool = False) -> Sound:
    """Reads a file, and says what is wrong with it.

    Args:
        path: The file, which is there.
        deep: Whether it is read as a whole however large it is.

    Raises:
        InUse: Another process has it to itself, or changed it meanwhile.
        OSError: It cannot be read at all.
    """
    before = _stamp(path)
    try:
        found = _read(path, deep=deep)
    except FileNotFoundError as error:
        raise InUse from error
    if found.fault and _stamp(path) != before:
        raise InUse  # what was read is neither the old state nor the new
    return found


def _read(path: Path, *, deep: bool) -> Sound:
    size = path.stat().st_size
    whole = deep or size <= LONG_CHECK_BYTES
    path.open("rb").close()  # a missing permission is told in words that SQLite has not
    try:
        with _reading(path, whole) as db:
            layout = int(db.execute("PRAGMA user_version").fetchone()[0])
            said = db.execute(f"PRAGMA {'quick_check(1)' if whole else 'schema_version'}")
            first = str(said.fetchone()[0])
    except sqlite3.Error as error:
        if primary_code(error) in IN_USE:
            raise InUse from error
        return Sound(0, size, whole, str(error))
    except UnicodeDecodeError:  # SQLite quotes the garbage in its message
        return Sound(0, size, whole, "its tables cannot be read")
    return Sound(layout, size, whole, first if whole and first != "ok" else None)


def _stamp(path: Path) -> tuple[int, bool]:
    """Changes when somebody writes to a file, or begins to, or ends."""
    return path.stat().st_mtime_ns, path.with_name(f"{path.name}-wal").exists()


def on_network(path: Path) -> str | None:
    """The type of the network file system that a path lies on; None where it lies on none."""
    real = path.resolve()
    mounts = [m for m in psutil.disk_partitions(all=True) if real.is_relative_to(m.mountpoint)]
    if not mounts:
        return None
    # Of several mounts at one place the last hides the others.
    mount = max(enumerate(mounts), key=lambda item: (len(item[1].mountpoint), item[0]))[1]
    remote = mount.fstype.lower() in _NETWORK or "remote" in mount.opts.split(",")
    return (mount.fstype or "network") if remote else None


@contextmanager
def _reading(path: Path, whole: bool) -> Iterator[sqlite3.Connection]:
    beside = path.with_name(f"{path.name}-wal")
    shared = path.with_name(f"{path.name}-shm")
    if beside.exists() and shared.exists():
        with _connected(path, "mode=ro") as db:
            yield db
    elif not whole or not beside.exists():  # the layout stands in the file itself
        with _connected(path, "immutable=1") as db:
            yield db
    else:
        with tempfile.TemporaryDirectory(prefix="shotlog-doctor-") as folder:
            for each in (path, beside):
                shutil.copyfile(each, Path(folder) / each.name)
            with _connected(Path(folder) / path.name, "mode=rw") as db:
                yield db


@contextmanager
def _connected(path: Path, how: str) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?{how}", uri=True, timeout=1.0)) as db:
        yield db
