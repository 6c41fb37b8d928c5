"""Metric families of Prometheus, made from the status of the daemon.

All figures are counted elsewhere, so nothing is registered globally: a registry is made for each
request, and the library only formats it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from shotlog.service.broker.counters import Counts
from shotlog.service.protocol import StatusReport, WorkerInfo


def render(status: StatusReport, counts: Counts) -> str:
    """Return all metrics as text."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_StatusCollector(status, counts))
    return generate_latest(registry).decode()


@dataclass(frozen=True, eq=False)
class _StatusCollector:
    """Collector of one status, as the registry calls it."""

    status: StatusReport
    counts: Counts

    def collect(self) -> Iterator[Metric]:
        """Yield all metric families."""
        yield from _daemon_families(self.status)
        yield from _worker_families(self.status.worker)
        counts = self.counts
        yield _counter(
            "progress_dropped", "Progress events replaced by a later one.", counts.dropped
        )
        yield _counter("lagged", "Notices to clients that they read too slowly.", counts.lagged)
        yield _counters("requests", "Requests.", "verb", counts.requests)
        yield _counters("refused", "Refused requests.", "code", counts.refused)


def _daemon_families(status: StatusReport) -> Iterator[Metric]:
    yield _gauge("uptime_seconds", "Time since the start.", status.uptime)
    yield _gauge("alive", "The daemon answered.", status.alive)
    yield _gauge("ready", "The daemon accepts jobs.", status.ready)
    yield _gauge("useful", "The worker completes its work.", status.useful)
    yield _gauge("paused", "All jobs are paused.", status.paused)
    yield _gauge("batch_held", "Batch jobs are held.", status.batch_held_reason is not None)
    yield _gauge("clients", "Connected clients.", status.clients)
    yield _gauge("jobs_queued", "Waiting jobs.", status.queued)
    yield _gauge("jobs_running", "1 if a job is running.", status.running is not None)
    ended = {"done": status.finished, "failed": status.failed}
    yield _counters("jobs_ended", "Jobs that have ended.", "state", ended)
    if status.eta is not None:
        yield _gauge("queue_seconds", "Estimated time until the queue is empty.", status.eta)
    if status.self_test is not None:
        yield _gauge("canary", "The last self-test passed.", status.self_test.ok)
        yield _gauge("canary_age_seconds", "Time since the last self-test.", status.self_test.age)


def _worker_families(worker: WorkerInfo) -> Iterator[Metric]:
    yield _counter("worker_restarts", "Crashes of the worker.", worker.restarts)
    yield _gauge("models_loaded", "Loaded models.", len(worker.models))
    words = "The last loading of models failed."
    yield _gauge("models_failed", words, worker.failure is not None)
    yield _counter(
        "film_asked_seconds", "Seconds of film requested, per measure.", worker.film.asked
    )
    yield _counter("film_held_seconds", "Of these, read from the cache.", worker.film.held)
    if worker.memory_bytes is not None:
        yield _gauge("worker_memory_bytes", "Main memory of the worker.", worker.memory_bytes)
    if worker.progress_age is not None:
        words = "Time since the last progress of the worker."
        yield _gauge("worker_progress_age_seconds", words, worker.progress_age)
    for kind, words in (("used", "the worker uses"), ("free", "is free"), ("total", "it has")):
        family = GaugeMetricFamily(
            f"shotlog_device_{kind}_bytes", f"Device memory that {words}.", labels=["device"]
        )
        for device in worker.devices:
            family.add_metric([device.name], getattr(device, kind))
        yield family


def _gauge(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(f"shotlog_{name}", words, value)


def _counter(name: str, words: str, value: float) -> Metric:
    return CounterMetricFamily(f"shotlog_{name}", words, value)


def _counters(name: str, words: str, label: str, values: Mapping[str, int]) -> Metric:
    family = CounterMetricFamily(f"shotlog_{name}", words, labels=[label])
    for key, value in sorted(values.items()):
        family.add_metric([key], value)
    return family
