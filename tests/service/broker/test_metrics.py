"""Prometheus reads the figures of the status."""

from __future__ import annotations

from collections import Counter

from prometheus_client.parser import text_string_to_metric_families

from shotlog.service.broker import Counts, render_metrics
from shotlog.service.protocol import CacheStats, DeviceMemory, StatusReport
from tests.service.messages_of_all_kinds import replies

REPORT = next(reply for reply in replies() if isinstance(reply, StatusReport))


def figures(status: StatusReport, counts: Counts | None = None) -> dict[tuple[str, ...], float]:
    """Return every figure by its name and the values of its labels."""
    text = render_metrics(status, counts or Counts())
    return {
        (sample.name.removeprefix("shotlog_"), *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_metrics_contain_the_figures_of_the_status() -> None:
    values = figures(REPORT)

    assert values["jobs_queued",] == REPORT.queued
    assert values["jobs_ended_total", "done"] == REPORT.finished
    assert values["queue_seconds",] == REPORT.eta
    assert values["canary",] == values["batch_held",] == values["models_failed",] == 1
    assert values["film_asked_seconds_total",] == 120.5
    assert values["film_held_seconds_total",] == 30.25
    assert values["device_free_bytes", "cuda:0 NVIDIA H100"] == 70 << 30


def test_unknown_figures_are_left_out() -> None:
    worker = REPORT.worker.model_copy(
        update={"devices": (), "memory_bytes": None, "progress_age": None, "film": CacheStats()}
    )
    values = figures(REPORT.model_copy(update={"worker": worker, "eta": None, "self_test": None}))

    names = {name for name, *_ in values}
    assert not names & {"canary", "queue_seconds", "device_free_bytes", "worker_memory_bytes"}
    assert values["film_asked_seconds_total",] == 0


def test_device_names_are_escaped() -> None:
    odd = 'Radeon "Pro"\\n W7900\nline'
    device = DeviceMemory(name=odd, used=1, free=2, total=3)
    worker = REPORT.worker.model_copy(update={"devices": (device,)})

    assert figures(REPORT.model_copy(update={"worker": worker}))["device_total_bytes", odd] == 3


def test_requests_are_counted_by_verb() -> None:
    counts = Counts(requests=Counter(ping=3, submit=1), refused=Counter(busy=1), lagged=2)

    values = figures(REPORT, counts)

    assert (values["requests_total", "ping"], values["refused_total", "busy"]) == (3, 1)
    assert values["lagged_total",] == 2
