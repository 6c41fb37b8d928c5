"""Windows of frames on the disk: one file of pixels, and an index that finds them by content.

Pixels are only ever appended, and the index has a line for each window with a checksum of its
pixels. So whatever ends a run, also a power cut, costs the windows that it had not finished: when
the store is opened again, those that the checksum does not confirm are read anew.
"""

from __future__ import annotations

import json
import shutil
import threading
import time
import zlib
from collections.abc import Iterable, Sequence
from fractions import Fraction
from hashlib import blake2b
from pathlib import Path
from typing import Final

import numpy as np
from pydantic import ValidationError

from shotlog.files import output_errors, quarantine, replace_file
from shotlog.schema import DiskFull, Model, Pixels

WindowKey = tuple[str, str]
"""Content id of the media, and the moments of the frames."""

_VERSION: Final = 1
"""Version of the files; another one is another store."""
_RESERVE: Final = 64 * 1024**2
"""Bytes of the disk that are left free."""


def window_key(content: str, frames: Sequence[Fraction]) -> WindowKey:
    """Return the key of a window."""
    return content, " ".join(map(str, frames))


class _Entry(Model):
    """A line of the index."""

    content: str
    frames: str
    row: int
    checksum: int


class FrameStore:
    """The windows of one plan, in a folder.

    Args:
        folder: The folder; it exists.
        plan: Key of the plan: all that decides the pixels, apart from media and moments.
        shape: Frames, rows, columns and colours of a window.

    Attributes:
        warnings: Sentences for people about damage.

    Raises:
        OutputNotWritable: The files cannot be read or written.
    """

    def __init__(self, folder: Path, plan: str, shape: tuple[int, ...]) -> None:
        self._plan, self._shape = plan, shape
        self._bytes = int(np.prod(shape))
        stem = blake2b(f"{_VERSION} {plan}".encode(), digest_size=8).hexdigest()
        self._pixels, self._index = folder / f"{stem}.frames", folder / f"{stem}.jsonl"
        self._lock = threading.Lock()
        self.warnings: list[str] = []
        with output_errors(self._pixels):
            self._rows = self._open()
            # After whatever lies there: a part of a window, or one that the index forgot.
            self._next = -(-self._pixels.stat().st_size // self._bytes)

    def missing(self, keys: Iterable[WindowKey]) -> list[WindowKey]:
        """Return the windows that are not here, each once, in order."""
        return [key for key in dict.fromkeys(keys) if key not in self._rows]

    def require_room(self, windows: int) -> None:
        """Check that the disk has room for further windows.

        Raises:
            DiskFull: It has not.
        """
        needed, free = windows * self._bytes, shutil.disk_usage(self._pixels.parent).free
        if needed + _RESERVE > free:
            message = (
                f"{windows} windows of frames take {needed / 1024**3:.1f} GiB,"
                f" and {free / 1024**3:.1f} GiB are free"
            )
            raise DiskFull(
                str(self._pixels.parent), message, "Free some room, or name another disk."
            )

    def add(self, key: WindowKey, pixels: Pixels) -> None:
        """Append a window; may be called by several threads.

        Raises:
            DiskFull: There is no room.
            OutputNotWritable: It cannot be written.
        """
        content = np.ascontiguousarray(pixels).data
        checksum = zlib.crc32(content)
        with self._lock, output_errors(self._pixels):
            with self._pixels.open("r+b") as stream:
                stream.seek(self._next * self._bytes)
                stream.write(content)
            entry = _Entry(content=key[0], frames=key[1], row=self._next, checksum=checksum)
            with self._index.open("a", encoding="utf-8") as lines:
                lines.write(f"{entry.model_dump_json()}\n")
            self._rows[key] = self._next
            self._next += 1

    def rows(self, keys: Iterable[WindowKey]) -> list[int]:
        """Return the rows of windows in :meth:`pixels`.

        Raises:
            KeyError: One of them is not here.
        """
        return [self._rows[key] for key in keys]

    def pixels(self) -> Pixels:
        """Return all windows, (rows, frames, h, w, 3), as a memory map that cannot be written."""
        shape = (max(self._rows.values(), default=-1) + 1, *self._shape)
        if not self._rows:
            return np.empty(shape, np.uint8)
        return np.memmap(self._pixels, np.uint8, "r", shape=shape)

    def _open(self) -> dict[WindowKey, int]:
        """Return the rows by key; damaged files are put aside, damaged windows forgotten."""
        self._pixels.touch()
        try:
            entries = self._entries()
        except ValueError as error:
            aside = [quarantine(path, time.time()) for path in (self._index, self._pixels)]
            self.warnings.append(
                f"the frames of earlier runs are damaged ({error}): see {aside[0]}"
            )
            self._pixels.touch()
            entries = None
        if entries is None:
            replace_file(self._index, self._head.encode())
            return {}
        sound = [entry for entry in entries if self._is_sound(entry)]
        if len(sound) < len(entries):
            lost = len(entries) - len(sound)
            self.warnings.append(f"{lost} of {len(entries)} windows of frames were damaged")
            lines = (f"{entry.model_dump_json()}\n" for entry in sound)
            replace_file(self._index, (self._head + "".join(lines)).encode())
        return {(entry.content, entry.frames): entry.row for entry in sound}

    def _entries(self) -> list[_Entry] | None:
        """Return the lines of the index; None where there is none yet.

        Raises:
            ValueError: It is damaged.
        """
        if not self._index.exists():
            return None
        head, *lines = self._index.read_text(encoding="utf-8").split("\n")
        if f"{head}\n" != self._head:
            raise ValueError("it is the index of other frames")
        *whole, torn = lines or [""]
        if torn:  # the run ended within a line
            replace_file(self._index, "\n".join([head, *whole, ""]).encode())
        try:
            return [_Entry.model_validate_json(line) for line in whole]
        except ValidationError as error:
            raise ValueError("a line of its index cannot be read") from error

    @property
    def _head(self) -> str:
        return json.dumps({"version": _VERSION, "plan": self._plan, "shape": self._shape}) + "\n"

    def _is_sound(self, entry: _Entry) -> bool:
        with self._pixels.open("rb") as stream:
            stream.seek(entry.row * self._bytes)
            content = stream.read(self._bytes)
        return len(content) == self._bytes and zlib.crc32(content) == entry.checksum
