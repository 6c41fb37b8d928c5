"""Counters as Prometheus text.

Format: https://prometheus.io/docs/instrumenting/exposition_formats/, text version 0.0.4. Written
by hand, as a registry of global collectors would be more than the twenty lines that it replaces.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from shotlog.service.messages import StatusReport


@dataclass
class Counts:
    """What happened since the start.

    Attributes:
        requests: By verb.
        refused: By error code.
        dropped: Progress events that were overtaken by a later one.
        lagged: Times that a client was told that it reads too slowly.
    """

    requests: dict[str, int] = field(default_factory=dict)
    refused: dict[str, int] = field(default_factory=dict)
    dropped: int = 0
    lagged: int = 0


def exposition(status: StatusReport, counts: Counts) -> str:
    """All of it as text, a line for each figure."""
    return "".join(f"{line}\n" for line in _lines(status, counts))


def _lines(status: StatusReport, counts: Counts) -> Iterator[str]:
    worker = status.worker
    yield from _metric("uptime_seconds", "gauge", "Since the start.", status.uptime)
    yield from _metric("alive", "gauge", "The daemon answered.", status.alive)
    yield from _metric("ready", "gauge", "It takes jobs.", status.ready)
    yield from _metric("useful", "gauge", "Its worker gets something done.", status.useful)
    yield from _metric("paused", "gauge", "Work is held.", status.paused)
    yield from _metric("clients", "gauge", "Clients that said hello.", status.clients)
    yield from _metric("jobs_queued", "gauge", "Jobs that wait.", status.queued)
    yield from _metric("jobs_running", "gauge", "Jobs that run.", status.running is not None)
    ended = {"done": status.finished, "failed": status.failed}
    yield from _family("jobs_ended_total", "Jobs that came to an end.", "state", ended)
    yield from _metric("worker_restarts_total", "counter", "Workers that died.", worker.restarts)
    if worker.memory_bytes is not None:
        words = "Main memory of the worker."
        yield from _metric("worker_memory_bytes", "gauge", words, worker.memory_bytes)
    if worker.progress_age is not None:
        words = "Since the worker last told of progress."
        yield from _metric("worker_progress_age_seconds", "gauge", words, worker.progress_age)
    yield from _metric("progress_dropped_total", "counter", "Events overtaken.", counts.dropped)
    yield from _metric("lagged_total", "counter", "Clients that read too slowly.", counts.lagged)
    yield from _family("requests_total", "Requests.", "verb", counts.requests)
    yield from _family("refused_total", "Requests not followed.", "code", counts.refused)


def _metric(name: str, kind: str, words: str, value: float) -> Iterator[str]:
    yield f"# HELP shotlog_{name} {words}"
    yield f"# TYPE shotlog_{name} {kind}"
    yield f"shotlog_{name} {float(value)!r}"


def _family(name: str, words: str, label: str, values: Mapping[str, int]) -> Iterator[str]:
    """Counters that differ in one label, whose values are our own names and need no escaping."""
    yield f"# HELP shotlog_{name} {words}"
    yield f"# TYPE shotlog_{name} counter"
    for key, value in sorted(values.items()):
        yield f'shotlog_{name}{{{label}="{key}"}} {value}'
