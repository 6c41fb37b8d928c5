"""SQL statements of the journal."""

from __future__ import annotations

_COLUMNS = "id, name, state, priority, durable, clips, attempts, created, ended, failure, task"
"""Columns of a job, in the order that :func:`~shotlog.service.journal.rows.to_info` reads."""

SELECT_JOB = f"SELECT {_COLUMNS} FROM job WHERE id=?"  # noqa: S608 - constants only
SELECT_JOBS = f"SELECT {_COLUMNS} FROM job ORDER BY number DESC"  # noqa: S608
SELECT_OPEN_AND_NEWEST = f"""
    SELECT {_COLUMNS} FROM job WHERE number IN (
        SELECT number FROM job WHERE ended IS NULL
        UNION SELECT number FROM (SELECT number FROM job ORDER BY number DESC LIMIT ?)
    ) ORDER BY number DESC"""  # noqa: S608
SELECT_SPEC = "SELECT spec FROM job WHERE id=?"
SELECT_RESULT = "SELECT result FROM job WHERE id=?"
SELECT_HINTS = "SELECT task, options, keep_alive FROM job WHERE id=?"
SELECT_SIZES = """
    SELECT number, LENGTH(spec) + COALESCE(LENGTH(result), 0) FROM job ORDER BY number DESC"""

INSERT_JOB = """
    INSERT INTO job
        (id, spec, name, state, priority, durable, clips, created, task, options, keep_alive)
    VALUES (?,?,?,?,?,?,?,?,?,?,?)"""
# Each update names the states that it may leave, so a repeated call changes nothing.
BEGIN = "UPDATE job SET state='running', attempts=attempts+1 WHERE id=? AND state='queued'"
REQUEUE = "UPDATE job SET state='queued' WHERE id=? AND state='running'"
MARK_CANCELLING = "UPDATE job SET state='cancelling' WHERE id=? AND state IN ('queued', 'running')"
FINISH = """
    UPDATE job SET state=?, failure=?, result=?, ended=?
    WHERE id=? AND state NOT IN ('cancelled', 'done', 'failed')"""
REQUEUE_INTERRUPTED = "UPDATE job SET state='queued' WHERE ended IS NULL AND state='running'"
END_CANCELLING = """
    UPDATE job SET state='cancelled', ended=? WHERE ended IS NULL AND state='cancelling'"""
# ABS: after the clock was set back, a job may have ended in the future.
PRUNE = """
    DELETE FROM job WHERE ended IS NOT NULL AND (ABS(? - ended) > ? OR number <= ?)
    AND number NOT IN (SELECT number FROM job ORDER BY number DESC LIMIT ?)"""

CHECK_COLUMNS = """
    SELECT spec, result, number, options, keep_alive, key, value FROM job, meta LIMIT 0"""
