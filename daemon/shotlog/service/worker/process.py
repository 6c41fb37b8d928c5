"""The worker process: executes the broker's commands in order, and ends with its pipe.

``python -m shotlog.service.worker``: commands come on stdin, events go to stdout
(:mod:`shotlog.service.ipc`). A thread of its own reads the commands, so that the end of the broker
and a request to preempt are noticed during a computation.
"""

from __future__ import annotations

import faulthandler
import logging
import os
import queue
import signal
import sys
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, BinaryIO, Never

from shotlog.service.ipc import (
    ORDERS,
    CheckSelf,
    Event,
    LoadModels,
    PipeBroken,
    Preempt,
    Ready,
    Run,
    receive,
    send,
)
from shotlog.service.protocol import AnalysisOptions
from shotlog.service.runtime import claim

if TYPE_CHECKING:
    from shotlog.engine import AnalyzerSelection

NICENESS = 5
"""Increment of the worker's nice value, so that the editing program's processes come first."""


class CommandReader:
    """Reads the broker's commands in a thread; ends the process when the pipe closes.

    Args:
        stream: The worker's end of the pipe.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._commands: queue.SimpleQueue[Run | LoadModels | CheckSelf] = queue.SimpleQueue()
        self._preempt_requested = False
        threading.Thread(target=self._read, name="commands", daemon=True).start()

    def next(self, timeout: float | None = None) -> Run | LoadModels | CheckSelf | None:
        """Return the next command, or None after ``timeout`` seconds without one."""
        try:
            return self._commands.get(timeout=timeout)
        except queue.Empty:
            return None

    def preempt_requested(self) -> bool:
        """Return True if the running jobs are to be preempted."""
        return self._preempt_requested

    def _read(self) -> None:
        try:
            while (command := receive(self._stream, ORDERS)) is not None:
                if isinstance(command, Preempt):
                    self._preempt_requested = True
                    continue
                if isinstance(command, Run):
                    self._preempt_requested = False  # an earlier request was for an earlier run
                self._commands.put(command)
        except (PipeBroken, OSError):
            pass  # the broker is gone, or is of another version
        finally:
            # At once, without clean-up: results are in the cache, and a computation that continued
            # would hold the device's memory while no process controls it.
            os._exit(0)


class EventWriter:
    """Sends events to the broker; ends the process when the pipe closes. For one thread.

    Args:
        stream: The worker's end of the pipe.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def send(self, event: Event) -> None:
        """Send an event."""
        try:
            send(self._stream, event)
        except OSError:
            os._exit(0)


def main(select: Callable[[AnalysisOptions], AnalyzerSelection] | None = None) -> Never:
    """Execute commands until the broker is gone.

    Args:
        select: Selects the analyzers for options; None selects from those that are installed.
    """
    input_fd, output = claim()
    commands = os.fdopen(input_fd, "rb")
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # on Ctrl-C in a terminal the broker ends us
    faulthandler.enable()
    _log_to_stderr()
    _lower_priority()
    reader, writer = CommandReader(commands), EventWriter(output)
    # Imported after the pipe is claimed: libraries may print during their import, and it takes
    # seconds, during which the end of the broker must be noticed.
    from shotlog.service.worker.job_runner import JobRunner

    runner = JobRunner(writer.send, reader.preempt_requested, select)
    writer.send(Ready())
    while True:
        match reader.next(runner.expire()):
            case Run(specs=specs, stay=default_keep_alive):
                runner.run(specs, default_keep_alive)
            case LoadModels(asks=options, keep_alive=keep_alive, stay=default_keep_alive):
                runner.load(options, keep_alive, default_keep_alive)
            case CheckSelf(asks=options):
                runner.check(options)


def _log_to_stderr() -> None:
    """Log to standard error, a line per record with its time in UTC, then its traceback."""
    form = logging.Formatter("%(asctime)s.%(msecs)03dZ %(levelname)s %(name)s: %(message)s")
    form.converter, form.datefmt = time.gmtime, "%Y-%m-%dT%H:%M:%S"
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(form)
    logging.getLogger().addHandler(handler)
    logging.getLogger("shotlog").setLevel(logging.INFO)


def _lower_priority() -> None:
    # On Windows the supervisor starts the process with a lower priority class.
    if sys.platform != "win32":
        os.nice(NICENESS)
