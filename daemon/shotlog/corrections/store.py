"""The folder of records: one compressed file for each timeline that was marked.

A file has two lines of JSON: a :class:`RecordHeader`, which is read of every record to find one,
and the :class:`RunRecord`.
"""

from __future__ import annotations

import gzip
import io
import os
import zlib
from collections.abc import Iterator, Set
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path

from shotlog.corrections.records import VERSION, RecordHeader, RunRecord
from shotlog.files import replace_file
from shotlog.paths import records_folder

MAX_BYTES = 256 << 20
"""Size of all records from which on the oldest are removed. A shot with the findings of five
analyzers took 0.9 kB, on a thousand shots with random scores: this is room for 300,000 shots."""

_MODE, _FOLDER_MODE = 0o600, 0o700
"""Records tell what somebody works on: nobody else may read them."""

_SUFFIX = ".json.gz"
_DAMAGE = (OSError, EOFError, zlib.error, ValueError)
"""Exceptions of reading a damaged or foreign file; pydantic's error is a ValueError."""


@dataclass(frozen=True)
class TimelineKey:
    """The identity of a marked timeline, whose newer record replaces the older.

    Attributes:
        name: Its name.
        path: Path of its file, without links; None where an editing program took the markers.
        sequence: The sequence, of a file that holds several.
    """

    name: str
    path: str | None = None
    sequence: str | None = None

    @classmethod
    def of_file(cls, name: str, path: Path, sequence: str | None = None) -> TimelineKey:
        """Return the key of a file."""
        return cls(name, os.path.realpath(path), sequence)

    @property
    def file(self) -> str:
        """Name of the file of its record."""
        told = (self.path, self.sequence) if self.path is not None else (self.name,)
        text = "\0".join(each or "" for each in told)
        digest = blake2b(text.encode("utf-8", "surrogateescape"), digest_size=12)
        return f"{digest.hexdigest()}{_SUFFIX}"


@dataclass
class RecordStore:
    """The records of this user.

    Attributes:
        folder: The folder; it is made when the first record is written.
        max_bytes: Size of all records from which on the oldest are removed.
        damaged: Files that could not be read so far.
    """

    folder: Path = field(default_factory=records_folder)
    max_bytes: int = MAX_BYTES
    damaged: list[Path] = field(default_factory=list)
    _headers: list[tuple[Path, float, RecordHeader]] | None = None

    def write(self, key: TimelineKey, record: RunRecord) -> None:
        """Write the record of a timeline in the place of the one before, and remove the oldest.

        Raises:
            OSError: It cannot be written.
        """
        header = RecordHeader(
            name=key.name, timeline=key.path, sequence=key.sequence,
            ids=tuple(marker.id for marker in record.markers),
        )  # fmt: skip
        lines = (each.model_dump_json() + "\n" for each in (header, record))
        self.folder.mkdir(parents=True, exist_ok=True, mode=_FOLDER_MODE)
        # The same record gives the same bytes: without the time.
        content = gzip.compress("".join(lines).encode(), compresslevel=6, mtime=0)
        replace_file(self.folder / key.file, content, mode=_MODE)
        self._headers = None
        self._remove_oldest(self.folder / key.file)

    def find(self, ids: Set[str], key: TimelineKey) -> RunRecord | None:
        """Return the record of a timeline; None where there is none.

        It is the one with the most markers in common; of several, that of the same file, then the
        newest. Without a marker in common it is that of the same file, then of the same name.

        Args:
            ids: Ids of our markers in the timeline.
            key: The timeline as it is now.
        """
        ranked = sorted(
            (len(ids & set(header.ids)), *_resembles(header, key), written, path)
            for path, written, header in self._read_headers()
        )
        for common, same_file, same_name, _, path in reversed(ranked):
            if not (common or same_file or same_name):
                return None
            if (record := self._read(path)) is not None:
                return record
        return None

    def _read_headers(self) -> list[tuple[Path, float, RecordHeader]]:
        if self._headers is None:
            files = sorted(self.folder.glob(f"*{_SUFFIX}")) if self.folder.is_dir() else []
            self._headers = [read for file in files if (read := self._read_header(file))]
        return self._headers

    def _read_header(self, path: Path) -> tuple[Path, float, RecordHeader] | None:
        try:
            with gzip.open(path, "rb") as stream:
                header = RecordHeader.model_validate_json(stream.readline())
            return (path, path.stat().st_mtime, header) if header.version == VERSION else None
        except FileNotFoundError:  # another process has removed it
            return None
        except _DAMAGE:
            self.damaged.append(path)
            return None

    def _read(self, path: Path) -> RunRecord | None:
        try:
            lines = io.BytesIO(gzip.decompress(path.read_bytes()))
            lines.readline()
            return RunRecord.model_validate_json(lines.readline())
        except _DAMAGE:
            if path not in self.damaged:
                self.damaged.append(path)
            return None

    def _remove_oldest(self, newest: Path) -> None:
        sizes = [(status.st_mtime, status.st_size, path) for path, status in self._files()]
        total = sum(size for _, size, _ in sizes)
        for _, size, path in sorted(sizes):
            if total <= self.max_bytes:
                return
            if path != newest:
                path.unlink(missing_ok=True)
                total -= size

    def _files(self) -> Iterator[tuple[Path, os.stat_result]]:
        for path in self.folder.glob(f"*{_SUFFIX}"):
            with suppress(FileNotFoundError):  # another process has removed it
                yield path, path.stat()


def _resembles(header: RecordHeader, key: TimelineKey) -> tuple[bool, bool]:
    """Return whether a record is of the same file, and of the same name without a file."""
    if header.timeline is None:
        return False, header.name == key.name
    return (header.timeline, header.sequence) == (key.path, key.sequence), False
