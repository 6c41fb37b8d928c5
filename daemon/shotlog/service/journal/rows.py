"""Conversion between rows of the journal and models; compression of specs and results."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Sequence
from typing import NamedTuple

from pydantic import ValidationError

from shotlog.service.journal.database import DamagedJournal
from shotlog.service.journal.statements import CHECK_COLUMNS, SELECT_JOBS
from shotlog.service.protocol import CorruptJob, Failure, JobInfo


class SchedulingHints(NamedTuple):
    """Facts that decide when a job runs, and with which others.

    Attributes:
        group: Equal for jobs that may run together; None: the job runs alone.
        keep_alive: Seconds that its models stay loaded, as submitted; None: the default.
    """

    group: str | None
    keep_alive: int | None


def to_info(row: Sequence[object]) -> JobInfo:
    """Return the job of a row of ``SELECT_JOB`` or ``SELECT_JOBS``."""
    job, name, state, priority, durable, clips, attempts, created, ended, failure, kind = row
    return JobInfo.model_validate({
        "job": job, "name": name, "state": state, "priority": priority, "durable": durable,
        "clips": clips, "attempts": attempts, "created": created, "ended": ended,
        "failure": None if failure is None else Failure.model_validate_json(str(failure)),
        "kind": kind,
    })  # fmt: skip


def to_hints(row: Sequence[object]) -> SchedulingHints:
    """Return the scheduling hints of a row of ``SELECT_HINTS``."""
    kind, options, keep_alive = row
    return SchedulingHints(
        None if options is None else f"{kind} {options}",
        # SQLite columns are typed per value: a damaged one may hold text.
        keep_alive if isinstance(keep_alive, int) else None,
    )


def compress(text: str) -> bytes:
    """Return a text in zlib's format."""
    # Level 1: the daemon's only thread waits for it, and higher levels save little on JSON.
    return zlib.compress(text.encode(), level=1)


def decompress(job: str, blob: object) -> str:
    """Return the text of a column of a job; zlib's checksum detects changed bytes.

    Raises:
        CorruptJob: the column cannot be read.
    """
    try:
        return zlib.decompress(blob).decode()  # type: ignore[arg-type]
    except (TypeError, ValueError, zlib.error) as error:
        raise CorruptJob(job) from error


def check_rows(db: sqlite3.Connection) -> None:
    """Read every job except its spec and result, which are checked when they are used.

    Raises:
        DamagedJournal: a job or a column cannot be read.
    """
    db.execute(CHECK_COLUMNS)
    try:
        for row in db.execute(SELECT_JOBS):
            to_info(row)
    except ValidationError as error:
        raise DamagedJournal(f"a job in it cannot be read: {error.errors()[0]['msg']}") from error
