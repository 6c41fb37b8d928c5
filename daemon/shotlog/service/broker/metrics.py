"""The status as Prometheus reads it.

Format: https://prometheus.io/docs/instrumenting/exposition_formats/, text version 0.0.4. Every
figure is kept elsewhere, so nothing is registered for good: the library only writes them down.
Imported when somebody asks, as the library takes 70 ms and a daemon is to start at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from shotlog.service.broker.counters import Counts
from shotlog.service.protocol import StatusReport, WorkerInfo


def exposition(status: StatusReport, counts: Counts) -> str:
    """All of it as text, a line for each figure."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Figures(status, counts))
    return generate_latest(registry).decode()


@dataclass(frozen=True, eq=False)
class _Figures:
    status: StatusReport
    counts: Counts

    def collect(self) -> Iterator[Metric]:
        """Called by the registry."""
        yield from _of_daemon(self.status)
        yield from _of_worker(self.status.worker)
        counts = self.counts
        yield _counter("progress_dropped", "Events overtaken by a later one.", counts.dropped)
        yield _counter("lagged", "Clients told that they read too slowly.", counts.lagged)
        yield _counters("requests", "Requests.", "verb", counts.requests)
        yield _counters("refused", "Requests not followed.", "code", counts.refused)


def _of_daemon(status: StatusReport) -> Iterator[Metric]:
    yield _gauge("uptime_seconds", "Since the start.", status.uptime)
    yield _gauge("alive", "The daemon answered.", status.alive)
    yield _gauge("ready", "It takes jobs.", status.ready)
    yield _gauge("useful", "Its worker gets something done.", status.useful)
    yield _gauge("paused", "All work is held.", status.paused)
    yield _gauge("batch_held", "Batch jobs are held.", status.batch_held_reason is not None)
    yield _gauge("clients", "Clients that said hello.", status.clients)
    yield _gauge("jobs_queued", "Jobs that wait.", status.queued)
    yield _gauge("jobs_running", "Whether a job runs.", status.running is not None)
    ended = {"done": status.finished, "failed": status.failed}
    yield _counters("jobs_ended", "Jobs that came to an end.", "state", ended)
    if status.eta is not None:
        yield _gauge("queue_seconds", "Until the queue is empty, about.", status.eta)
    if status.self_test is not None:
        yield _gauge("canary", "The worker did well when it tried itself.", status.self_test.ok)
        yield _gauge("canary_age_seconds", "Since it tried itself.", status.self_test.age)


def _of_worker(worker: WorkerInfo) -> Iterator[Metric]:
    yield _counter("worker_restarts", "Workers that died.", worker.restarts)
    yield _gauge("models_loaded", "Models that the worker holds.", len(worker.models))
    words = "Models could not be loaded when that was last tried."
    yield _gauge("models_failed", words, worker.failure is not None)
    yield _counter("film_asked_seconds", "Film asked about, by measure.", worker.film.asked)
    yield _counter("film_held_seconds", "Of it, answered by the cache.", worker.film.held)
    if worker.memory_bytes is not None:
        yield _gauge("worker_memory_bytes", "Main memory of the worker.", worker.memory_bytes)
    if worker.progress_age is not None:
        words = "Since the worker last told of progress."
        yield _gauge("worker_progress_age_seconds", words, worker.progress_age)
    for what, words in (("used", "the worker holds"), ("free", "is free"), ("total", "there is")):
        family = GaugeMetricFamily(
            f"shotlog_device_{what}_bytes", f"Memory of a device that {words}.", labels=["device"]
        )
        for device in worker.devices:
            family.add_metric([device.name], getattr(device, what))
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
