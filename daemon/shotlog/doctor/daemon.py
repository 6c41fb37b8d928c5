"""The daemon: its folder and its files, whether it answers and gets things done."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

from shotlog._version import __version__
from shotlog.doctor.check import check
from shotlog.doctor.context import Context
from shotlog.doctor.daemon_state import NAME, Seen, is_private, is_suspended, seen
from shotlog.doctor.machine import existing, holds_files
from shotlog.doctor.result import Subject, Verdict, ok, problem, skipped, warning
from shotlog.doctor.sqlite_files import on_network
from shotlog.paths import HOME_VARIABLE, Denied, belongs_to_another, denied
from shotlog.schema import DaemonError
from shotlog.service.client import Client, HandshakeResult, refusal
from shotlog.service.client import check as try_worker
from shotlog.service.protocol import StatusReport
from shotlog.service.runtime import (
    ACCESSIBLE_BY_OTHERS,
    WRITABLE_BY_OTHERS,
    DaemonPaths,
    check_protocol,
    read_private,
)

_START = "Nothing needs doing: it is started when it is needed, or with: shotlog daemon start."
_FORCE = (
    "end it by force: shotlog daemon stop --force; your jobs are kept, and go on when it starts."
)
_CANARY_SECONDS = 240.0


@check(Subject.DAEMON)
def daemon_folder(case: Context) -> Verdict:
    """The daemon's folder is the user's alone, and on a disk of this machine."""
    folder = case.places.folder
    there = existing(folder)
    if kind := on_network(there):
        return warning(
            f"{folder} lies on a network file system ({kind}): two machines that share it would "
            "take each other's daemon for their own",
            "Name a folder on a local disk in SHOTLOG_HOME.",
        )
    if not holds_files(there):
        return problem(
            f"{folder} cannot be made: {there} holds no files of users",
            "Name a folder on a disk in SHOTLOG_HOME.",
        )
    if shut := barred(case.places):
        return problem(f"{folder} cannot be used: {shut.words}", shut.remedy)
    if not os.path.lexists(folder):
        return ok(f"{folder}, made when it is needed")
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode):
        return problem(f"{folder} is not a folder", "Move it away.")
    if os.name == "posix" and found.st_mode & WRITABLE_BY_OTHERS:
        return problem(
            f"other users may write to {folder}",
            f"Make sure that nobody changed it, then: chmod 700 {folder}",
        )
    if not is_private(case):
        return warning(f"other users may look into {folder}", f"Run: chmod 700 {folder}")
    return ok(str(folder))


@check(Subject.DAEMON)
def daemon_files(case: Context) -> Verdict:
    """Keys, list of clients and connection file are the user's alone."""
    places = case.places
    secret = (places.server_key, places.client_key)
    faults = []
    for path in (*secret, places.clients, places.connection):
        try:
            read_private(path, ACCESSIBLE_BY_OTHERS if path in secret else WRITABLE_BY_OTHERS)
        except DaemonError as error:
            faults.append(error.problem)
    if faults:
        words = "; ".join(f"{fault.subject}: {fault.message}" for fault in faults)
        return problem(words, " ".join(fault.hint for fault in faults))
    if places.connection.exists() and not seen(case).connection:
        return problem(
            f"{places.connection} cannot be understood", f"Remove it: {places.connection}"
        )
    return ok("as they must be" if places.client_key.exists() else "not made yet")


@check(Subject.DAEMON)
def daemon_answers(case: Context) -> Verdict:
    """The daemon, where one runs, answers."""
    found = seen(case)
    if found.status is not None:
        return ok(f"process {found.status.pid}, at {found.status.endpoint}")
    if found.trouble is not None:
        return problem(f"{found.trouble.subject}: {found.trouble.message}", found.trouble.hint)
    if found.connection is None:
        return _without_file(found)
    if found.knocked is None:
        return skipped("it cannot be asked", "Do first what is said of its folder and its files.")
    if found.knocked is HandshakeResult.SILENT:
        return _silent(found.holder or found.connection.pid)
    if found.knocked is HandshakeResult.UNKNOWN_CLIENT:
        told = refusal(found.knocked, found.connection).problem
        return problem(
            f"{told.subject}: {told.message}",
            f"Where it was revoked, or is another daemon's, remove {case.places.client_key}: a new "
            "one is made.",
        )
    if found.holder is not None:
        return problem(
            f"a daemon runs (process {found.holder}), but not where its file says",
            f"Run the doctor again if it has just started; else {_FORCE}",
        )
    return warning(
        f"none runs; the last one (process {found.connection.pid}) ended without a word, and left "
        f"{case.places.connection}",
        "Nothing is lost: the next start replaces the file. See why: shotlog daemon logs.",
    )


@check(Subject.DAEMON)
def daemon_version(case: Context) -> Verdict:
    """The daemon that runs is of this installation."""
    found = seen(case)
    if found.connection is None or found.knocked is not HandshakeResult.ANSWERED:
        return _nobody(found)
    connection = found.connection
    try:
        check_protocol(connection)
    except DaemonError as error:
        return problem(error.problem.message, error.problem.hint)
    if connection.version != __version__:
        return warning(
            f"the daemon that runs is Shotlog {connection.version}, and this is {__version__}",
            "Start it anew with: shotlog daemon restart.",
        )
    if Path(connection.executable).resolve() != Path(sys.executable).resolve():
        return warning(
            f"the daemon that runs is of another installation: {connection.executable}",
            "Start it anew with: shotlog daemon restart.",
        )
    return ok(f"Shotlog {connection.version}")


@check(Subject.DAEMON)
def daemon_health(case: Context) -> Verdict:
    """The daemon that runs takes jobs, and gets them done."""
    found = seen(case)
    return _nobody(found) if found.status is None else health_of(found.status)


@check(Subject.DAEMON, seconds=_CANARY_SECONDS + 20, deep=True)
def canary(case: Context) -> Verdict:
    """The daemon can be started, and its worker does what it is for."""
    with Client(places=case.places, name=NAME) as client:
        found = try_worker(client, timeout=_CANARY_SECONDS).self_test
    assert found is not None, "it has just been tried"  # noqa: S101
    if not found.ok:
        return problem(
            f"its worker failed: {found.words}", "See why: shotlog daemon logs; shotlog doctor."
        )
    return ok(f"{found.words}, in {found.seconds:.1f} s")


def barred(places: DaemonPaths) -> Denied | None:
    """What keeps this user from the daemon's folder; also that it is another user's."""
    folder = places.folder
    return denied(folder, HOME_VARIABLE) or belongs_to_another(folder, HOME_VARIABLE)


def health_of(status: StatusReport) -> Verdict:
    """What to say of a daemon by what it says of itself; the gravest first."""
    worker = status.worker
    logs = "See why: shotlog daemon logs; then: shotlog daemon restart."
    if worker.state == "broken":
        return problem(f"its worker died again and again ({worker.restarts} times)", logs)
    if not status.ready and not status.draining:
        return problem("it takes no jobs", logs)
    if not status.useful:
        return problem("its worker gets nothing done", logs)
    if status.self_test is not None and not status.self_test.ok:
        return problem(f"its worker failed when it tried itself: {status.self_test.words}", logs)
    if worker.failure is not None:  # perhaps of a name that was mistyped once
        return warning(f"models could not be loaded: {worker.failure.message}", worker.failure.hint)
    if worker.state == "stalled":
        return warning("its worker has not been heard for long", logs)
    if status.draining:
        return warning("it ends once its queue is empty", "It is started again when it is needed.")
    if status.paused:
        return warning("it is paused", "Go on with: shotlog daemon resume.")
    words = f"{status.queued} jobs wait, {status.finished} done, worker {worker.state}"
    return ok(
        f"{words}; batch jobs wait: {status.batch_held_reason}"
        if status.batch_held_reason
        else words
    )


def _nobody(found: Seen) -> Verdict:
    if found.connection is None and found.holder is None:
        return skipped("none runs that could tell", _START)
    return skipped("it cannot tell", "Do first what is said of the daemon that does not answer.")


def _without_file(found: Seen) -> Verdict:
    if found.holder is None:
        return ok("none runs; one is started when it is needed")
    return problem(
        f"a daemon runs (process {found.holder}), but does not say where it listens",
        f"Run the doctor again if it has just started; else {_FORCE}",
    )


def _silent(pid: int) -> Verdict:
    if is_suspended(pid):
        return problem(
            f"the daemon (process {pid}) was suspended", f"Let it go on with: kill -CONT {pid}"
        )
    return problem(
        f"the daemon (process {pid}) runs, but does not answer",
        f"{_FORCE[0].upper()}{_FORCE[1:]}",
    )


CHECKS = (
    daemon_folder, daemon_files, daemon_answers, daemon_version, daemon_health, canary,
)  # fmt: skip
