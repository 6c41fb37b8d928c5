"""Jobs for real worker processes, and functions that wait for their events."""

from __future__ import annotations

import os
import select
import sys
import time
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

from shotlog.engine import AnalyzerSelection, Cache, EngineOptions, analyze
from shotlog.engine import select_analyzers as voices_of
from shotlog.schema import ClipRange, Edit, MediaReference, TimeMap, TimeRange
from shotlog.service.ipc import WorkerEvent
from shotlog.service.protocol import AnalysisOptions, Submit
from shotlog.service.supervision import Supervisor
from shotlog.service.tasks import Analyze
from tests.service import odd_worker
from tests.support import FILM_FRAMES, FILM_RATE
from tests.waiting import PATIENCE_S

RATE = FILM_RATE
COUNT = FILM_FRAMES
WINDOWS = COUNT // 5
JOB, OTHER = "a" * 32, "b" * 32
BUILTIN = AnalysisOptions(models="builtin")


def edit_of(film: Path, *, warnings: tuple[str, ...] = ()) -> Edit:
    """Return an edit that has a whole film."""
    whole = TimeRange(start=Fraction(0), duration=COUNT / RATE)
    clip = ClipRange(
        id="V1/0", name="A", media=MediaReference(path=str(film), start=Fraction(0)),
        source=whole, timeline=whole,
        time_map=TimeMap(timeline_start=Fraction(0), source_start=Fraction(0), speed=Fraction(1)),
    )  # fmt: skip
    return Edit(name="cut", rate=RATE, duration=whole.duration, clips=(clip,), warnings=warnings)


def job_of(film: Path, job: str = JOB, asks: AnalysisOptions = BUILTIN) -> Submit:
    """Return a job for a whole film."""
    return Submit(job=job, name="cut", task=Analyze(edit=edit_of(film), asks=asks))


def run(supervisor: Supervisor, *specs: Submit) -> bool:
    """Run jobs together."""
    return supervisor.run({spec.job: spec.model_dump_json() for spec in specs})


def in_process(edit: Edit, asks: AnalysisOptions | None = None) -> str:
    """Return the log as ``shotlog analyze`` makes it in process; None uses the test's analyzer."""
    asked: AnalyzerSelection = odd_worker.voices() if asks is None else voices_of(
        asks.models, asks.names, asks.device, asks.precision
    )  # fmt: skip
    with Cache(None) as cache:
        log = analyze(edit, asked.analyzers, cache, options=EngineOptions())
    return log.model_copy(update={"warnings": asked.warnings + log.warnings}).model_dump_json()


def odd_command(oddity: str, window: int, looks: Path) -> Sequence[str]:
    """Return the command of a worker with a fault."""
    looks.touch()
    return (sys.executable, odd_worker.__file__, oddity, str(window), str(looks))


def hear_until(
    supervisor: Supervisor, until: Callable[[WorkerEvent], bool], patience: float = PATIENCE_S
) -> list[WorkerEvent]:
    """Return all events up to the first that satisfies ``until``, which is included."""
    heard: list[WorkerEvent] = []
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        select.select([supervisor], [], [], 0.1)
        for event in supervisor.poll():
            heard.append(event)
            if until(event):
                return heard
    raise TimeoutError(f"it never happened; only {[e.type for e in heard]}")


def hear(supervisor: Supervisor, kind: str) -> WorkerEvent:
    """Wait for an event of a type, and return it."""
    return hear_until(supervisor, lambda event: event.type == kind)[-1]


def is_alive(pid: int) -> bool:
    """Return true where a process exists and is not a zombie."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def is_zombie_of_ours(pid: int) -> bool:
    """Return true where a child of this process has ended and was not reaped."""
    try:
        found, _ = os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return False
    return found == pid
