"""Views of the daemon and its jobs: tables, pages, a progress bar."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator

from rich.console import Console, RenderableType
from rich.filesize import decimal
from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from shotlog.cli.output.consoles import SafeLine, lines, progress_bar
from shotlog.cli.output.tables import property_table, titled_table
from shotlog.schema import spell_commands
from shotlog.service.client import SHORT_ID_LENGTH
from shotlog.service.protocol import (
    JobInfo,
    JobState,
    ProgressEvent,
    SelfTestResult,
    StatusReport,
    WorkerInfo,
)

_STYLES = {
    JobState.RUNNING: "cyan",
    JobState.DONE: "green",
    JobState.FAILED: "red",
    JobState.CANCELLED: "dim",
}


def status_table(status: StatusReport) -> Table:
    """Return the state of the daemon."""
    return property_table(f"Daemon {status.version}", _status_lines(status))


def job_table(jobs: Iterable[JobInfo]) -> Table:
    """Return the table of jobs."""
    table = titled_table("Jobs")
    for column, justify in (("job", "left"), ("state", "left"), ("clips", "right")):
        table.add_column(column, justify=justify, no_wrap=True)  # type: ignore[arg-type]
    for column in ("progress", "submitted", "name"):
        table.add_column(column)
    for info in jobs:
        table.add_row(
            SafeLine(info.job[:SHORT_ID_LENGTH], style="bold"),
            _state(info),
            str(info.clips),
            _progress(info),
            _ago(info.created),
            info.name,
        )
    return table


def job_page(info: JobInfo) -> Table:
    """Return all details of one job."""
    return property_table(info.name, _job_lines(info))


def show_watched(console: Console, events: Iterator[JobInfo | ProgressEvent]) -> JobInfo | None:
    """Show a job's progress as a bar until it ends; return its last state."""
    last: JobInfo | None = None
    with progress_bar(
        console,
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TimeRemainingColumn(elapsed_when_finished=True),
        TextColumn("{task.fields[far]}", markup=False),
    ) as bar:
        task = bar.add_task("…", total=None, far="")
        for event in events:
            if isinstance(event, JobInfo):
                last = event
            stage = event.stage or (last.state.value if last else "")
            # Without a known total the bar only pulses.
            known = event.stage is not None and event.total > 0
            bar.update(
                task,
                description=stage,
                completed=event.done if known else 0,
                total=event.total if known else None,
                far=f"{event.done:.0f}/{event.total:.0f} {event.unit}" if known else "",
            )
        if last is not None and last.state is JobState.DONE:
            bar.update(task, total=1, completed=1, far="")
    return last


def _status_lines(status: StatusReport) -> Iterator[tuple[str, RenderableType]]:
    yield "process", f"{status.pid}, up {_duration(status.uptime)}, at {status.endpoint}"
    yield "state", _health(status)
    eta = "" if status.eta is None else f", about {_duration(status.eta)} left"
    # The estimate is of no use while nothing waits or runs.
    yield "queue", f"{status.queued} waiting{eta if status.queued or status.running else ''}"
    if status.batch_held_reason is not None:
        yield "batch jobs", SafeLine(f"waiting: {status.batch_held_reason}", style="yellow")
    yield "running", status.running[:SHORT_ID_LENGTH] if status.running else "nothing"
    yield "since start", f"{status.finished} done, {status.failed} failed"
    yield "clients", str(status.clients)
    yield from _worker_lines(status.worker)
    if status.self_test is not None:
        yield "self-test", _selftest_line(status.self_test)
    path, trouble = status.journal
    yield "journal", lines(path, SafeLine(trouble, "red")) if trouble else path
    yield "log", status.log


def _worker_lines(worker: WorkerInfo) -> Iterator[tuple[str, RenderableType]]:
    memory = "" if worker.memory_bytes is None else f", {decimal(worker.memory_bytes)}"
    age = "" if worker.progress_age is None else f", last message {worker.progress_age:.0f} s ago"
    who = "" if worker.pid is None else f", process {worker.pid}{memory}{age}"
    yield "worker", f"{worker.state}{who}"
    yield "restarts", str(worker.restarts)
    yield "models", lines(*worker.models) if worker.models else "none loaded"
    if worker.failure is not None:
        yield (
            "not loaded",
            lines(SafeLine(worker.failure.message, "red"), worker.failure.hint),
        )
    for device in worker.devices:
        free = f"{decimal(device.free)} of {decimal(device.total)} free"
        yield "memory", f"{device.name}: {decimal(device.used)} ours, {free}"
    if worker.film.asked:
        held = worker.film.held / worker.film.asked
        yield "film", f"{_duration(worker.film.asked)} measured, {held:.0%} of it from the cache"


def _selftest_line(result: SelfTestResult) -> SafeLine:
    """Return the result of the worker's last self-test, and its age."""
    how = ("passed", "green") if result.ok else ("failed", "red")
    return SafeLine.assemble(how, f", {_duration(result.age)} ago: {result.words}")


def _health(status: StatusReport) -> SafeLine:
    if status.paused:
        return SafeLine(
            spell_commands("paused; resume with: shotlog daemon resume"), style="yellow"
        )
    if status.draining:
        return SafeLine("stops after its queued jobs", style="yellow")
    if not status.ready:
        return SafeLine("accepts no jobs", style="red")
    if not status.useful:
        return SafeLine("its worker finishes no jobs", style="red")
    return SafeLine("healthy", style="green")


def _job_lines(info: JobInfo) -> Iterator[tuple[str, RenderableType]]:
    yield "job", info.job
    yield "state", _state(info)
    if progress := _progress(info):
        yield "progress", progress
    lease = "" if info.durable else ", ends with its client"
    yield "priority", info.priority.value + lease
    yield "clips", str(info.clips)
    yield "attempts", str(info.attempts)
    yield "submitted", _ago(info.created)
    if info.ended is not None:
        yield "ended", f"{_ago(info.ended)}, after {_duration(info.ended - info.created)}"
    if info.failure is not None:
        yield "why", lines(SafeLine(info.failure.message, "red"), info.failure.hint)


def _state(info: JobInfo) -> SafeLine:
    return SafeLine(info.state.value, style=_STYLES.get(info.state, ""))


def _progress(info: JobInfo) -> str:
    if info.stage is None:
        return ""
    part = f" {info.done / info.total:.0%}" if info.total else ""
    return f"{info.stage}{part}"


def _ago(moment: float) -> str:
    return f"{_duration(time.time() - moment)} ago"


def _duration(seconds: float) -> str:
    """Return a rounded duration: ``40 s``, ``3 min``, ``5 h``, ``3 days``."""
    for unit, length, least in (("days", 86400, 2), ("h", 3600, 2), ("min", 60, 2)):
        if seconds >= least * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{max(0.0, seconds):.0f} s"
