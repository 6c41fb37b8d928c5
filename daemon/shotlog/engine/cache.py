"""The result cache: evidence that was measured once, keyed by content, in one SQLite file.

It stores *pieces*: all rows of one measure over one range of one media file. The key is the media's
content id and the measure's key (name, epoch, decode recipe), never a path or a date. The clip is
not part of the key either, so a clip that was moved or trimmed is answered from the cache, and one
that was lengthened is measured only where it is new.

Beside them it stores *conclusions* that take long to draw: short texts whose key holds a digest of
the pieces that they were drawn from, so that other evidence is another key.

The layout is that of content-addressed result caches: every value has a BLAKE2b checksum, a
mismatch is a miss, and what was not used for longest is evicted when the size cap is reached.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np

from shotlog.engine.cache_database import connect, evict, open_error, stored_size
from shotlog.engine.packing import checksum, little_endian, pack_series, unpack_series
from shotlog.files import find_quarantined, quarantine
from shotlog.schema import CacheError, Series, TimeRange

DEFAULT_CAP = 2 * 1024**3
"""Default size cap in bytes of evidence."""

_CHECKS = 128
"""The total size is computed once per ``cap / _CHECKS`` bytes added, because that reads every
entry. Several runs at once may each exceed the cap by this share."""

_USE_STEP = 3600.0
"""Seconds in which further uses are not noted, as Linux does with access times (``relatime`` in
mount(8)): to note one, SQLite writes the whole piece again."""

_INSERT = (
    "INSERT INTO piece (media, measure, start, finish, tick, width, dtype, rows, checksum, used)"
    " VALUES (?,?,?,?,?,?,?,?,?,?)"
)


class Evidence(NamedTuple):
    """Rows, and the identity of what they were read from.

    Attributes:
        series: The rows; None where no piece touches the range.
        digest: Digest of the pieces; where it is the same, so are the rows.
    """

    series: Series | None
    digest: str


class _Outline(NamedTuple):
    """A piece without its rows; ``start`` and ``finish`` as they are stored."""

    id: int
    start: str
    finish: str
    checksum: bytes
    used: float


class Cache:
    """Store of evidence, and of conclusions from it, keyed by content.

    Safe for several processes at once: writes are short transactions that wait for each other.
    A damaged file is renamed to ``*.corrupt-<time>`` and a new one is started, with a warning.

    Args:
        path: The database file, created with its folders where it does not exist; None keeps
            everything in memory until :meth:`close`.
        cap: Largest size of the evidence in bytes.

    Attributes:
        requested_seconds: Seconds of film that edits requested through this object.
        decoded_seconds: Seconds of film that the first pass had to decode for them.
        warnings: Sentences for people about damage and about results that cannot be stored.

    Raises:
        CacheError: the file cannot be opened.
    """

    def __init__(self, path: Path | None, cap: int = DEFAULT_CAP) -> None:
        self.path = path
        self.cap = cap
        self.warnings: list[str] = []
        self.requested_seconds = self.decoded_seconds = 0.0
        # All threads share one connection, which holds one transaction at a time.
        self._lock = threading.Lock()
        self._memory: Cache | None = None
        # Bytes added since the size was last computed. It starts at the cap, because the size of an
        # existing file is not known: the first write checks it.
        self._unchecked = cap
        # The piece that was read last: the shots of a film are often read one after the other.
        self._last: tuple[tuple[str, str, bytes], Series] | None = None
        self._db = self._open()

    @property
    def cached_seconds(self) -> float:
        """Seconds of film that were requested and needed no decode."""
        return max(0.0, self.requested_seconds - self.decoded_seconds)

    def _open(self) -> sqlite3.Connection:
        if self.path is None:
            return connect(":memory:")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            return connect(str(self.path))
        except sqlite3.DatabaseError as error:
            # OperationalError is a fact of the system (no rights, full disk, locked): the file may
            # be sound. Its base class alone means that the content is no database.
            if isinstance(error, sqlite3.OperationalError):
                raise open_error(self.path, error) from error
            for earlier in find_quarantined(self.path):
                earlier.unlink()  # keep the latest only: each may be as large as the cap
            aside = quarantine(self.path, time.time())
            self.warnings.append(f"the cache was damaged; it was put aside as {aside}")
            return connect(str(self.path))
        except OSError as error:
            raise open_error(self.path, error) from error

    def close(self) -> None:
        """Close the file."""
        if self._memory is not None:
            self._memory.close()
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def pieces(self, media: str, measure: str) -> list[TimeRange]:
        """Return the ranges of a media file that a measure has covered, as they were stored."""
        rows = self._db.execute(
            "SELECT start, finish FROM piece WHERE media=? AND measure=?", (media, measure)
        )
        found = [TimeRange.between(_moment(a), _moment(b)) for a, b in rows]
        return found + (self._memory.pieces(media, measure) if self._memory else [])

    def read(self, media: str, measure: str, span: TimeRange) -> Series | None:
        """Return the rows of a measure within a range, from all pieces that touch it.

        A piece whose checksum is wrong is deleted, with a warning; the next run measures it again.

        Returns:
            The rows; None where no piece touches the range.
        """
        return self.read_evidence(media, measure, span).series

    def read_evidence(self, media: str, measure: str, span: TimeRange) -> Evidence:
        """Return the rows as :meth:`read` does, with a digest of the pieces that gave them."""
        used, found = list[_Outline](), list[Series]()
        for piece in self._touching(media, measure, span):
            series = self._unpacked(media, measure, piece)
            if series is not None:
                used.append(piece)
                found.append(series.within(span))
        self._note_use(used)
        digest = _digest_of(used)
        if self._memory:
            kept = self._memory.read_evidence(media, measure, span)
            found += [kept.series] if kept.series is not None else []
            digest += kept.digest
        return Evidence(found[0].merged(found[1:]) if found else None, digest)

    def evidence_digest(self, media: str, measure: str, span: TimeRange) -> str:
        """Return the digest of :meth:`read_evidence`, without reading rows; it counts as a use."""
        pieces = self._touching(media, measure, span)
        self._note_use(pieces)
        kept = self._memory.evidence_digest(media, measure, span) if self._memory else ""
        return _digest_of(pieces) + kept

    def note_use(self, media: str, measure: str, span: TimeRange) -> None:
        """Count all pieces that touch a range as used now, without reading them."""
        self._note_use(self._touching(media, measure, span))

    def _touching(self, media: str, measure: str, span: TimeRange) -> list[_Outline]:
        """Return the stored pieces that touch a range."""
        query = "SELECT id, start, finish, checksum, used FROM piece WHERE media=? AND measure=?"
        pieces = map(_Outline._make, self._db.execute(query, (media, measure)).fetchall())
        start, end = span.start, span.end
        return [p for p in pieces if _moment(p.start) < end and _moment(p.finish) > start]

    def _note_use(self, pieces: Sequence[_Outline]) -> None:
        now = time.time()
        old = [(now, piece.id) for piece in pieces if piece.used < now - _USE_STEP]
        with suppress(CacheError):  # reading must work on a full disk and from read-only folders
            self._write("UPDATE piece SET used=? WHERE id=?", old)

    def _unpacked(self, media: str, measure: str, piece: _Outline) -> Series | None:
        """Return the rows of one piece; None where it is damaged, or another run has evicted it."""
        content = (media, measure, piece.checksum)
        if self._last is not None and self._last[0] == content:
            return self._last[1]
        # With the checksum, as SQLite gives the number of a deleted piece to a later one.
        query = "SELECT tick, width, dtype, rows FROM piece WHERE id=? AND checksum=?"
        row = self._db.execute(query, (piece.id, piece.checksum)).fetchone()
        if row is None:
            return None
        tick, width, dtype, blob = row
        if checksum(blob) == piece.checksum:
            series = unpack_series(blob, Fraction(tick), width, np.dtype(dtype))
            self._last = content, series
            return series
        self.warnings.append("a part of the cache was damaged; run again to measure it anew")
        with suppress(CacheError):
            self._write("DELETE FROM piece WHERE id=?", [(piece.id,)])
        return None

    def add(self, media: str, measure: str, span: TimeRange, series: Series) -> None:
        """Store a piece: all rows of a measure within a range. Evict old pieces over the cap.

        Where the file cannot be written (full disk, read-only folder), the piece is kept in memory
        until :meth:`close`, with one warning.
        """
        blob = pack_series(series)
        row = (
            media, measure, str(span.start), str(span.end), str(series.tick),
            series.values.shape[1], little_endian(series.values).dtype.str, blob, checksum(blob),
            time.time(),
        )  # fmt: skip
        try:
            with self._transaction():
                self._db.execute(_INSERT, row)
                self._make_room(len(blob))
        except CacheError as error:
            self._fallback(error).add(media, measure, span, series)

    def keep_conclusion(self, media: str, key: str, text: str) -> None:
        """Store a conclusion from evidence about a media file.

        Args:
            media: Content id of the media.
            key: All that decides the conclusion, the digest of the evidence included.
            text: The conclusion.
        """
        content = text.encode()
        row = (media, key, content, checksum(content), time.time())
        with suppress(CacheError), self._transaction():  # it can be drawn again
            self._db.execute("INSERT OR REPLACE INTO conclusion VALUES (?,?,?,?,?)", row)
            self._make_room(len(content))

    def conclusion(self, media: str, key: str) -> str | None:
        """Return a stored conclusion; None where there is none, or it is damaged."""
        query = "SELECT text, checksum, used FROM conclusion WHERE media=? AND key=?"
        row = self._db.execute(query, (media, key)).fetchone()
        if row is None:
            return None
        content, stored, used = row
        if checksum(content) != stored:
            return None
        now = time.time()
        if used < now - _USE_STEP:
            statement = "UPDATE conclusion SET used=? WHERE media=? AND key=?"
            with suppress(CacheError):
                self._write(statement, [(now, media, key)])
        return str(content, "utf-8")

    def note_ending(self, media: str, finish: Fraction | None, damage: str | None) -> None:
        """Store the real end of a file and its damage, for later runs that do not decode it."""
        row = (media, None if finish is None else str(finish), damage)
        upsert = (
            "INSERT INTO ending VALUES (?,?,?) ON CONFLICT (media) DO UPDATE SET"
            " finish=COALESCE(excluded.finish, finish), damage=COALESCE(excluded.damage, damage)"
        )
        try:
            self._write(upsert, [row])
        except CacheError as error:
            self._fallback(error).note_ending(media, finish, damage)

    def ending(self, media: str) -> tuple[Fraction | None, str | None]:
        """Return (end, damage) as stored by :meth:`note_ending`; None for what is not known."""
        row = self._db.execute(
            "SELECT finish, damage FROM ending WHERE media=?", (media,)
        ).fetchone()
        if row is None:
            return self._memory.ending(media) if self._memory else (None, None)
        return (None if row[0] is None else Fraction(row[0])), row[1]

    def note_fact(self, key: str, text: str) -> None:
        """Store a short text under a key, for later runs."""
        with suppress(CacheError):  # a fact is cheap to determine again
            self._write("INSERT OR REPLACE INTO fact VALUES (?,?)", [(key, text)])

    def fact(self, key: str) -> str | None:
        """Return the text that :meth:`note_fact` stored under a key; None for none."""
        row = self._db.execute("SELECT text FROM fact WHERE key=?", (key,)).fetchone()
        return None if row is None else str(row[0])

    def forget(self, media: str) -> None:
        """Delete all evidence and conclusions of a media file, and every fact that names it."""
        with suppress(CacheError):  # a file that cannot be written holds nothing of this run
            self._write("DELETE FROM piece WHERE media=?", [(media,)])
            self._write("DELETE FROM conclusion WHERE media=?", [(media,)])
            self._write("DELETE FROM ending WHERE media=?", [(media,)])
            self._write("DELETE FROM fact WHERE instr(key, ?) OR instr(text, ?)", [(media, media)])
        if self._memory is not None:
            self._memory.forget(media)

    def size(self) -> int:
        """Return the size of the stored evidence and conclusions in bytes."""
        return stored_size(self._db)

    def clear(self) -> None:
        """Delete everything, and give the space back to the file system."""
        with self._transaction():
            self._db.execute("DELETE FROM piece")
            self._db.execute("DELETE FROM conclusion")
            self._db.execute("DELETE FROM ending")
            self._db.execute("DELETE FROM fact")
        # After the commit: SQLite refuses VACUUM within a transaction.
        self._db.execute("VACUUM")

    def _fallback(self, error: CacheError) -> Cache:
        """Return the cache in memory that is used once the file cannot be written."""
        if self.path is None:
            raise error
        if self._memory is None:
            self._memory = Cache(None)
            self.warnings.append(f"{error.problem.message}; this run's work will not be kept")
        return self._memory

    def _make_room(self, added: int) -> None:
        """Count bytes that were added, and evict what is over the cap; call in a transaction."""
        self._unchecked += added
        if self._unchecked >= self.cap // _CHECKS:
            self._unchecked = 0
            evict(self._db, self.size() - self.cap)

    def _write(self, statement: str, rows: Sequence[tuple[object, ...]]) -> None:
        if rows:
            with self._transaction():
                self._db.executemany(statement, rows)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._lock:
            try:
                # IMMEDIATE takes the write lock at once; a deferred transaction that has read
                # fails without any wait when another process writes (SQLITE_BUSY_SNAPSHOT).
                self._db.execute("BEGIN IMMEDIATE")
                yield
                self._db.execute("COMMIT")
            except sqlite3.Error as error:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                message = f"the cache cannot be written ({error})"
                raise CacheError(str(self.path), message) from error


@lru_cache(maxsize=1 << 14)  # the pieces of a film are listed for every clip of it
def _moment(text: str) -> Fraction:
    """Return a moment of media time as it is stored."""
    return Fraction(text)


def _digest_of(pieces: Iterable[_Outline]) -> str:
    """Return a digest of the content of pieces; their order and repeated ones do not count."""
    content = sorted({(piece.start, piece.finish, piece.checksum.hex()) for piece in pieces})
    return checksum(repr(content).encode()).hex()
