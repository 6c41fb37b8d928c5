"""The process that computes: takes orders from its pipe, one after the other, and ends with it.

``python -m shotlog.service.worker``: orders come on stdin, words go to stdout (see ``work.py``).
A thread reads the orders, so that the end of the broker ends this process at once, and a wish to
have a job back is heard, whatever is being computed.
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
    COMMAND_ADAPTER,
    Event,
    LoadModels,
    PipeBroken,
    Preempt,
    RunJobs,
    RunSelfTest,
    WorkerReady,
    receive,
    send,
)
from shotlog.service.protocol import AnalysisOptions
from shotlog.service.runtime import claim_stdio

if TYPE_CHECKING:
    from shotlog.engine import Voices

NICENESS = 5
"""So much lower than the broker's is the worker's priority: the editor's programs go first."""


class Orders:
    """What the broker wants, read in a thread of its own; its end ends the process.

    Args:
        stream: The worker's end of the pipe.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._waiting: queue.SimpleQueue[RunJobs | LoadModels | RunSelfTest] = queue.SimpleQueue()
        self._wanted_back = False
        threading.Thread(target=self._read, name="orders", daemon=True).start()

    def next(self, timeout: float | None = None) -> RunJobs | LoadModels | RunSelfTest | None:
        """Waits for something to do; None where there was nothing for so many seconds."""
        try:
            return self._waiting.get(timeout=timeout)
        except queue.Empty:
            return None

    def wanted_back(self) -> bool:
        """Whether what runs is to be left."""
        return self._wanted_back

    def _read(self) -> None:
        try:
            while (order := receive(self._stream, COMMAND_ADAPTER)) is not None:
                if isinstance(order, Preempt):
                    self._wanted_back = True
                    continue
                if isinstance(order, RunJobs):
                    self._wanted_back = False  # what was said of an earlier run is over
                self._waiting.put(order)
        except (PipeBroken, OSError):
            pass  # a broker that is cut off, or speaks another language, is none
        finally:
            os._exit(0)  # no farewell: evidence is safe, and whatever computes must not go on


class Words:
    """Tells the broker; where it is gone, so is this process. For one thread."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def say(self, word: Event) -> None:
        """Sends a word."""
        try:
            send(self._stream, word)
        except OSError:
            os._exit(0)


def main(voices: Callable[[AnalysisOptions], Voices] | None = None) -> Never:
    """Serves until the broker is gone.

    Args:
        voices: Finds who is asked; None takes what is installed.
    """
    hear, words = claim_stdio()
    orders = os.fdopen(hear, "rb")
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal is the broker's to answer
    faulthandler.enable()
    _log_to_stderr()
    _give_way()
    asked, said = Orders(orders), Words(words)
    # After the pipe is safe: libraries may print while they are imported, and take their time.
    from shotlog.service.worker.job_runner import JobRunner

    runner = JobRunner(said.say, asked.wanted_back, voices)
    said.say(WorkerReady())
    while True:
        match asked.next(runner.expire()):
            case RunJobs(specs=specs, default_keep_alive=stay):
                runner.run(specs, stay)
            case LoadModels(asks=asks, keep_alive=keep_alive, default_keep_alive=stay):
                runner.load(asks, keep_alive, stay)
            case RunSelfTest(asks=asks):
                runner.check(asks)


def _log_to_stderr() -> None:
    """A line for each thing that is told, with its time in UTC; tracebacks follow theirs."""
    form = logging.Formatter("%(asctime)s.%(msecs)03dZ %(levelname)s %(name)s: %(message)s")
    form.converter, form.datefmt = time.gmtime, "%Y-%m-%dT%H:%M:%S"
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(form)
    logging.getLogger().addHandler(handler)
    logging.getLogger("shotlog").setLevel(logging.INFO)


def _give_way() -> None:
    """Lowers this process' priority; on Windows it was started with a lower one."""
    if sys.platform != "win32":
        os.nice(NICENESS)
