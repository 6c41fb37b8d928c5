"""Checks of the daemon: its folder and files, its responses and its health."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

from shotlog._version import __version__
from shotlog.doctor.check import health_check
from shotlog.doctor.context import Context
from shotlog.doctor.daemon_state import NAME, DaemonState, inspect_daemon, is_private, is_suspended
from shotlog.doctor.machine import has_storage, nearest_folder
from shotlog.doctor.result import CheckOutcome, Subject, passed, problem, skipped, warning
from shotlog.doctor.sqlite_files import on_network
from shotlog.paths import HOME_VARIABLE, AccessProblem, check_access, check_owner
from shotlog.schema import DaemonError
from shotlog.service.client import Client, HandshakeResult, handshake_error
from shotlog.service.client import check_worker as run_selftest
from shotlog.service.protocol import StatusReport
from shotlog.service.runtime import (
    OTHERS_TOUCH,
    OTHERS_WRITE,
    DaemonPaths,
    check_protocol,
    read_private,
)

_START = "It starts on demand, or with: shotlog daemon start."
_FORCE = "kill it: shotlog daemon stop --force; your jobs are kept and resumed at the next start."
_SELFTEST_SECONDS = 240.0  # the worker may first load torch and a model from a slow disk


@health_check(Subject.DAEMON)
def daemon_folder(context: Context) -> CheckOutcome:
    """The daemon's folder is private to the user, and on a local disk."""
    folder = context.places.folder
    there = nearest_folder(folder)
    if kind := on_network(there):
        return warning(
            f"{folder} lies on a network file system ({kind}): two machines that share it would "
            "take each other's daemon for their own",
            "Name a folder on a local disk in SHOTLOG_HOME.",
        )
    if not has_storage(there):
        return problem(
            f"{folder} cannot be created: {there} is not a file system for files",
            "Name a folder on a disk in SHOTLOG_HOME.",
        )
    if shut := folder_denial(context.places):
        return problem(f"{folder} cannot be used: {shut.words}", shut.remedy)
    if not os.path.lexists(folder):
        return passed(f"{folder}, created on demand")
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode):
        return problem(f"{folder} is not a folder", "Move it away.")
    if os.name == "posix" and found.st_mode & OTHERS_WRITE:
        return problem(
            f"other users may write to {folder}",
            f"Check that its files were not changed, then: chmod 700 {folder}",
        )
    if not is_private(context):
        return warning(f"other users may read {folder}", f"Run: chmod 700 {folder}")
    return passed(str(folder))


@health_check(Subject.DAEMON)
def daemon_files(context: Context) -> CheckOutcome:
    """Keys, list of clients and connection file are private to the user."""
    places = context.places
    secret = (places.server_key, places.client_key)
    faults = []
    for path in (*secret, places.clients, places.connection):
        try:
            read_private(path, OTHERS_TOUCH if path in secret else OTHERS_WRITE)
        except DaemonError as error:
            faults.append(error.problem)
    if faults:
        words = "; ".join(f"{fault.subject}: {fault.message}" for fault in faults)
        return problem(words, " ".join(fault.hint for fault in faults))
    if places.connection.exists() and not inspect_daemon(context).connection:
        return problem(f"{places.connection} is damaged", f"Delete it: {places.connection}")
    return passed("private" if places.client_key.exists() else "not created yet")


@health_check(Subject.DAEMON)
def daemon_answers(context: Context) -> CheckOutcome:
    """The daemon, if it is running, responds."""
    found = inspect_daemon(context)
    if found.status is not None:
        return passed(f"process {found.status.pid}, at {found.status.endpoint}")
    if found.trouble is not None:
        return problem(f"{found.trouble.subject}: {found.trouble.message}", found.trouble.hint)
    if found.connection is None:
        return _without_file(found)
    if found.handshake is None:
        return skipped(
            "it cannot be reached", "First resolve the problems of its folder and files."
        )
    if found.handshake is HandshakeResult.TIMED_OUT:
        return _silent(found.holder or found.connection.pid)
    if found.handshake is HandshakeResult.UNKNOWN_CLIENT:
        told = handshake_error(found.handshake, found.connection).problem
        return problem(
            f"{told.subject}: {told.message}",
            f"If it was revoked, or is of another daemon, delete {context.places.client_key}: a "
            "new one is created.",
        )
    if found.holder is not None:
        return problem(
            f"a daemon is running (process {found.holder}), but not at the address in its file",
            f"Run the doctor again if it has just started; else {_FORCE}",
        )
    return warning(
        f"no daemon is running; the last one (process {found.connection.pid}) crashed and left "
        f"{context.places.connection}",
        "Nothing is lost: the next start replaces the file. For the reason see: shotlog daemon"
        " logs.",
    )


@health_check(Subject.DAEMON)
def daemon_version(context: Context) -> CheckOutcome:
    """The running daemon is of this installation."""
    found = inspect_daemon(context)
    if found.connection is None or found.handshake is not HandshakeResult.SUCCEEDED:
        return _not_answering(found)
    connection = found.connection
    try:
        check_protocol(connection)
    except DaemonError as error:
        return problem(error.problem.message, error.problem.hint)
    if connection.version != __version__:  # works, as the protocol fits
        return warning(
            f"the running daemon is Shotlog {connection.version}, and this is {__version__}",
            "Restart it with: shotlog daemon restart.",
        )
    if Path(connection.executable).resolve() != Path(sys.executable).resolve():
        return warning(
            f"the running daemon is of another installation: {connection.executable}",
            "Restart it with: shotlog daemon restart.",
        )
    return passed(f"Shotlog {connection.version}")


@health_check(Subject.DAEMON)
def daemon_health(context: Context) -> CheckOutcome:
    """The running daemon accepts and finishes jobs."""
    found = inspect_daemon(context)
    return _not_answering(found) if found.status is None else assess_health(found.status)


@health_check(Subject.DAEMON, seconds=_SELFTEST_SECONDS + 20, deep=True)
def canary(context: Context) -> CheckOutcome:
    """The daemon can be started, and its worker passes its self-test."""
    with Client(paths=context.places, name=NAME) as client:
        found = run_selftest(client, timeout=_SELFTEST_SECONDS).canary
    assert found is not None, "the self-test has just run"  # noqa: S101
    if not found.ok:
        return problem(
            f"its worker failed: {found.words}", "For the reason see: shotlog daemon logs."
        )
    return passed(f"{found.words}, in {found.seconds:.1f} s")


def folder_denial(places: DaemonPaths) -> AccessProblem | None:
    """Return the reason why this user cannot use the daemon's folder, or None."""
    folder = places.folder
    return check_access(folder, HOME_VARIABLE) or check_owner(folder, HOME_VARIABLE)


def assess_health(status: StatusReport) -> CheckOutcome:
    """Return the gravest problem in a daemon's status report, or that it is healthy."""
    worker = status.worker
    logs = "For the reason see: shotlog daemon logs; then run: shotlog daemon restart."
    if worker.state == "broken":
        return problem(f"its worker crashed repeatedly ({worker.restarts} times)", logs)
    if not status.ready and not status.draining:
        return problem("it accepts no jobs", logs)
    if not status.useful:
        return problem("its worker finishes no jobs", logs)
    if status.canary is not None and not status.canary.ok:
        return problem(f"its worker failed its self-test: {status.canary.words}", logs)
    if worker.failure is not None:  # a warning only: a model's name may just be mistyped
        return warning(f"models could not be loaded: {worker.failure.message}", worker.failure.hint)
    if worker.state == "stalled":
        return warning("its worker has sent no message for long", logs)
    if status.draining:
        return warning("it stops after its queued jobs", "It starts again on demand.")
    if status.paused:
        return warning("it is paused", "Resume with: shotlog daemon resume.")
    words = f"{status.queued} jobs waiting, {status.finished} done, worker {worker.state}"
    return passed(f"{words}; batch jobs waiting: {status.holds}" if status.holds else words)


def _not_answering(found: DaemonState) -> CheckOutcome:
    if found.connection is None and found.holder is None:
        return skipped("no daemon is running", _START)
    return skipped("it does not respond", "First resolve the problem of daemon-answers.")


def _without_file(found: DaemonState) -> CheckOutcome:
    if found.holder is None:
        return passed("no daemon is running; it starts on demand")
    return problem(
        f"a daemon is running (process {found.holder}), but its connection file is missing",
        f"Run the doctor again if it has just started; else {_FORCE}",
    )


def _silent(pid: int) -> CheckOutcome:
    if is_suspended(pid):
        return problem(
            f"the daemon (process {pid}) is suspended", f"Resume it with: kill -CONT {pid}"
        )
    return problem(
        f"the daemon (process {pid}) is running, but does not respond",
        f"{_FORCE[0].upper()}{_FORCE[1:]}",
    )


CHECKS = (
    daemon_folder, daemon_files, daemon_answers, daemon_version, daemon_health, canary,
)  # fmt: skip
