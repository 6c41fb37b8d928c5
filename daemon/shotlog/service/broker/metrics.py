"""Status of the daemon in the text format of Prometheus."""

from __future__ import annotations

from shotlog.service.broker.counters import Counts
from shotlog.service.protocol import StatusReport


def render_metrics(status: StatusReport, counts: Counts) -> str:
    """Return the status in Prometheus' text format, version 0.0.4.

    Format: https://prometheus.io/docs/instrumenting/exposition_formats/.
    """
    # Imported on the first request: prometheus_client takes 70 ms, and the daemon is to start fast.
    from shotlog.service.broker.metric_families import render

    return render(status, counts)
