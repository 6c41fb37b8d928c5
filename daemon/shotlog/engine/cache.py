"""The result cache: evidence that was measured once, keyed by content, in one SQLite file.

What is kept are *pieces*: all rows of one measure over one stretch of one media file. The key is
the media's content id and the measure's key (name, epoch, decode recipe), never a path or a date;
which part of a file a clip uses does not matter either, so a clip that was moved or trimmed is
answered whole, and one that was lengthened is measured only where it is new.

Layout follows the reasoning of content-addressed result caches (BLAKE2b checksum on every value,
a mismatch is a miss; least recently used goes first when the size cap is reached).
"""

from __future__ import annotations

import hashlib
import sqlite3
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from shotlog.files import find_quarantined, quarantine
from shotlog.paths import CACHE_VARIABLE, check_access
from shotlog.schema import CacheError, Series, TimeRange

DEFAULT_CAP = 2 * 1024**3
"""Bytes of evidence kept by default."""

_BUSY_SECONDS = 30.0
_CHECKS = 128
"""The size is summed up once for so much of the cap that was added, as that reads every entry:
several runs at once may overshoot the cap by this share each."""
_LAYOUT = 2
"""1 had no table of facts."""

_TABLES = """
CREATE TABLE IF NOT EXISTS piece (
    id INTEGER PRIMARY KEY,
    media TEXT NOT NULL,
    measure TEXT NOT NULL,
    start TEXT NOT NULL,          -- exact seconds of media time, "numerator/denominator"
    finish TEXT NOT NULL,
    tick TEXT NOT NULL,
    width INTEGER NOT NULL,       -- numbers in a row
    dtype TEXT NOT NULL,          -- their type, as numpy spells it
    rows BLOB NOT NULL,           -- zlib: first int64, last int64, values
    checksum BLOB NOT NULL,       -- BLAKE2b of rows
    used REAL NOT NULL            -- wall clock of the last use; decides only what is thrown away
);
CREATE INDEX IF NOT EXISTS piece_of ON piece (media, measure);
CREATE TABLE IF NOT EXISTS ending (
    media TEXT PRIMARY KEY,
    finish TEXT,                  -- where the material really ended, exact seconds; NULL: not known
    damage TEXT                   -- what was broken, in words; NULL: nothing
);
CREATE TABLE IF NOT EXISTS fact (
    key TEXT PRIMARY KEY,         -- what it is about, whatever would make it another included
    text TEXT NOT NULL
);
"""
_INSERT = (
    "INSERT INTO piece (media, measure, start, finish, tick, width, dtype, rows, checksum, used)"
    " VALUES (?,?,?,?,?,?,?,?,?,?)"
)


class Cache:
    """Evidence by content.

    Safe for several processes at once: writes are short transactions that wait for each other.

    Args:
        path: The database file, made with its folders where it does not exist; None keeps
            everything in memory and forgets it.
        cap: Most bytes of evidence to keep.

    Attributes:
        asked: Seconds of film that edits asked about through this object.
        read_film: Seconds of film that had to be decoded for them in the first pass.

    Raises:
        CacheError: where the file cannot be opened. A file that is damaged is put aside (renamed
            to ``*.corrupt-<time>``) and a new one started; ``warnings`` says so.
    """

    def __init__(self, path: Path | None, cap: int = DEFAULT_CAP) -> None:
        self.path = path
        self.cap = cap
        self.warnings: list[str] = []
        self.asked = self.read_film = 0.0
        self._lock = threading.Lock()
        self._memory: Cache | None = None
        self._unchecked = cap  # bytes added since the size was last summed up; at first, who knows
        self._db = self._open()

    @property
    def held(self) -> float:
        """Seconds of film that were asked about and needed no decode, as the cache knew them."""
        return max(0.0, self.asked - self.read_film)

    def _open(self) -> sqlite3.Connection:
        if self.path is None:
            return self._connect(":memory:")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            return self._connect(str(self.path))
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise _unopened(self.path, error) from error
            for earlier in find_quarantined(self.path):
                earlier.unlink()  # one is enough to look into: each may be as large as the cap
            aside = quarantine(self.path, time.time())
            self.warnings.append(f"the cache was damaged; it was put aside as {aside}")
            return self._connect(str(self.path))
        except OSError as error:
            raise _unopened(self.path, error) from error

    def _connect(self, name: str) -> sqlite3.Connection:
        # Pieces are stored by whichever thread finished them; _transaction takes turns.
        db = sqlite3.connect(
            name, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        try:
            _until_free(lambda: _lay_out(db, name))
        except BaseException:
            db.close()
            raise
        return db

    def close(self) -> None:
        """Closes the file."""
        if self._memory is not None:
            self._memory.close()
        self._db.close()

    def __enter__(self) -> Cache:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def pieces(self, media: str, measure: str) -> list[TimeRange]:
        """The stretches of a media file that a measure has been taken over, as they were stored."""
        rows = self._db.execute(
            "SELECT start, finish FROM piece WHERE media=? AND measure=?", (media, measure)
        )
        found = [TimeRange.between(Fraction(a), Fraction(b)) for a, b in rows]
        return found + (self._memory.pieces(media, measure) if self._memory else [])

    def read(self, media: str, measure: str, span: TimeRange) -> Series | None:
        """The rows of a measure within a stretch, from all pieces that touch it; None for none.

        A piece whose checksum is wrong is dropped, and ``warnings`` says so: the next run will
        measure it again.
        """
        query = "SELECT id, start, finish FROM piece WHERE media=? AND measure=?"
        used = [
            number
            for number, start, finish in self._db.execute(query, (media, measure)).fetchall()
            if Fraction(start) < span.end and Fraction(finish) > span.start
        ]
        found = [
            track.within(span) for number in used if (track := self._unpacked(number)) is not None
        ]
        now = time.time()
        with suppress(CacheError):  # a full disk must not keep anybody from reading
            self._write("UPDATE piece SET used=? WHERE id=?", [(now, number) for number in used])
        kept = self._memory.read(media, measure, span) if self._memory else None
        found += [kept] if kept is not None else []
        return found[0].merged(found[1:]) if found else None

    def _unpacked(self, number: int) -> Series | None:
        """The rows of one piece; None where it has rotted, or another run has thrown it away."""
        query = "SELECT tick, width, dtype, rows, checksum FROM piece WHERE id=?"
        row = self._db.execute(query, (number,)).fetchone()
        if row is None:
            return None
        tick, width, dtype, blob, checksum = row
        if _checksum(blob) == checksum:
            return _unpack(blob, Fraction(tick), width, np.dtype(dtype))
        self.warnings.append("a part of the cache was damaged; run again to measure it anew")
        with suppress(CacheError):
            self._write("DELETE FROM piece WHERE id=?", [(number,)])
        return None

    def add(self, media: str, measure: str, span: TimeRange, track: Series) -> None:
        """Stores a piece: all rows of a measure within a stretch; throws away the oldest use.

        Where the file cannot be written (a full disk, a read-only place) the piece is kept in
        memory until :meth:`close`, and ``warnings`` says so once.
        """
        blob = _pack(track)
        row = (
            media, measure, str(span.start), str(span.end), str(track.tick),
            track.values.shape[1], _little(track.values).dtype.str, blob, _checksum(blob),
            time.time(),
        )  # fmt: skip
        try:
            with self._transaction():
                self._db.execute(_INSERT, row)
                self._unchecked += len(blob)
                if self._unchecked >= self.cap // _CHECKS:
                    self._evict()
        except CacheError as error:
            self._beside(error).add(media, measure, span, track)

    def note_ending(self, media: str, finish: Fraction | None, damage: str | None) -> None:
        """Keeps where a file really ended and what was broken, for runs that need not read it."""
        row = (media, None if finish is None else str(finish), damage)
        upsert = (
            "INSERT INTO ending VALUES (?,?,?) ON CONFLICT (media) DO UPDATE SET"
            " finish=COALESCE(excluded.finish, finish), damage=COALESCE(excluded.damage, damage)"
        )
        try:
            self._write(upsert, [row])
        except CacheError as error:
            self._beside(error).note_ending(media, finish, damage)

    def ending(self, media: str) -> tuple[Fraction | None, str | None]:
        """What :meth:`note_ending` kept: (end, damage), None for what is not known."""
        row = self._db.execute(
            "SELECT finish, damage FROM ending WHERE media=?", (media,)
        ).fetchone()
        if row is None:
            return self._memory.ending(media) if self._memory else (None, None)
        return (None if row[0] is None else Fraction(row[0])), row[1]

    def note_fact(self, key: str, text: str) -> None:
        """Keeps a short text that a later run need not find out again."""
        with suppress(CacheError):  # it costs little to find out
            self._write("INSERT OR REPLACE INTO fact VALUES (?,?)", [(key, text)])

    def fact(self, key: str) -> str | None:
        """What :meth:`note_fact` kept."""
        row = self._db.execute("SELECT text FROM fact WHERE key=?", (key,)).fetchone()
        return None if row is None else str(row[0])

    def forget(self, media: str) -> None:
        """Forgets all that is kept of a media file, every fact that names it included."""
        with suppress(CacheError):  # what cannot be written to was not added to either
            self._write("DELETE FROM piece WHERE media=?", [(media,)])
            self._write("DELETE FROM ending WHERE media=?", [(media,)])
            self._write("DELETE FROM fact WHERE instr(key, ?) OR instr(text, ?)", [(media, media)])
        if self._memory is not None:
            self._memory.forget(media)

    def size(self) -> int:
        """Bytes of evidence kept."""
        return int(
            self._db.execute("SELECT COALESCE(SUM(LENGTH(rows)), 0) FROM piece").fetchone()[0]
        )

    def clear(self) -> None:
        """Forgets everything."""
        with self._transaction():
            self._db.execute("DELETE FROM piece")
            self._db.execute("DELETE FROM ending")
            self._db.execute("DELETE FROM fact")
        self._db.execute("VACUUM")

    def _beside(self, error: CacheError) -> Cache:
        """The cache in memory that takes over when the file cannot be written."""
        if self.path is None:
            raise error
        if self._memory is None:
            self._memory = Cache(None)
            self.warnings.append(f"{error.problem.message}; this run's work will not be kept")
        return self._memory

    def _evict(self) -> None:
        excess = self.size() - self.cap
        self._unchecked = 0
        if excess <= 0:
            return
        gone = []
        for number, size in self._db.execute(
            "SELECT id, LENGTH(rows) FROM piece ORDER BY used, id"
        ):
            gone.append((number,))
            excess -= size
            if excess <= 0:
                break
        self._db.executemany("DELETE FROM piece WHERE id=?", gone)

    def _write(self, statement: str, rows: Sequence[tuple[object, ...]]) -> None:
        if rows:
            with self._transaction():
                self._db.executemany(statement, rows)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._lock:
            try:
                self._db.execute("BEGIN IMMEDIATE")
                yield
                self._db.execute("COMMIT")
            except sqlite3.Error as error:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                message = f"the cache cannot be written ({error})"
                raise CacheError(str(self.path), message) from error


def _unopened(path: Path, error: Exception) -> CacheError:
    told = check_access(path, CACHE_VARIABLE)  # SQLite says only that it could not
    if told is None and path.is_dir():
        message = "the cache cannot be opened (this is a folder)"
        return CacheError(str(path), message, f"Name a file in {CACHE_VARIABLE}.")
    if told is None:
        return CacheError(str(path), f"the cache cannot be opened ({error})")
    hint = f"{told.remedy} Or do without: --in-process --no-cache."
    return CacheError(str(path), f"the cache cannot be opened ({told.words})", hint)


def _lay_out(db: sqlite3.Connection, name: str) -> None:
    """Makes the tables where they are missing."""
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=NORMAL")
    layout = db.execute("PRAGMA user_version").fetchone()[0]
    if layout > _LAYOUT:
        raise CacheError(
            name,
            "the cache was written by a newer version of Shotlog",
            "Remove the file; it holds only what can be computed again.",
        )
    if layout < _LAYOUT:
        db.executescript(f"BEGIN IMMEDIATE; {_TABLES} PRAGMA user_version={_LAYOUT}; COMMIT;")


def _until_free(work: Callable[[], None]) -> None:
    """Tries again while another run lays out the same file.

    SQLite does not wait for a lock, whatever the time-out, when a file changes its journal mode.
    """
    deadline = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            return work()
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def _checksum(blob: bytes) -> bytes:
    return hashlib.blake2b(blob, digest_size=16).digest()


def _little(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return values.astype(values.dtype.newbyteorder("<"), copy=False)


def _pack(track: Series) -> bytes:
    parts = (track.first, track.last, track.values)
    return zlib.compress(b"".join(_little(part).tobytes() for part in parts), level=1)


def _unpack(blob: bytes, tick: Fraction, width: int, dtype: np.dtype[Any]) -> Series:
    data = zlib.decompress(blob)
    count = len(data) // (16 + dtype.itemsize * width)
    first = np.frombuffer(data, "<i8", count)
    last = np.frombuffer(data, "<i8", count, offset=8 * count)
    values = np.frombuffer(data, dtype, count * width, offset=16 * count)
    return Series(tick, first, last, values.reshape(count, width))
