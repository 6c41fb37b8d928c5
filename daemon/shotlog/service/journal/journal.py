"""Journal of jobs: submitted specs, states and results, in one SQLite file.

An acknowledged job is on the disk and survives any crash of the daemon. The measurements themselves
are kept in the result cache, so a job that is started again resumes there. Every method may be
repeated: a job that has ended does not change.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from shotlog.service.journal import statements as sql
from shotlog.service.journal.database import open_journal
from shotlog.service.journal.errors import JobConflict, NotDone, UnknownJob
from shotlog.service.journal.rows import (
    SchedulingHints,
    check_rows,
    compress,
    decompress,
    to_hints,
    to_info,
)
from shotlog.service.journal.transactions import Transactions
from shotlog.service.protocol import Failure, JobInfo, JobState, Submit, read_spec

MAX_FILE_BYTES = 2 * 1024**3
"""Default of the maximum size of the file."""

MAX_KEPT_BYTES = 256 * 1024**2
"""Total of specs and results beyond which the oldest jobs are pruned: the whole file is checked at
every start of a daemon, and 142 MB took 0.24 s (30,000 jobs of 20 clips)."""

_MIN_KEPT_JOBS = 100
"""Newest jobs that are never pruned, in case the clock has jumped."""


class Journal:
    """Jobs on the disk. For one process, and one thread at a time.

    A damaged file is renamed to ``*.corrupt-<time>``, and an empty one is started.

    Args:
        path: File, created if it does not exist; readable by its user only.
        wall_clock: Seconds since 1970; used for times shown to people and for pruning.
        max_bytes: Maximum size of the file; reaching it is handled like a full disk.

    Attributes:
        path: The file.
        warning: Damage that was found and repaired on opening; None: none.

    Raises:
        JournalUnusable: raised by the constructor and by every method if the file cannot be used:
            another daemon uses it, a newer Shotlog wrote it, or the disk is full. Nothing is
            written partially; the same method may be called again later.
    """

    def __init__(
        self,
        path: Path,
        wall_clock: Callable[[], float] = time.time,
        *,
        max_bytes: int = MAX_FILE_BYTES,
    ) -> None:
        self.path = path
        self._wall_clock = wall_clock
        self._db, self.warning = open_journal(path, check_rows, wall_clock, max_bytes)
        self._transactions = Transactions(self._db, path)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def problem(self) -> str | None:
        """Reason why the last write failed; None after one that succeeded."""
        return self._transactions.problem

    def submit(self, spec: Submit) -> JobInfo:
        """Add a job; it is on the disk when this returns.

        Submitting the same job again returns its present state.

        Raises:
            JobConflict: a job with this id and other content exists.
        """
        text = spec.model_dump_json()
        with self._transactions.write():
            known = self._db.execute(sql.SELECT_SPEC, (spec.job,)).fetchone()
            if known is None:
                self._db.execute(sql.INSERT_JOB, (
                    spec.job, compress(text), spec.name, "queued", spec.priority.value,
                    spec.durable, spec.task.clips, self._wall_clock(), spec.task.kind,
                    spec.task.options, spec.keep_alive,
                ))  # fmt: skip
            # Equal texts need no parsing; unequal ones may be the same job, written by another
            # version of Shotlog.
            elif (old := decompress(spec.job, known[0])) != text and (
                read_spec(spec.job, old) != spec
            ):
                raise JobConflict(spec.job)
        return self.info(spec.job)

    def spec(self, job: str) -> str:
        """Return the JSON text of a job's ``Submit``, which ``read_spec`` parses.

        Raises:
            UnknownJob: no job has this id.
            CorruptJob: the text cannot be read.
        """
        return decompress(job, self._row(job, sql.SELECT_SPEC)[0])

    def scheduling_hints(self, job: str) -> SchedulingHints:
        """Return the facts that decide when a job runs, and with which others.

        Raises:
            UnknownJob: no job has this id.
        """
        return to_hints(self._row(job, sql.SELECT_HINTS))

    def info(self, job: str) -> JobInfo:
        """Return the present state of a job.

        Raises:
            UnknownJob: no job has this id.
        """
        return to_info(self._row(job, sql.SELECT_JOB))

    def jobs(self, newest: int | None = None) -> list[JobInfo]:
        """Return jobs, newest first.

        Args:
            newest: Number of jobs, to which all open ones are added; None: every job.
        """
        query = (sql.SELECT_JOBS,) if newest is None else (sql.SELECT_OPEN_AND_NEWEST, (newest,))
        with self._transactions.read():
            return [to_info(row) for row in self._db.execute(*query)]

    def count(self) -> int:
        """Return the number of jobs."""
        with self._transactions.read():
            return int(self._db.execute("SELECT COUNT(*) FROM job").fetchone()[0])

    def result(self, job: str) -> str:
        """Return the JSON text of a job's result; its model depends on the kind of task.

        Raises:
            UnknownJob: no job has this id.
            NotDone: the job has no result.
            CorruptJob: the text cannot be read.
        """
        blob = self._row(job, sql.SELECT_RESULT)[0]
        if blob is None:
            raise NotDone(self.info(job))
        return decompress(job, blob)

    def begin(self, job: str) -> JobInfo:
        """Record that a worker has started a queued job."""
        return self._update(sql.BEGIN, job)

    def requeue(self, job: str) -> JobInfo:
        """Record that a running job was preempted or lost its worker, and is queued again."""
        return self._update(sql.REQUEUE, job)

    def mark_cancelling(self, job: str) -> JobInfo:
        """Record that a job is to be cancelled."""
        return self._update(sql.MARK_CANCELLING, job)

    def finish(
        self,
        job: str,
        state: JobState,
        failure: Failure | None = None,
        result: str | None = None,
    ) -> JobInfo:
        """Record the end of a job; if it has ended before, nothing changes.

        Args:
            job: Its id.
            state: A final state.
            failure: Reason why it failed.
            result: JSON text of its result; required for, and only for, a job that is done.

        Raises:
            ValueError: the state is not final, or does not match the result.
        """
        if not state.is_terminal or (state is JobState.DONE) != (result is not None):
            raise ValueError(f"a job cannot end as {state} {'with' if result else 'without'} a log")
        failure_text = None if failure is None else failure.model_dump_json()
        blob = None if result is None else compress(result)
        return self._update(sql.FINISH, job, state.value, failure_text, blob, self._wall_clock())

    def recover_open_jobs(self) -> list[JobInfo]:
        """Return the jobs that a starting daemon resumes, oldest first.

        Jobs that were running are queued again; those that were being cancelled are cancelled.
        """
        with self._transactions.write():
            self._db.execute(sql.REQUEUE_INTERRUPTED)
            self._db.execute(sql.END_CANCELLING, (self._wall_clock(),))
        return [info for info in reversed(self.jobs(newest=0)) if not info.state.is_terminal]

    def prune(self, older_than: float, max_bytes: int = MAX_KEPT_BYTES) -> int:
        """Delete old jobs that have ended, except the newest hundred.

        Args:
            older_than: Seconds since a job ended.
            max_bytes: Total of specs and results beyond which the oldest jobs are deleted.

        Returns:
            The number of deleted jobs.
        """
        with self._transactions.write():
            limits = (
                self._wall_clock(), older_than, self._newest_beyond(max_bytes), _MIN_KEPT_JOBS,
            )  # fmt: skip
            return self._db.execute(sql.PRUNE, limits).rowcount

    def write_note(self, key: str, value: str) -> None:
        """Keep a fact across restarts, for example a measured speed."""
        with self._transactions.write():
            self._db.execute("INSERT OR REPLACE INTO meta VALUES (?,?)", (key, value))

    def read_note(self, key: str) -> str | None:
        """Return the fact that was kept under a key; None: there is none."""
        with self._transactions.read():
            row = self._db.execute("SELECT value FROM meta WHERE key=?", (key,)).fetchone()
        return None if row is None else str(row[0])

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Write everything inside the block to the disk together, or nothing of it."""
        with self._transactions.write():
            yield

    def _newest_beyond(self, max_bytes: int) -> int:
        """Return the number of the newest job that exceeds a total of bytes; 0: none does."""
        total = 0
        for number, size in self._db.execute(sql.SELECT_SIZES):
            total += size
            if total > max_bytes:
                return int(number)
        return 0

    def _update(self, statement: str, job: str, *values: object) -> JobInfo:
        with self._transactions.write():
            self._db.execute(statement, (*values, job))
        return self.info(job)

    def _row(self, job: str, query: str) -> Sequence[object]:
        with self._transactions.read():
            row: Sequence[object] | None = self._db.execute(query, (job,)).fetchone()
        if row is None:
            raise UnknownJob(job)
        return row
