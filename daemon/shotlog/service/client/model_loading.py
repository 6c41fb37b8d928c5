"""Has models loaded or let go of, and waits until that has happened."""

from __future__ import annotations

import time
from collections.abc import Iterator

from shotlog.schema import DaemonRefused
from shotlog.service.client.client import Client
from shotlog.service.protocol import MAX_BACKOFF, AnalysisOptions, StatusReport, to_exception

PAUSE = 0.2
"""Seconds between two looks."""

ABSENT_SECONDS = 2 * MAX_BACKOFF
"""Whoever wants models, and sees no process that computes for so long, waits for nothing: one that
died is started again sooner. A daemon that was started anew does not know what was wished for."""

_SUBJECT = "models"


def load(
    client: Client, asks: AnalysisOptions, keep_alive: int | None = None
) -> Iterator[StatusReport]:
    """Has models loaded; gives how the daemon is until they are, the last one holding them.

    A job that runs is waited for, as the worker does one thing at a time. Whoever stops waiting
    does not stop the loading.

    Args:
        client: Of the daemon.
        asks: Which models, and where.
        keep_alive: Seconds that they stay loaded; None the daemon's own rule, -1 for ever.

    Raises:
        DaemonRefused: they could not be loaded, nothing is computed now, or the wish got lost.
        DaemonLost: the daemon went away and did not come back.
    """
    client.load(asks, keep_alive)
    seen_at = time.monotonic()
    while True:
        time.sleep(PAUSE)
        now = client.status()
        if now.worker.failure is not None:  # of this loading: an earlier one's is forgotten
            raise to_exception(now.worker.failure, _SUBJECT)
        _refuse_to_wait(now)
        yield now
        if now.worker.state == "idle":
            return
        if now.worker.state != "absent":
            seen_at = time.monotonic()
        elif time.monotonic() - seen_at > ABSENT_SECONDS:
            told = "they were not loaded; the daemon was started anew, or let go of them"
            hint = "Load them again with: shotlog models load."
            raise DaemonRefused(_SUBJECT, told, hint, retryable=True)


def unload(client: Client) -> Iterator[StatusReport]:
    """Has the models' memory given back; gives how the daemon is until it is.

    Raises:
        DaemonLost: the daemon went away and did not come back.
    """
    held_by = client.status().worker.pid
    client.unload()
    while True:
        now = client.status()
        yield now
        if now.worker.pid is None or now.worker.pid != held_by:  # another has begun with a job
            return
        time.sleep(PAUSE)


def _refuse_to_wait(now: StatusReport) -> None:
    if now.paused:
        told = "the daemon is paused, and loads them when it goes on"
        raise DaemonRefused(_SUBJECT, told, "Go on with: shotlog daemon resume.", retryable=True)
    if now.worker.state == "broken":
        raise DaemonRefused(
            _SUBJECT,
            "the process that computes died too often and is not started again",
            "See why with: shotlog daemon logs; then try again with: shotlog daemon resume.",
            retryable=True,
        )
