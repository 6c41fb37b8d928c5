"""Requests whose effect comes later, and the waits for it: models loaded, worker self-tested."""

from __future__ import annotations

import time
from collections.abc import Iterator

from shotlog.schema import DaemonLost, DaemonRefused
from shotlog.service.client.client import Client
from shotlog.service.protocol import MAX_BACKOFF, AnalysisOptions, StatusReport, to_exception

SELFTEST_SECONDS = 120.0
"""Time for a worker to start, to import its libraries from a slow disk, and to test itself."""

_LOAD_POLL_SECONDS = 0.2
_SELFTEST_POLL_SECONDS = 0.1

# A worker that crashed is restarted after MAX_BACKOFF at the latest. If there is none for longer,
# the request is lost: a restarted daemon does not know of it.
_LOST_AFTER_SECONDS = 2 * MAX_BACKOFF

_SUBJECT = "models"


def load_models(
    client: Client, options: AnalysisOptions, keep_alive: int | None = None
) -> Iterator[StatusReport]:
    """Load models, and yield the daemon's status until they are loaded.

    A running job is waited for, because the worker does one thing at a time. A caller that stops
    iterating does not stop the loading.

    Args:
        client: Client of the daemon.
        options: The models and the device.
        keep_alive: Seconds that they stay loaded; None takes the daemon's default, -1 means
            without limit.

    Yields:
        The daemon's status; the last one lists the models as loaded.

    Raises:
        DaemonRefused: They could not be loaded, the daemon does not compute now, or the request
            was lost in a restart.
        DaemonLost: The daemon went away and did not come back.
    """
    client.load(options, keep_alive)
    worker_seen_at = time.monotonic()
    while True:
        time.sleep(_LOAD_POLL_SECONDS)
        status = client.status()
        # The failure is of this request: the daemon clears an earlier one when it takes a new one.
        if status.worker.failure is not None:
            raise to_exception(status.worker.failure, _SUBJECT)
        _raise_if_blocked(status)
        yield status
        if status.worker.state == "idle":
            return
        if status.worker.state != "absent":
            worker_seen_at = time.monotonic()
        elif time.monotonic() - worker_seen_at > _LOST_AFTER_SECONDS:
            message = "they were not loaded: the daemon was restarted, or unloaded them"
            hint = "Load them again with: shotlog models load."
            raise DaemonRefused(_SUBJECT, message, hint, retryable=True)


def unload_models(client: Client) -> Iterator[StatusReport]:
    """Unload all models, and yield the daemon's status until their memory is free.

    Args:
        client: Client of the daemon.

    Yields:
        The daemon's status.

    Raises:
        DaemonLost: The daemon went away and did not come back.
    """
    # The worker process ends to give the memory back; a new one may start at once for a job.
    pid = client.status().worker.pid
    client.unload()
    while True:
        status = client.status()
        yield status
        if status.worker.pid is None or status.worker.pid != pid:
            return
        time.sleep(_LOAD_POLL_SECONDS)


def check_worker(
    client: Client, options: AnalysisOptions | None = None, timeout: float = SELFTEST_SECONDS
) -> StatusReport:
    """Run the worker's self-test, and wait for its result.

    Args:
        client: Client of the daemon.
        options: The models to test; None takes the defaults of ``shotlog analyze``.
        timeout: Seconds to wait at most.

    Returns:
        The daemon's status afterwards; its ``canary`` is the result.

    Raises:
        DaemonLost: It took longer.
    """
    began = time.monotonic()
    client.check(options)
    while (elapsed := time.monotonic() - began) < timeout:
        status = client.status()
        # A result that is older than this request belongs to an earlier test.
        if status.self_test is not None and status.self_test.age <= time.monotonic() - began:
            return status
        time.sleep(_SELFTEST_POLL_SECONDS)
    raise DaemonLost(
        f"daemon {client.welcome.pid}",
        f"its worker did not finish the self-test within {elapsed:.0f} s",
        "See what it does: shotlog daemon status; and: shotlog daemon logs --worker.",
    )


def _raise_if_blocked(status: StatusReport) -> None:
    if status.paused:
        raise DaemonRefused(
            _SUBJECT,
            "the daemon is paused, and loads them when it is resumed",
            "Resume it with: shotlog daemon resume.",
            retryable=True,
        )
    if status.worker.state == "broken":
        raise DaemonRefused(
            _SUBJECT,
            "the worker process crashed too often and is not restarted",
            "See why with: shotlog daemon logs; then try again with: shotlog daemon resume.",
            retryable=True,
        )
