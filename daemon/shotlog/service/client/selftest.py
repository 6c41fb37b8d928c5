"""Whether the daemon is of use: its worker tries itself, and somebody waits for how that goes."""

from __future__ import annotations

import time

from shotlog.schema import DaemonLost
from shotlog.service.client.client import Client
from shotlog.service.protocol import AnalysisOptions, StatusReport

PATIENCE = 120.0
"""Seconds for a worker to start, to load its libraries from a slow disk, and to try itself."""

_PAUSE = 0.1


def check(
    client: Client, asks: AnalysisOptions | None = None, timeout: float = PATIENCE
) -> StatusReport:
    """Has the worker try itself, and waits until it has.

    Args:
        client: Of the daemon.
        asks: The models that it is to try; None those of ``shotlog analyze`` by default.
        timeout: Seconds that it may take.

    Returns:
        The daemon's status afterwards, whose ``canary`` tells how it went.

    Raises:
        DaemonLost: it took longer.
    """
    began = time.monotonic()
    client.check(asks)
    while (passed := time.monotonic() - began) < timeout:
        report = client.status()
        # An older outcome is of before this began.
        if report.self_test is not None and report.self_test.age <= time.monotonic() - began:
            return report
        time.sleep(_PAUSE)
    raise DaemonLost(
        f"daemon {client.welcome.pid}",
        f"its worker did not try itself within {passed:.0f} s",
        "See what it does: shotlog daemon status; and: shotlog daemon logs --worker.",
    )
