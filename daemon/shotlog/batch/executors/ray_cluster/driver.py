"""The driver: the process that is connected to Ray.

It is apart from the command because Ray, where it cannot reach a head, prints for two minutes and
then ends the process that it is in; here that costs no summary, and there is a bound on the wait.
"""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from shotlog._version import __version__
from shotlog.batch.executors.ray_cluster.cluster import connected
from shotlog.batch.executors.ray_cluster.messages import (
    Connected,
    Connecting,
    DriverEnded,
    DriverRefused,
    RayJob,
)
from shotlog.batch.executors.ray_cluster.pool import Pool
from shotlog.schema import ExecutorUnusable, Model, ShotlogError

_speaking = threading.Lock()


def main(arguments: Sequence[str]) -> int:
    """Run a job: that of a file, or that of standard input, whose end then stops it.

    Returns:
        The exit status: 0 where all shards were run or the job was stopped, else 1.
    """
    stopped = threading.Event()
    try:
        job = _read_job(arguments, stopped)
        if job.shotlog != __version__:
            message = f"the cluster has Shotlog {__version__}, and the batch is of {job.shotlog}"
            hint = "Install the same version of Shotlog on all machines."
            raise ExecutorUnusable(job.address or "ray", message, hint)
        say(Connecting())
        with connected(job.address, job.settings):
            # As Ray stops a submitted job; ray.init has put a handler of its own here.
            signal.signal(signal.SIGTERM, lambda number, frame: stopped.set())
            say(Connected())
            Pool(job, say, stopped.is_set).run()
    except ShotlogError as error:
        say(DriverRefused(problem=error.problem))
        return 1
    say(DriverEnded())
    return 0


def say(message: Model) -> None:
    """Print a message as a line."""
    with _speaking:
        print(message.model_dump_json(), flush=True)  # noqa: T201 # it is what a driver is for


def _read_job(arguments: Sequence[str], stopped: threading.Event) -> RayJob:
    if not arguments:
        text = sys.stdin.readline()
        threading.Thread(target=_wait_for_end, args=(stopped,), daemon=True).start()
        return RayJob.model_validate_json(text)
    try:
        return RayJob.model_validate_json(Path(arguments[0]).read_bytes())
    except OSError as error:
        message = f"the cluster's head cannot read this file ({error.strerror})"
        hint = "Put the output folder on a share that all nodes have; map it: --map OLD=NEW."
        raise ExecutorUnusable(arguments[0], message, hint) from error


def _wait_for_end(stopped: threading.Event) -> None:
    sys.stdin.read()
    stopped.set()
