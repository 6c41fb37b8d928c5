"""The journal of jobs: what was asked, how it stands, what came of it; in one SQLite file.

A job that was acknowledged is on the disk and survives whatever happens to the daemon. The work
itself is kept elsewhere, as evidence in the result cache: a job that is begun again goes on where
it was. Every verb may be repeated: what is over stays as it was.
"""

from __future__ import annotations

import sqlite3
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from shotlog.schema import JournalUnusable
from shotlog.service.journal.database import MIGRATIONS, Damaged, open_journal
from shotlog.service.journal.sqlite_errors import primary_code
from shotlog.service.protocol import (
    CorruptJob,
    ErrorCode,
    Failure,
    JobInfo,
    JobRefused,
    JobState,
    Submit,
    read_spec,
)

LAYOUT = len(MIGRATIONS)
"""The layout that this version writes: the ``user_version`` of the file."""

_ONE = """
    SELECT id, name, state, priority, durable, clips, attempts, created, ended, failure, task
    FROM job WHERE id=?"""
_ALL = """
    SELECT id, name, state, priority, durable, clips, attempts, created, ended, failure, task
    FROM job ORDER BY number DESC"""
_OPEN_AND_NEWEST = """
    SELECT id, name, state, priority, durable, clips, attempts, created, ended, failure, task
    FROM job WHERE number IN (
        SELECT number FROM job WHERE ended IS NULL
        UNION SELECT number FROM (SELECT number FROM job ORDER BY number DESC LIMIT ?)
    ) ORDER BY number DESC"""
_INSERT = """
    INSERT INTO job
        (id, spec, name, state, priority, durable, clips, created, task, options, keep_alive)
    VALUES (?,?,?,?,?,?,?,?,?,?,?)"""
_BEGIN = "UPDATE job SET state='running', attempts=attempts+1 WHERE id=? AND state='queued'"
_REQUEUE = "UPDATE job SET state='queued' WHERE id=? AND state='running'"
_CANCELLING = "UPDATE job SET state='cancelling' WHERE id=? AND state IN ('queued', 'running')"
_FINISH = """
    UPDATE job SET state=?, failure=?, result=?, ended=?
    WHERE id=? AND state NOT IN ('cancelled', 'done', 'failed')"""
_FORGET = """
    DELETE FROM job WHERE ended IS NOT NULL AND (ABS(? - ended) > ? OR number <= ?)
    AND number NOT IN (SELECT number FROM job ORDER BY number DESC LIMIT ?)"""
_SIZES = """
    SELECT number, LENGTH(spec) + COALESCE(LENGTH(result), 0) FROM job ORDER BY number DESC"""
MOST_BYTES = 2 * 1024**3
"""The journal grows no further unless told otherwise."""

KEPT_BYTES = 256 * 1024**2
"""What jobs and their results have beyond this is forgotten, the oldest first: the whole file is
checked whenever a daemon starts, and 142 MB took 0.24 s (30,000 jobs of 20 clips)."""

_KEPT = 100
"""So many of the newest jobs are never forgotten, in case the clock has jumped."""


class Conflict(JobRefused):
    """There is a job of this id that asks for something else."""

    def __init__(self, job: str) -> None:
        super().__init__(ErrorCode.CONFLICT, f"job {job} asks for something else already")


class UnknownJob(JobRefused):
    """No job of this id."""

    def __init__(self, job: str) -> None:
        super().__init__(ErrorCode.UNKNOWN_JOB, f"there is no job {job}")


class NotDone(JobRefused):
    """The job has no result."""

    def __init__(self, info: JobInfo) -> None:
        super().__init__(ErrorCode.NOT_DONE, f"job {info.job} is {info.state}")


class SchedulingHints(NamedTuple):
    """What decides when a job is begun, and with which others.

    Attributes:
        group: The same for jobs that may run together; None: it runs alone.
        keep_alive: As it was submitted.
    """

    group: str | None
    keep_alive: int | None


class Journal:
    """Jobs on the disk. For one thread at a time, and one process.

    A file that is damaged is put aside (renamed to ``*.corrupt-<time>``) and an empty one started.

    Args:
        path: The file, made where it does not exist, for its user alone.
        wall: Wall clock, in seconds since 1970; decides nothing but what is forgotten.
        most_bytes: The file grows no further; more is like a full disk.

    Attributes:
        path: The file.
        warning: What was found on opening and done about it; None: nothing.
        problem: Why the last write failed; None again once one succeeds.

    Raises:
        JournalUnusable: from here and from every verb, where the file cannot be used: another
            daemon has it, a newer Shotlog wrote it, the disk is full. Nothing is half written; the
            same verb may be tried again later.
    """

    def __init__(
        self,
        path: Path,
        wall: Callable[[], float] = time.time,
        *,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self.path = path
        self.problem: str | None = None
        self._wall = wall
        self._db, self.warning = open_journal(path, _check, wall, most_bytes)

    def close(self) -> None:
        """Closes the file."""
        self._db.close()

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def submit(self, spec: Submit) -> JobInfo:
        """Takes a job; when this returns, it is on the disk.

        The same job once more is the job as it is now.

        Raises:
            Conflict: a job of this id asks for something else.
        """
        text = spec.model_dump_json()
        with self._writing():
            known = self._db.execute("SELECT spec FROM job WHERE id=?", (spec.job,)).fetchone()
            if known is None:
                self._db.execute(_INSERT, (
                    spec.job, _packed(text), spec.name, "queued", spec.priority.value,
                    spec.durable, spec.task.clips, self._wall(), spec.task.kind, spec.task.options,
                    spec.keep_alive,
                ))  # fmt: skip
            elif (old := _unpacked(spec.job, known[0])) != text and read_spec(
                spec.job, old
            ) != spec:
                raise Conflict(spec.job)  # another version may have written the same differently
        return self.info(spec.job)

    def spec(self, job: str) -> str:
        """What was asked: the JSON text of its ``Submit``, which ``specs`` reads.

        Raises:
            UnknownJob: no job of this id.
            CorruptJob: it can no longer be read.
        """
        return _unpacked(job, self._row(job, "SELECT spec FROM job WHERE id=?")[0])

    def wishes(self, job: str) -> SchedulingHints:
        """What decides when it is begun.

        Raises:
            UnknownJob: no job of this id.
        """
        row = self._row(job, "SELECT task, options, keep_alive FROM job WHERE id=?")
        kind, options, keep_alive = row
        return SchedulingHints(
            None if options is None else f"{kind} {options}",
            keep_alive if isinstance(keep_alive, int) else None,
        )

    def info(self, job: str) -> JobInfo:
        """How it stands.

        Raises:
            UnknownJob: no job of this id.
        """
        return _info(self._row(job, _ONE))

    def jobs(self, newest: int | None = None) -> list[JobInfo]:
        """Jobs, newest first.

        Args:
            newest: Only so many, and all that are not over; None: every one.
        """
        asked = (_ALL,) if newest is None else (_OPEN_AND_NEWEST, (newest,))
        with self._reading():
            return [_info(row) for row in self._db.execute(*asked)]

    def count(self) -> int:
        """How many jobs there are."""
        with self._reading():
            return int(self._db.execute("SELECT COUNT(*) FROM job").fetchone()[0])

    def result(self, job: str) -> str:
        """The JSON text of its result, which its kind tells how to read.

        Raises:
            UnknownJob: no job of this id.
            NotDone: it has no result.
            CorruptJob: it can no longer be read.
        """
        blob = self._row(job, "SELECT result FROM job WHERE id=?")[0]
        if blob is None:
            raise NotDone(self.info(job))
        return _unpacked(job, blob)

    def begin(self, job: str) -> JobInfo:
        """A worker begins a queued job."""
        return self._move(_BEGIN, job)

    def requeue(self, job: str) -> JobInfo:
        """A job that ran waits again: it was preempted, or its worker died."""
        return self._move(_REQUEUE, job)

    def cancelling(self, job: str) -> JobInfo:
        """Somebody wants a job to stop."""
        return self._move(_CANCELLING, job)

    def finish(
        self,
        job: str,
        state: JobState,
        failure: Failure | None = None,
        result: str | None = None,
    ) -> JobInfo:
        """A job is over; the first ending counts.

        Args:
            job: Its id.
            state: One of those that are for good.
            failure: Why it failed.
            result: The JSON text of its result, where it is done.
        """
        if not state.is_terminal or (state is JobState.DONE) != (result is not None):
            raise ValueError(f"a job cannot end as {state} {'with' if result else 'without'} a log")
        told = None if failure is None else failure.model_dump_json()
        blob = None if result is None else _packed(result)
        return self._move(_FINISH, job, state.value, told, blob, self._wall())

    def open_jobs(self) -> list[JobInfo]:
        """The jobs that wait, oldest first: what a daemon that starts goes on with.

        None can be running yet: those that did are queued again, and cancelled where that was
        under way.
        """
        with self._writing():
            self._db.execute(
                "UPDATE job SET state='queued' WHERE ended IS NULL AND state='running'"
            )
            self._db.execute(
                "UPDATE job SET state='cancelled', ended=? "
                "WHERE ended IS NULL AND state='cancelling'",
                (self._wall(),),
            )
        return [info for info in reversed(self.jobs(newest=0)) if not info.state.is_terminal]

    def forget(self, older_than: float, most_bytes: int = KEPT_BYTES) -> int:
        """Removes jobs that have been over for long, and says how many.

        The newest hundred stay, whatever the clock says.

        Args:
            older_than: Seconds that a job may be over.
            most_bytes: Of what jobs ask and their results; beyond that the oldest go.
        """
        with self._writing():
            limits = (self._wall(), older_than, self._oldest_beyond(most_bytes), _KEPT)
            return self._db.execute(_FORGET, limits).rowcount

    def note(self, key: str, value: str) -> None:
        """Keeps a fact over restarts: what was measured, say."""
        with self._writing():
            self._db.execute("INSERT OR REPLACE INTO meta VALUES (?,?)", (key, value))

    def noted(self, key: str) -> str | None:
        """What was noted; None: nothing."""
        with self._reading():
            row = self._db.execute("SELECT value FROM meta WHERE key=?", (key,)).fetchone()
        return None if row is None else str(row[0])

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """All that is written inside reaches the disk together, or not at all."""
        with self._writing():
            yield

    def _oldest_beyond(self, most_bytes: int) -> int:
        """The number of the newest job that does not fit into so many bytes; 0: all do."""
        total = 0
        for number, size in self._db.execute(_SIZES):
            total += size
            if total > most_bytes:
                return int(number)
        return 0

    def _move(self, statement: str, job: str, *values: object) -> JobInfo:
        """Changes a job that is in the right state, and tells how it stands then."""
        with self._writing():
            self._db.execute(statement, (*values, job))
        return self.info(job)

    def _row(self, job: str, query: str) -> Sequence[object]:
        with self._reading():
            row: Sequence[object] | None = self._db.execute(query, (job,)).fetchone()
        if row is None:
            raise UnknownJob(job)
        return row

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One transaction, on the disk when this returns; within another, a part of that."""
        if self._db.in_transaction:
            with self._reading():
                yield
            return
        try:
            self._db.execute("BEGIN IMMEDIATE")
            yield
            self._db.execute("COMMIT")
            self.problem = None
        except sqlite3.Error as error:
            raise self._unusable(error) from error
        finally:
            if self._db.in_transaction:
                with suppress(sqlite3.Error):
                    self._db.execute("ROLLBACK")

    @contextmanager
    def _reading(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise self._unusable(error) from error

    def _unusable(self, error: sqlite3.Error) -> JournalUnusable:
        full = primary_code(error) == sqlite3.SQLITE_FULL
        self.problem = "the disk is full" if full else f"the journal cannot be used ({error})"
        hint = None if full else "Start the daemon anew with: shotlog daemon restart."
        return JournalUnusable(str(self.path), self.problem, hint)


def _check(db: sqlite3.Connection) -> None:
    """Reads every job but not its papers, which are read one by one (see :class:`CorruptJob`)."""
    db.execute(
        "SELECT spec, result, number, options, keep_alive, key, value FROM job, meta LIMIT 0"
    )
    try:
        for row in db.execute(_ALL):
            _info(row)
    except ValidationError as error:
        raise Damaged(f"a job in it cannot be read: {error.errors()[0]['msg']}") from error


def _info(row: Sequence[object]) -> JobInfo:
    job, name, state, priority, durable, clips, attempts, created, ended, told, kind = row
    return JobInfo.model_validate({
        "job": job, "name": name, "state": state, "priority": priority, "durable": durable,
        "clips": clips, "attempts": attempts, "created": created, "ended": ended,
        "failure": None if told is None else Failure.model_validate_json(str(told)),
        "kind": kind,
    })  # fmt: skip


def _packed(text: str) -> bytes:
    return zlib.compress(text.encode(), level=1)


def _unpacked(job: str, blob: object) -> str:
    """The text; zlib's own checksum tells where the disk has changed it."""
    try:
        return zlib.decompress(blob).decode()  # type: ignore[arg-type]
    except (TypeError, ValueError, zlib.error) as error:
        raise CorruptJob(job) from error
