"""The daemon process: ``python -m shotlog.service.daemon``.

It acquires the lock, then opens the journal, then binds its port, then writes the connection file.
So only the lock's owner opens the journal, and the connection file names a port that answers.
"""

from __future__ import annotations

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

import zmq

from shotlog._version import __version__
from shotlog.schema import ShotlogError, make_visible, use_context
from shotlog.service.broker import (
    Broker,
    ConnectionMonitor,
    DaemonInfo,
    RequestHandler,
    ServerPolicy,
    open_socket,
)
from shotlog.service.daemon.command_line import parse_arguments
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
    paths = settings.paths
    with (
        use_context(paths.context),
        # The lock first: a second daemon must not write to the log, the journal or the keys.
        single_instance(paths),
        logging_to(paths.log, debug=settings.debug, console=settings.console),
        _signal_pipe() as signals,
        Journal(paths.journal) as journal,
        zmq.Context[zmq.Socket[bytes]]() as context,
        closing(ZapAuthenticator(context, paths)) as authenticator,
    ):
        if journal.warning:
            _log.warning("%s", journal.warning)
        _serve(settings, ready, signals, journal, context, authenticator)


def _serve(
    settings: DaemonSettings,
    ready: Callable[[], None],
    signals: int,
    journal: Journal,
    context: zmq.Context[zmq.Socket[bytes]],
    authenticator: ZapAuthenticator,
) -> None:
    """Bind the port, start the supervisor, and run the broker."""
    paths, options = settings.paths, settings.options
    restart_policy = RestartPolicy()
    console = sys.stderr if settings.console else None
    router, endpoint = open_socket(context, authenticator, options.listen, exposed=options.exposed)
    with (
        closing(router),
        closing(ConnectionMonitor(router)) as connections,
        closing(WorkerLog(paths.worker_log, console)) as worker_log,
        closing(
            Supervisor(
                restart_policy,
                settings.worker,
                stderr=worker_log.stream,
                keep_alive=options.keep_alive,
            )
        ) as worker,
    ):
        identity = DaemonInfo(__version__, uuid.uuid4().hex, os.getpid(), endpoint, str(paths.log))
        handler = RequestHandler(
            identity,
            journal,
            worker,
            restart_policy,
            IdleTimeout(options.keep_alive),
            ServerPolicy(roots=options.roots, idle=options.idle),
            batch_held_reason=NleActivityMonitor().poll if options.polite else None,
            on_worker_crash=worker_log.report_crash,
        )
        # Saved only now: a start that failed must not change the options of later starts.
        save_options(paths, options)
        write_connection(paths, _connection_info(identity, authenticator))
        try:
            _log_start(identity, options)
            ready()
            Broker(router, authenticator, connections, handler, worker, signals).serve()
        except Exception:
            _log.exception("internal error; the daemon ends, and its jobs are kept")
            raise
        finally:
            try:
                _stop_worker(worker)
            finally:
                remove_connection(paths, identity.boot)
                _log.info("ended")


def _log_start(identity: DaemonInfo, options: DaemonOptions) -> None:
    extra = {"pid": identity.pid, "endpoint": identity.endpoint, "boot": identity.boot}
    _log.info("ready", extra=extra)
    # Without the roots: a log that is sent to others should not name the user's folders.
    if changed := options.model_dump(exclude_defaults=True, exclude={"roots"}):
        _log.info("non-default options", extra=changed)


def _stop_worker(worker: Supervisor) -> None:
    """Stop the worker and wait for its end; closing the supervisor kills it afterwards."""
    worker.stop()
    deadline = time.monotonic() + STOP_SECONDS
    while worker.pid is not None and time.monotonic() < deadline:
        time.sleep(0.02)
        worker.poll()


def _connection_info(identity: DaemonInfo, authenticator: ZapAuthenticator) -> ConnectionInfo:
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
    parsed, given = parse_arguments(arguments)
    if parsed.report:
        daemonize()
    faulthandler.enable()
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
        return _report_error(error, StartupReport(state="already-running"), parsed.report)
    except ShotlogError as error:
        startup = StartupReport(state="error", words=str(error))
        return _report_error(error, startup, parsed.report)
    return 0


def _report_error(error: ShotlogError, startup: StartupReport, to_client: bool) -> int:
    if to_client:
        report(startup)
    else:
        sys.stderr.write(f"shotlog: {make_visible(str(error))}\n")
    return 1
