"""The daemon's process: ``python -m shotlog.service.daemon``.

Lock, journal, port, connection file, in this order: whoever reads the connection file finds a
daemon that answers, and whoever holds the lock alone has the journal.
"""

from __future__ import annotations

import argparse
import faulthandler
import logging
import os
import signal
import socket
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import zmq

from shotlog._version import __version__
from shotlog.schema import ShotlogError, in_context, visible
from shotlog.service.broker import (
    Broker,
    ConnectionMonitor,
    DaemonInfo,
    RequestHandler,
    ServerPolicy,
    open_socket,
)
from shotlog.service.daemon.options import Options, remember, resolve
from shotlog.service.journal import Journal
from shotlog.service.protocol import PROTOCOL
from shotlog.service.runtime import (
    AlreadyRunning,
    ConnectionInfo,
    DaemonPaths,
    StartupReport,
    daemonize,
    log_to_file,
    remove_connection,
    send_startup_report,
    single_instance,
    write_connection,
)
from shotlog.service.scheduling import IdleTimeout, NleActivityMonitor
from shotlog.service.security import ZapAuthenticator
from shotlog.service.supervision import COMMAND, RestartPolicy, Supervisor, WorkerLog

STOP_SECONDS = 2.0
"""For the worker to end by itself when the daemon does; its work is kept either way."""

_SIGNALS = ("SIGTERM", "SIGINT", "SIGHUP", "SIGBREAK")

_log = logging.getLogger("shotlog.service.daemon")


@dataclass(frozen=True)
class Settings:
    """How a daemon runs.

    Attributes:
        places: Where its files are.
        options: What its user has laid down; kept for later starts.
        worker: The command that starts the process that computes.
        debug: Whether everything is logged.
        console: Whether the log is shown on standard error too.
    """

    places: DaemonPaths
    options: Options = field(default_factory=Options)
    worker: Sequence[str] = COMMAND
    debug: bool = False
    console: bool = False


def run(settings: Settings, ready: Callable[[], None] = lambda: None) -> None:
    """Serves until it is asked to end, or has had nothing to do for long.

    Args:
        settings: How.
        ready: Is called once clients can connect.

    Raises:
        AlreadyRunning: another daemon serves these places.
        DaemonError: its files or its port cannot be used.
    """
    places, options = settings.places, settings.options
    with (
        in_context(places.context),
        single_instance(places),
        log_to_file(places.log, debug=settings.debug, console=settings.console),
        _bell() as bell,
        Journal(places.journal) as journal,
        zmq.Context[zmq.Socket[bytes]]() as context,
        closing(ZapAuthenticator(context, places)) as gate,
    ):
        if journal.warning:
            _log.warning("%s", journal.warning)
        breaker = RestartPolicy()
        door, endpoint = open_socket(context, gate, options.listen, exposed=options.exposed)
        with (
            closing(door),
            closing(ConnectionMonitor(door)) as callers,
            closing(
                WorkerLog(places.worker_log, sys.stderr if settings.console else None)
            ) as printed,
            closing(
                Supervisor(
                    breaker,
                    settings.worker,
                    stderr=printed.stream,
                    keep_alive=options.keep_alive,
                )
            ) as worker,
        ):
            boot = uuid.uuid4().hex
            who = DaemonInfo(__version__, boot, os.getpid(), endpoint, str(places.log))
            residency = IdleTimeout(options.keep_alive)
            desk = RequestHandler(
                who,
                journal,
                worker,
                breaker,
                residency,
                ServerPolicy(roots=options.roots, idle=options.idle),
                batch_held_reason=NleActivityMonitor().poll if options.polite else None,
                on_worker_crash=printed.report_crash,
            )
            remember(places, options)
            write_connection(places, _connection(who, gate))
            try:
                _log.info("ready", extra={"pid": who.pid, "endpoint": endpoint, "boot": boot})
                if changed := options.model_dump(exclude_defaults=True, exclude={"roots"}):
                    _log.info("runs as told", extra=changed)
                ready()
                Broker(door, gate, callers, desk, worker, bell).serve()
            except Exception:
                _log.exception("this is a mistake of ours, and the daemon ends; jobs are kept")
                raise
            finally:
                try:
                    _end(worker)
                finally:
                    remove_connection(places, boot)
                    _log.info("ended")


def _end(worker: Supervisor) -> None:
    """Lets the worker end by itself; whatever is left after a while is ended by force."""
    worker.stop()
    until = time.monotonic() + STOP_SECONDS
    while worker.pid is not None and time.monotonic() < until:
        time.sleep(0.02)
        worker.poll()


def _connection(who: DaemonInfo, gate: ZapAuthenticator) -> ConnectionInfo:
    return ConnectionInfo(
        protocol=PROTOCOL,
        endpoint=who.endpoint,
        pid=who.pid,
        boot=who.boot,
        started=time.time(),
        server_key=gate.public_key,
        executable=sys.executable,
        version=who.version,
    )


@contextmanager
def _bell() -> Iterator[int]:
    """A socket that can be read once somebody wants the process to end."""
    ours, rings = socket.socketpair()
    with ours, rings:
        rings.setblocking(False)
        names = [getattr(signal, name) for name in _SIGNALS if hasattr(signal, name)]
        before = {one: signal.signal(one, lambda *_: None) for one in names}
        old = signal.set_wakeup_fd(rings.fileno(), warn_on_full_buffer=False)
        try:
            yield ours.fileno()
        finally:
            signal.set_wakeup_fd(old)
            for one, handler in before.items():
                signal.signal(one, handler)


def main(arguments: Sequence[str] | None = None, worker: Sequence[str] = COMMAND) -> int:
    """Runs a daemon as the command line says; gives its exit code.

    Args:
        arguments: None takes those of the process.
        worker: The command that starts the process that computes.
    """
    asked = _parser().parse_args(arguments)
    if asked.report:
        daemonize()
    faulthandler.enable()
    given = {
        name: value for name in Options.model_fields if (value := vars(asked)[name]) is not None
    }
    try:
        places = DaemonPaths(asked.context)
        settings = Settings(
            places,
            resolve(places, given, reset=asked.reset),
            worker=worker,
            debug=asked.debug,
            console=not asked.report,
        )
        run(
            settings,
            (lambda: send_startup_report(StartupReport(state="ready")))
            if asked.report
            else lambda: None,
        )
    except AlreadyRunning as error:
        return _say(error, StartupReport(state="already-running"), told=asked.report)
    except ShotlogError as error:
        return _say(error, StartupReport(state="error", words=str(error)), told=asked.report)
    return 0


def _say(error: ShotlogError, said: StartupReport, *, told: bool) -> int:
    if told:
        send_startup_report(said)
    else:
        sys.stderr.write(f"shotlog: {visible(str(error))}\n")
    return 1


def _folder(word: str) -> Path:
    return Path(word).absolute()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m shotlog.service.daemon",
        description="Serves clients. What is not said is as it was said last. Times are in seconds;"
        " people type: shotlog daemon run.",
    )
    add, either = parser.add_argument, argparse.BooleanOptionalAction
    add("--context", default="default", help="name of this daemon (default: %(default)s)")
    add("--report", action="store_true", help="go to the background; say on stdout how it went")
    add("--reset", action="store_true", help="forget what was said before")
    add("--idle", type=float, help="end when idle for so many seconds; 0: never")
    add("--keep-alive", type=float, help="keep models for so many seconds; -1: for ever")
    add("--allow-root", dest="roots", type=_folder, action="append", help="read media of it alone")
    add("--listen", help="address")
    add("--exposed", action=either, help="let other machines connect, with a client key")
    add("--polite", action=either, help="let batch jobs wait while an editing program is at work")
    add("--debug", action="store_true", help="log everything")
    return parser
