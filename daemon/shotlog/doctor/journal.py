"""Checks of the job journal: by asking the running daemon, or by reading the file."""

from __future__ import annotations

from rich.filesize import decimal

from shotlog.doctor.cache import report_quarantined
from shotlog.doctor.check import health_check
from shotlog.doctor.context import Context
from shotlog.doctor.daemon_state import inspect_daemon
from shotlog.doctor.result import CheckOutcome, Subject, passed, problem, skipped
from shotlog.doctor.sqlite_files import InUse, inspect_sqlite
from shotlog.files import find_quarantined
from shotlog.service.client import HandshakeResult
from shotlog.service.journal import LAYOUT


@health_check(Subject.DAEMON, seconds=60)
def journal_sound(context: Context) -> CheckOutcome:
    """The job journal is intact, and of a layout that this version can read."""
    path = context.places.journal
    daemon = inspect_daemon(context)
    if daemon.status is not None:
        trouble = daemon.status.journal[1]
        if trouble:
            return problem(trouble, "Free some disk space, or restart it: shotlog daemon restart.")
        return passed("the running daemon reports no problem with it")
    if not path.is_file():
        return passed("no jobs yet")
    if daemon.holder is not None or daemon.handshake is HandshakeResult.TIMED_OUT:
        return skipped("a daemon has locked it", "First resolve the problem of the daemon.")
    try:
        found = inspect_sqlite(path, deep=context.deep)
    except InUse:
        return skipped("a daemon has locked it", "First resolve the problem of the daemon.")
    except OSError as error:
        return problem(f"{path} cannot be read ({error.strerror})", f"Run: chmod 600 {path}")
    if found.fault:
        return problem(
            f"{path} is damaged: {found.fault}",
            "The next start renames it and makes a new one: shotlog daemon start. Measurements "
            "are kept; submit the edits again.",
        )
    if found.layout > LAYOUT:
        return problem(
            f"{path} was written by a newer version of Shotlog",
            "Update Shotlog, or move the file away.",
        )
    return passed(
        f"{decimal(found.size)}, {'intact' if found.whole else 'too large to be read completely'}"
    )


@health_check(Subject.DAEMON)
def damaged_journals(context: Context) -> CheckOutcome:
    """No damaged journal was found and renamed."""
    return report_quarantined(find_quarantined(context.places.journal), "journal")


CHECKS = (journal_sound, damaged_journals)
