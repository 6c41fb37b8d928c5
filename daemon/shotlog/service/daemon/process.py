"""The daemon process: ``python -m shotlog.service.daemon``.

It acquires the lock, then opens the journal, then binds its port, then writes the connection file.
So only the lock's owner opens the journal, and the connection file names a port that answers.
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
    Daemon,
    RequestHandler,
    ServerPolicy,
    open_door,
)
from shotlog.service.daemon.options import DaemonOptions, resolve_options, save_options
from shotlog.service.journal import Journal
from shotlog.service.protocol import PROTOCOL
from shotlog.service.runtime import (
    AlreadyRunning,
    ConnectionInfo,
    DaemonPaths,
    StartupReport,
    daemonize,
    logging_to,
    remove_connection,
    report,
    single_instance,
    write_connection,
)
from shotlog.service.scheduling import IdleTimeout, NleActivityMonitor
from shotlog.service.security import ZapAuthenticator
from shotlog.service.supervision import COMMAND, RestartPolicy, Supervisor, WorkerLog

STOP_SECONDS = 2.0
"""Time for the worker to end by itself when the daemon does, before it is killed; its results are
kept either way."""

_SIGNALS = ("SIGTERM", "SIGINT", "SIGHUP", "SIGBREAK")

_log = logging.getLogger("shotlog.service.daemon")


@dataclass(frozen=True)
class DaemonSettings:
    """Settings of one run of a daemon.

    Attributes:
        paths: Its files.
        options: Its options, which are saved for later starts.
        worker: Command that starts the worker process.
        debug: True to log debug messages.
        console: True to log to standard error too.
    """

    paths: DaemonPaths
    options: DaemonOptions = field(default_factory=DaemonOptions)
    worker: Sequence[str] = COMMAND
    debug: bool = False
    console: bool = False


def run_daemon(settings: DaemonSettings, ready: Callable[[], None] = lambda: None) -> None:
    """Serve clients until a request or a signal ends the daemon, or its idle time has passed.

    Args:
        settings: Its settings.
        ready: Called once clients can connect.

    Raises:
        AlreadyRunning: Another daemon holds the lock.
        DaemonError: Its files or its port cannot be used.
    """
    paths, options = settings.paths, settings.options
    with (
        in_context(paths.context),
        single_instance(paths),
        logging_to(paths.log, debug=settings.debug, console=settings.console),
        _signal_pipe() as signals,
        Journal(paths.journal) as journal,
        zmq.Context[zmq.Socket[bytes]]() as context,
        closing(ZapAuthenticator(context, paths)) as authenticator,
    ):
        if journal.warning:
            _log.warning("%s", journal.warning)
        restart_policy = RestartPolicy()
        router, endpoint = open_door(
            context, authenticator, options.listen, exposed=options.exposed
        )
        with (
            closing(router),
            closing(ConnectionMonitor(router)) as connections,
            closing(
                WorkerLog(paths.worker_log, sys.stderr if settings.console else None)
            ) as worker_log,
            closing(
                Supervisor(
                    restart_policy,
                    settings.worker,
                    stderr=worker_log.stream,
                    keep_alive=options.keep_alive,
                )
            ) as worker,
        ):
            boot = uuid.uuid4().hex
            identity = Daemon(__version__, boot, os.getpid(), endpoint, str(paths.log))
            idle_timeout = IdleTimeout(options.keep_alive)
            handler = RequestHandler(
                identity,
                journal,
                worker,
                restart_policy,
                idle_timeout,
                ServerPolicy(roots=options.roots, idle=options.idle),
                reason=NleActivityMonitor().reason if options.polite else None,
                mourn=worker_log.died,
            )
            save_options(paths, options)
            write_connection(paths, _connection(identity, authenticator))
            try:
                _log.info("ready", extra={"pid": identity.pid, "endpoint": endpoint, "boot": boot})
                if changed := options.model_dump(exclude_defaults=True, exclude={"roots"}):
                    _log.info("non-default options", extra=changed)
                ready()
                Broker(router, authenticator, connections, handler, worker, signals).serve()
            except Exception:
                _log.exception("internal error; the daemon ends, and its jobs are kept")
                raise
            finally:
                try:
                    _stop_worker(worker)
                finally:
                    remove_connection(paths, boot)
                    _log.info("ended")


def _stop_worker(worker: Supervisor) -> None:
    """Stop the worker and wait for its end; closing the supervisor kills it afterwards."""
    worker.stop()
    until = time.monotonic() + STOP_SECONDS
    while worker.pid is not None and time.monotonic() < until:
        time.sleep(0.02)
        worker.poll()


def _connection(identity: Daemon, authenticator: ZapAuthenticator) -> ConnectionInfo:
    return ConnectionInfo(
        protocol=PROTOCOL,
        endpoint=identity.endpoint,
        pid=identity.pid,
        boot=identity.boot,
        started=time.time(),
        server_key=authenticator.public_key,
        executable=sys.executable,
        version=identity.version,
    )


@contextmanager
def _signal_pipe() -> Iterator[int]:
    """Yield a file descriptor that becomes readable when a signal asks the process to end."""
    # The broker's poll returns at once for a readable socket; a Python signal handler alone would
    # run only after the poll. Sockets, because Windows cannot poll pipes.
    reader, writer = socket.socketpair()
    with reader, writer:
        writer.setblocking(False)
        signals = [getattr(signal, name) for name in _SIGNALS if hasattr(signal, name)]
        # A handler that does nothing: by default the signal would end the process.
        previous = {each: signal.signal(each, lambda *_: None) for each in signals}
        previous_fd = signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
        try:
            yield reader.fileno()
        finally:
            signal.set_wakeup_fd(previous_fd)
            for each, handler in previous.items():
                signal.signal(each, handler)


def main(arguments: Sequence[str] | None = None, worker: Sequence[str] = COMMAND) -> int:
    """Run a daemon with the options of the command line; return the exit code.

    Args:
        arguments: Command-line arguments; None takes those of the process.
        worker: Command that starts the worker process.
    """
    parsed = _parser().parse_args(arguments)
    if parsed.report:
        daemonize()
    faulthandler.enable()
    given = {
        name: value
        for name in DaemonOptions.model_fields
        if (value := vars(parsed)[name]) is not None
    }
    try:
        paths = DaemonPaths(parsed.context)
        settings = DaemonSettings(
            paths,
            resolve_options(paths, given, reset=parsed.reset),
            worker=worker,
            debug=parsed.debug,
            console=not parsed.report,
        )
        run_daemon(
            settings,
            (lambda: report(StartupReport(state="ready"))) if parsed.report else lambda: None,
        )
    except AlreadyRunning as error:
        return _report_error(error, StartupReport(state="already-running"), to_client=parsed.report)
    except ShotlogError as error:
        return _report_error(
            error, StartupReport(state="error", words=str(error)), to_client=parsed.report
        )
    return 0


def _report_error(error: ShotlogError, startup: StartupReport, *, to_client: bool) -> int:
    if to_client:
        report(startup)
    else:
        sys.stderr.write(f"shotlog: {visible(str(error))}\n")
    return 1


def _absolute_path(word: str) -> Path:
    return Path(word).absolute()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m shotlog.service.daemon",
        description="Run the daemon. Options that are not given are those of the last start."
        " Times are in seconds. The command for people: shotlog daemon run.",
    )
    add, either = parser.add_argument, argparse.BooleanOptionalAction
    add("--context", default="default", help="name of this daemon (default: %(default)s)")
    add("--report", action="store_true", help="run in the background; report the start on stdout")
    add("--reset", action="store_true", help="forget the options of the last start")
    add("--idle", type=float, help="end after so many idle seconds; 0: never")
    add("--keep-alive", type=float, help="keep unused models for so many seconds; -1: no limit")
    add(
        "--allow-root",
        dest="roots",
        type=_absolute_path,
        action="append",
        help="read media below this folder only; may be repeated",
    )
    add("--listen", help="IP address to listen on")
    add("--exposed", action=either, help="let other machines connect, with a client key")
    add("--polite", action=either, help="let batch jobs wait while an editing program is busy")
    add("--debug", action="store_true", help="log debug messages")
    return parser
