"""Integrity checks of SQLite files that leave no traces.

A reader of a file in WAL mode creates two files beside it if they are missing (sqlite.org/wal.html,
5), and recovers the log of a killed writer. The doctor must do neither.
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
"""Larger files are read completely only in a deep check: at 100 MB/s it takes seconds."""

_NETWORK = frozenset({
    "9p", "afpfs", "ceph", "cifs", "fuse.glusterfs", "fuse.rclone", "fuse.sshfs", "gpfs", "lustre",
    "nfs", "nfs4", "smb3", "smbfs", "webdav",
})  # fmt: skip
"""Names of network file systems in mount tables."""


class InUse(Exception):
    """Another process has locked the file, or is writing to it."""


@dataclass(frozen=True)
class SqliteState:
    """The state of a readable file.

    Attributes:
        layout: Its ``user_version``.
        size: Size in bytes.
        whole: True if it was read completely.
        fault: Description of a damage; None if none was found.
    """

    layout: int
    size: int
    whole: bool
    fault: str | None


def inspect_sqlite(path: Path, *, deep: bool = False) -> SqliteState:
    """Read an existing file and return its state.

    Args:
        path: The file.
        deep: Read it completely, whatever its size.

    Raises:
        InUse: Another process has locked it, or changed it meanwhile.
        OSError: It cannot be read at all.
    """
    before = _stamp(path)
    try:
        found = _read(path, deep=deep)
    except FileNotFoundError as error:
        raise InUse from error
    if found.fault and _stamp(path) != before:
        raise InUse  # a mixture of the old and the new state was read
    return found


def _read(path: Path, *, deep: bool) -> SqliteState:
    size = path.stat().st_size
    whole = deep or size <= LONG_CHECK_BYTES
    path.open("rb").close()  # raises the real error; SQLite only says "unable to open"
    try:
        with _reading(path, whole) as db:
            layout = int(db.execute("PRAGMA user_version").fetchone()[0])
            said = db.execute(f"PRAGMA {'quick_check(1)' if whole else 'schema_version'}")
            first = str(said.fetchone()[0])
    except sqlite3.Error as error:
        if primary_code(error) in IN_USE:
            raise InUse from error
        return SqliteState(0, size, whole, str(error))
    except UnicodeDecodeError:  # SQLite quotes the garbage in its message
        return SqliteState(0, size, whole, "its tables cannot be read")
    return SqliteState(layout, size, whole, first if whole and first != "ok" else None)


def _stamp(path: Path) -> tuple[int, bool]:
    """Return values that change when a process writes to the file, or opens or closes its log."""
    return path.stat().st_mtime_ns, path.with_name(f"{path.name}-wal").exists()


def on_network(path: Path) -> str | None:
    """Return the type of the network file system of a path; None for a local disk."""
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
    # Three cases: a live writer, whose two files can be used; no log, so that the file alone is
    # complete; a log without a writer, which SQLite would recover, so that a copy is read.
    if beside.exists() and shared.exists():
        with _connected(path, "mode=ro") as db:
            yield db
    elif not whole or not beside.exists():  # the layout is in the file itself, not in the log
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
    # 1 s: a writer holds the lock for milliseconds; longer means that the file is in use.
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?{how}", uri=True, timeout=1.0)) as db:
        yield db
