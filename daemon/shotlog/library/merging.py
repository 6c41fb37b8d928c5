"""Merge of logged timelines into a library file."""

from __future__ import annotations

import os
import secrets
from collections.abc import Collection, Iterable
from contextlib import suppress
from pathlib import Path

from shotlog.files import open_replacement
from shotlog.library.assembly import assemble
from shotlog.library.database import open_reader
from shotlog.library.errors import writes
from shotlog.library.results import LoggedTimeline, MergeCounts
from shotlog.library.staging import stage

LIBRARY_NAME = "library.sqlite"
"""Name of the library in the output folder of a batch."""

_ATTEMPTS = 5


class _Overtaken(Exception):
    """Another merge has replaced the library since it was read."""


def merge(path: Path, add: Iterable[LoggedTimeline], remove: Collection[str] = ()) -> MergeCounts:
    """Put timelines into a library, and take items out of it.

    All timelines of an item that comes are replaced, so that merging twice changes nothing. The
    same timelines give the same file, byte for byte, in whatever order they were merged. A new file
    is written beside the library and renamed at the end: readers go on with the old one, and after
    an error the old one stays. Where another merge has replaced it meanwhile, the new file is made
    again from that one. Two that end in the same instant leave a whole library of one of them;
    merging the other's items again completes it.

    It takes time for every shot of the library, so merge many timelines at once.

    Args:
        path: The library's file; it is made where it does not exist.
        add: Timelines; they are taken one at a time, so a generator keeps memory small.
        remove: Ids of items to take out; those that are not in it, or that also come, are ignored.

    Raises:
        LibraryUnreadable: The present file is damaged, no library, or of another version.
        LibraryError: A vector is damaged or has another length than those of its model.
        DiskFull: There is no room for the new file.
        OutputNotWritable: The new file cannot be written for another reason.
    """
    # A name of its own, as a merge that is killed leaves the file behind.
    staged = path.with_name(f".shotlog-{secrets.token_hex(8)}.part")
    try:
        with writes(path):
            stage(staged, add)
        for attempt in range(1, _ATTEMPTS + 1):
            with suppress(_Overtaken):
                return _replace(path, staged, remove, insists=attempt == _ATTEMPTS)
        raise AssertionError("the last attempt insists")
    finally:
        with suppress(OSError):
            staged.unlink(missing_ok=True)


def _replace(path: Path, staged: Path, remove: Collection[str], *, insists: bool) -> MergeCounts:
    before = _state(path)
    present = path if before is not None else None
    if present is not None:
        open_reader(path).close()  # tells what is wrong with it
    draft = f".shotlog-{secrets.token_hex(8)}.part"
    with writes(path), open_replacement(path, draft=draft):
        counts = assemble(path.with_name(draft), present, staged, remove)
        if not insists and _state(path) != before:
            raise _Overtaken
    return counts


def _state(path: Path) -> tuple[int, int, int] | None:
    """Return what differs between a file and one that replaces it; None without a file."""
    try:
        found = os.stat(path)  # noqa: PTH116  # a library that is a link is replaced as such
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns
