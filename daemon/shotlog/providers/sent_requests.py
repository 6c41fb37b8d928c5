"""The records of what was sent to providers, answered and paid: one SQLite file.

A request is noted before the step that costs something, and its answer as soon as it is there. So
a run after a crash finds what an earlier one has sent, and a clip that was answered once, by
whichever provider runs the same model, is not sent again. The same rows are the bill.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Final, NamedTuple, Self

from shotlog.paths import providers_folder
from shotlog.providers.contract import RequestMark
from shotlog.schema import RecordsUnusable

_LAYOUT: Final = 1
_BUSY_SECONDS: Final = 30.0
_TABLES: Final = """
CREATE TABLE IF NOT EXISTS request (
    id INTEGER PRIMARY KEY,
    provider TEXT NOT NULL,
    model TEXT NOT NULL,          -- name of the model, whichever provider runs it
    version TEXT NOT NULL,
    digest TEXT NOT NULL,         -- of the pictures
    project TEXT NOT NULL,        -- folder of the project
    state TEXT NOT NULL,          -- sent, answered, failed, cancelled
    upload TEXT NOT NULL,         -- address of the uploaded file; empty: none
    prediction TEXT NOT NULL,     -- id at the service; empty: not known yet
    scores TEXT,                  -- JSON list of numbers, of an answer
    seconds REAL NOT NULL DEFAULT 0,
    cost TEXT NOT NULL DEFAULT '0',  -- US dollars, decimal
    changed REAL NOT NULL         -- seconds since 1970
);
CREATE INDEX IF NOT EXISTS request_clip ON request (model, version, digest);
CREATE TABLE IF NOT EXISTS consent (
    project TEXT NOT NULL,
    provider TEXT NOT NULL,
    address TEXT NOT NULL,
    given REAL NOT NULL,          -- seconds since 1970
    PRIMARY KEY (project, provider, address)
);
"""


class RemoteModel(NamedTuple):
    """Identity of a model, whichever provider runs it."""

    name: str
    version: str


class PaidAnswer(NamedTuple):
    """An answer that is on the disk.

    Attributes:
        provider: Name of the provider that gave it.
        scores: Its numbers.
        seconds: Seconds that were charged.
        cost: US dollars.
    """

    provider: str
    scores: tuple[float, ...]
    seconds: float
    cost: Decimal


class OpenRequest(NamedTuple):
    """A request that was sent and not answered: number of its record, and marks at the service."""

    record: int
    mark: RequestMark


class BillLine(NamedTuple):
    """The requests of one project to one model of a provider, by their end, and what they cost."""

    project: str
    provider: str
    model: str
    answered: int
    failed: int
    cancelled: int
    seconds: float
    cost: Decimal


class SentRequests:
    """The records, as a context manager; several processes may use them at once.

    Args:
        file: The database; None takes that of this user.

    Raises:
        RecordsUnusable: It cannot be opened. All methods raise it where it cannot be used.
        HomeMissing: This user has no folder for it.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._file = file or providers_folder() / "requests.sqlite"

    def __enter__(self) -> Self:
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(self._file, timeout=_BUSY_SECONDS)
            try:
                self._lay_out()
            except BaseException:
                self._db.close()
                raise
        except (OSError, sqlite3.Error) as error:
            raise self._unusable(error) from error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._db.close()

    def _lay_out(self) -> None:
        # A commit is in the file at once, so what a process noted survives its end. It is not
        # flushed to the disk: a power cut may lose notes of the last seconds, and to wait for the
        # disk four times for each clip would take longer than most answers.
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        layout = self._db.execute("PRAGMA user_version").fetchone()[0]
        if layout > _LAYOUT:
            message = "a newer Shotlog wrote these records"
            raise RecordsUnusable(str(self._file), message, "Update Shotlog.")
        if layout < _LAYOUT:
            self._db.executescript(f"{_TABLES} PRAGMA user_version = {_LAYOUT};")

    def answer(self, model: RemoteModel, digest: str) -> PaidAnswer | None:
        """Return the answer of a model for a clip, if there is one, of whichever provider."""
        with self._transaction() as db:
            row = db.execute(
                "SELECT provider, scores, seconds, cost FROM request WHERE model = ? AND version ="
                " ? AND digest = ? AND state = 'answered' ORDER BY id DESC LIMIT 1",
                (*model, digest),
            ).fetchone()
        if row is None:
            return None
        provider, scores, seconds, cost = row
        return PaidAnswer(provider, tuple(json.loads(scores)), seconds, Decimal(cost))

    def open_request(self, provider: str, model: RemoteModel, digest: str) -> OpenRequest | None:
        """Return the request for a clip that an earlier run has left unanswered, if any."""
        with self._transaction() as db:
            row = db.execute(
                "SELECT id, prediction, upload FROM request WHERE provider = ? AND model = ? AND"
                " version = ? AND digest = ? AND state = 'sent' ORDER BY id DESC LIMIT 1",
                (provider, *model, digest),
            ).fetchone()
        return None if row is None else OpenRequest(row[0], RequestMark(row[1], row[2]))

    def begin(
        self, provider: str, model: RemoteModel, digest: str, project: str, mark: RequestMark
    ) -> int:
        """Note a request before it is sent; return the number of its record."""
        with self._transaction() as db:
            made = db.execute(
                "INSERT INTO request (provider, model, version, digest, project, state, upload,"
                " prediction, changed) VALUES (?, ?, ?, ?, ?, 'sent', ?, ?, ?)",
                (provider, *model, digest, project, mark.upload, mark.prediction, time.time()),
            )
            return int(made.lastrowid or 0)

    def mark(self, record: int, mark: RequestMark) -> None:
        """Note further marks of a request."""
        self._change(record, "upload = ?, prediction = ?", mark.upload, mark.prediction)

    def end(
        self,
        record: int,
        seconds: float,
        cost: Decimal,
        scores: Sequence[float] | None = None,
    ) -> None:
        """Note the end of a request: its answer, or None where the model failed."""
        state = "failed" if scores is None else "answered"
        text = None if scores is None else json.dumps(list(scores))
        self._change(
            record, "state = ?, scores = ?, seconds = ?, cost = ?", state, text, seconds, str(cost)
        )

    def cancelled(self, record: int, seconds: float, cost: Decimal) -> None:
        """Note that a request was cancelled at the service, and what is charged all the same."""
        self._change(record, "state = 'cancelled', seconds = ?, cost = ?", seconds, str(cost))

    def seconds(self, model: RemoteModel, provider: str, most: int = 200) -> list[float]:
        """Return the seconds of a provider's latest answers, at most so many."""
        with self._transaction() as db:
            rows = db.execute(
                "SELECT seconds FROM request WHERE model = ? AND version = ? AND provider = ? AND"
                " state = 'answered' ORDER BY id DESC LIMIT ?",
                (*model, provider, most),
            ).fetchall()
        return [row[0] for row in rows]

    def bill(self, since: float = 0.0) -> list[BillLine]:
        """Return what was sent and paid since a moment, in seconds since 1970."""
        with self._transaction() as db:
            rows = db.execute(
                "SELECT project, provider, model, state, seconds, cost FROM request WHERE changed"
                " >= ? AND state IN ('answered', 'failed', 'cancelled')"
                " ORDER BY project, provider, model",
                (since,),
            ).fetchall()
        lines: dict[tuple[str, ...], BillLine] = {}
        for project, provider, model, state, seconds, cost in rows:
            of = (project, provider, model)
            line = lines.get(of) or BillLine(*of, 0, 0, 0, 0.0, Decimal(0))
            lines[of] = line._replace(
                **{state: getattr(line, state) + 1},
                seconds=line.seconds + seconds,
                cost=line.cost + Decimal(cost),
            )
        return list(lines.values())

    def has_consent(self, project: str, provider: str, address: str) -> bool:
        """Return True where somebody agreed that pictures of a project go to an address."""
        with self._transaction() as db:
            found = db.execute(
                "SELECT 1 FROM consent WHERE project = ? AND provider = ? AND address = ?",
                (project, provider, address),
            ).fetchone()
        return found is not None

    def give_consent(self, project: str, provider: str, address: str) -> None:
        """Note that somebody agreed."""
        with self._transaction() as db:
            db.execute(
                "INSERT OR REPLACE INTO consent VALUES (?, ?, ?, ?)",
                (project, provider, address, time.time()),
            )

    def withdraw_consent(self, provider: str) -> None:
        """Forget everybody's agreement to a provider."""
        with self._transaction() as db:
            db.execute("DELETE FROM consent WHERE provider = ?", (provider,))

    def _change(self, record: int, columns: str, *values: object) -> None:
        with self._transaction() as db:
            db.execute(
                f"UPDATE request SET {columns}, changed = ? WHERE id = ?",  # noqa: S608
                (*values, time.time(), record),
            )

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """Yield the database, and commit what was changed."""
        try:
            with self._db:
                yield self._db
        except sqlite3.Error as error:
            raise self._unusable(error) from error

    def _unusable(self, error: Exception) -> RecordsUnusable:
        return RecordsUnusable(str(self._file), f"the records cannot be used ({error})")
