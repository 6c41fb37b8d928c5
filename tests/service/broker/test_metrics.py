"""Prometheus reads what the status says."""

from __future__ import annotations

from collections import Counter

from prometheus_client.parser import text_string_to_metric_families

from shotlog.service.broker import Counts, exposition
from shotlog.service.protocol import CacheStats, DeviceMemory, StatusReport
from tests.service.messages_of_all_kinds import replies

REPORT = next(reply for reply in replies() if isinstance(reply, StatusReport))


def figures(status: StatusReport, counts: Counts | None = None) -> dict[tuple[str, ...], float]:
    """Every figure, by its name and the values of its labels."""
    text = exposition(status, counts or Counts())
    return {
        (sample.name.removeprefix("shotlog_"), *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_all_that_counts_in_a_status_is_told() -> None:
    told = figures(REPORT)

    assert told["jobs_queued",] == REPORT.queued
    assert told["jobs_ended_total", "done"] == REPORT.finished
    assert told["queue_seconds",] == REPORT.eta
    assert told["canary",] == told["batch_held",] == told["models_failed",] == 1
    assert told["film_asked_seconds_total",] == 120.5
    assert told["film_held_seconds_total",] == 30.25
    assert told["device_free_bytes", "cuda:0 NVIDIA H100"] == 70 << 30


def test_what_is_not_known_is_left_out() -> None:
    worker = REPORT.worker.model_copy(
        update={"devices": (), "memory_bytes": None, "progress_age": None, "film": CacheStats()}
    )
    told = figures(REPORT.model_copy(update={"worker": worker, "eta": None, "self_test": None}))

    names = {name for name, *_ in told}
    assert not names & {"canary", "queue_seconds", "device_free_bytes", "worker_memory_bytes"}
    assert told["film_asked_seconds_total",] == 0


def test_a_device_may_be_called_anything() -> None:
    odd = 'Radeon "Pro"\\n W7900\nline'
    device = DeviceMemory(name=odd, used=1, free=2, total=3)
    worker = REPORT.worker.model_copy(update={"devices": (device,)})

    assert figures(REPORT.model_copy(update={"worker": worker}))["device_total_bytes", odd] == 3


def test_requests_are_counted_by_verb() -> None:
    counts = Counts(requests=Counter(ping=3, submit=1), refused=Counter(busy=1), lagged=2)

    told = figures(REPORT, counts)

    assert (told["requests_total", "ping"], told["refused_total", "busy"]) == (3, 1)
    assert told["lagged_total",] == 2
