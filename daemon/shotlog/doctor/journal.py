"""The journal of jobs: by the word of the daemon that has it to itself, or read where none runs."""

from __future__ import annotations

from rich.filesize import decimal

from shotlog.doctor.cache import put_aside
from shotlog.doctor.check import check
from shotlog.doctor.context import Context
from shotlog.doctor.daemon_state import seen
from shotlog.doctor.result import Subject, Verdict, ok, problem, skipped
from shotlog.doctor.sqlite_files import InUse, sound
from shotlog.files import find_quarantined
from shotlog.service.client import HandshakeResult
from shotlog.service.journal import LAYOUT


@check(Subject.DAEMON, seconds=60)
def journal_sound(case: Context) -> Verdict:
    """The journal of jobs is whole, and of a layout that this version knows."""
    path = case.places.journal
    daemon = seen(case)
    if daemon.status is not None:
        trouble = daemon.status.journal[1]
        if trouble:
            return problem(trouble, "Free some room, or start it anew: shotlog daemon restart.")
        return ok("the daemon that runs finds nothing wrong with it")
    if not path.is_file():
        return ok("no jobs yet")
    if daemon.holder is not None or daemon.knocked is HandshakeResult.TIMED_OUT:
        return skipped("a daemon has it to itself", "Do first what is said of the daemon.")
    try:
        found = sound(path, deep=case.deep)
    except InUse:
        return skipped("a daemon has it to itself", "Do first what is said of the daemon.")
    except OSError as error:
        return problem(f"{path} cannot be read ({error.strerror})", f"Run: chmod 600 {path}")
    if found.fault:
        return problem(
            f"{path} is damaged: {found.fault}",
            "The next start puts it aside and begins a new one: shotlog daemon start. What was "
            "measured is kept; submit the edits again.",
        )
    if found.layout > LAYOUT:
        return problem(
            f"{path} was written by a newer version of Shotlog",
            "Update Shotlog, or move the file away.",
        )
    return ok(f"{decimal(found.size)}, {'whole' if found.whole else 'large: not read as a whole'}")


@check(Subject.DAEMON)
def damaged_journals(case: Context) -> Verdict:
    """No damaged journal was put aside."""
    return put_aside(find_quarantined(case.places.journal), "journal")


CHECKS = (journal_sound, damaged_journals)
