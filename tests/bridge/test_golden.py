"""The lines of version 1 of the bridge stay as they are: fields, their order, and values.

``golden/v1.jsonl`` is a recorded conversation: ``>`` is a line of the caller, ``<`` one of the
bridge. A line may gain a field and is recorded anew then; nothing else of it changes. The words of
errors are for people and may change, so they are not compared; the lists of models and settings are
left out, because they grow, and reports, because they are written to a folder of the test.
"""

from __future__ import annotations

import io
import json
import os
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Any, cast, get_args

import pytest

from docs.pages.models import kind_of
from shotlog.bridge import CAPABILITIES, Bridge, Event, Reply, write_reply
from shotlog.schema import DaemonLost, DaemonRefused, Family, Log, Problem
from shotlog.service.client import Client
from shotlog.service.protocol import (
    CacheStats,
    DeviceMemory,
    ErrorCode,
    JobInfo,
    JobList,
    JobState,
    Priority,
    ProgressEvent,
    StatusReport,
    WorkerInfo,
    make_failure,
)
from tests.otio.marking import clip_range, edit_of, finding, shot_of, span

GOLDEN = Path(__file__).parent / "golden" / "v1.jsonl"
JOB, BROKEN, GONE = "5a" * 16, "6b" * 16, "7c" * 16
CLIP = clip_range(0, 0, 4)


def info(job: str = JOB, state: JobState = JobState.QUEUED, **fields: Any) -> JobInfo:
    return JobInfo(
        job=job, name="Reel é", state=state, priority=Priority.INTERACTIVE, durable=False, clips=2,
        created=1700000000.25, **fields,
    )  # fmt: skip


def log() -> Log:
    found = (
        finding(Family.SIZE, "MS", CLIP.timeline),
        finding(Family.MOVE, "static", span(0, 3), score=0.9),
        finding(Family.MOVE, "zoom_in", span(3, 4), score=0.7),
    )
    light = finding(
        Family.HIGHLIGHT, "HL 1", span(0, 2), scores={"score": 92.0}, score=0.8, reasons=("a face",)
    )
    problem = Problem(
        code="media-missing", message="no file", subject="B", hint="Relink it.", clip=CLIP.id
    )
    return Log(
        edit=edit_of(CLIP), shots=(shot_of(CLIP, *found),), highlights=(light,),
        problems=(problem,), warnings=("assumed",),
    )  # fmt: skip


class RecordedDaemon:
    """A client whose daemon says the same in every run."""

    reconnects = 0

    def submit(self, *_: Any, **fields: Any) -> JobInfo:
        return info(fields["job"])

    def attach(self, job: str) -> JobInfo:
        if job == GONE:
            raise DaemonRefused(
                f"job {job}", "not known", "Look again.", reason="unknown-job", retryable=False
            )
        return info(job, JobState.RUNNING, attempts=2, stage="Pictures", done=1, total=2, unit="s")

    def cancel(self, job: str) -> JobInfo:
        return info(job, JobState.CANCELLING, stage="Pictures", done=1, total=2, unit="s of film")

    def poll_events(self, job: str, _: float) -> Generator[JobInfo | ProgressEvent | None]:
        broken = make_failure(ErrorCode.WORKER_LOST, "it died")
        told: Sequence[JobInfo | ProgressEvent] = {
            JOB: (
                info(JOB, JobState.RUNNING, attempts=1),
                ProgressEvent(job=JOB, stage="Pictures", done=0.5, total=2, unit="s of film"),
                info(JOB, JobState.DONE, ended=1700000009.5),
            ),
            BROKEN: (info(BROKEN, JobState.FAILED, ended=1700000009.5, failure=broken),),
        }.get(job, (info(job, JobState.CANCELLED),))
        yield from told

    def job_list(self) -> JobList:
        broken = make_failure(ErrorCode.MODEL, "damaged")
        ended = info(BROKEN, JobState.FAILED, attempts=2, ended=1700000009.5, failure=broken)
        return JobList(jobs=(info(stage="Sound", done=1, total=2, unit="s"), ended), older=3)

    def status(self) -> StatusReport:
        worker = WorkerInfo(
            state="busy", pid=12, models=("size on cuda:0 in bf16",), memory_bytes=5,
            progress_age=0.5, restarts=1, failure=make_failure(ErrorCode.MODEL, "damaged"),
            devices=(DeviceMemory(name="cuda:0 NVIDIA H100", used=1, free=2, total=4),),
            film=CacheStats(asked=2.0, held=1.0),
        )  # fmt: skip
        return StatusReport(
            version="0.1.0", boot="b", pid=11, uptime=3.5, paused=True, draining=False, alive=True,
            ready=True, useful=True, queued=2, running=JOB, finished=1, failed=1, eta=2.5,
            clients=1, dropped=0, worker=worker, journal=("/j", None), log="/log",
            endpoint="tcp://127.0.0.1:1", batch_held_reason="paused",
        )  # fmt: skip

    def result(self, job: str) -> Log:
        return log()

    def pause(self, batch: bool = False) -> None: ...

    def resume(self) -> None: ...

    def load(self, *_: Any) -> None: ...

    def unload(self) -> None:
        raise DaemonLost("the daemon", "it went away")

    def close(self) -> None: ...


def spoken(requests: Sequence[bytes]) -> list[bytes]:
    """The conversation: each request, and all that is said before the next one."""
    heard = io.BytesIO()
    bridge = Bridge(lambda _: cast(Client, RecordedDaemon()), lambda told: write_reply(heard, told))
    lines = []
    for request in requests:
        before = heard.tell()
        bridge.handle(request)
        bridge.poll()
        said = heard.getvalue()[before:].splitlines()
        lines += [b"> " + request, *(b"< " + line for line in said)]
    return lines


def comparable(line: bytes) -> object:
    """A line without the words of an error; objects as pairs, so that their order counts."""
    if not line.startswith(b"< "):
        return line

    def pairs(found: list[tuple[str, object]]) -> list[tuple[str, object]]:
        return [(key, "..." if key in ("message", "hint") else value) for key, value in found]

    return json.loads(line[2:], object_pairs_hook=pairs)


def test_the_bridge_writes_what_version_1_wrote(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getpid", lambda: 4711)
    monkeypatch.setattr("shotlog.bridge.bridge.__version__", "0.1.0")
    recorded = GOLDEN.read_bytes().splitlines()

    told = spoken([line[2:] for line in recorded if line.startswith(b"> ")])

    assert list(map(comparable, told)) == list(map(comparable, recorded))


def test_every_kind_of_request_and_answer_is_recorded() -> None:
    lines = GOLDEN.read_text("utf-8").splitlines()
    asked = {kind for kind in CAPABILITIES for line in lines if f'"type": "{kind}"' in line}
    told = {json.loads(line[2:])["type"] for line in lines if line.startswith("< ")}
    kinds = {kind_of(model) for model in (*get_args(Reply), *get_args(Event))}

    unrecorded = {"models", "settings", "report"}
    assert asked == set(CAPABILITIES) - unrecorded
    assert told == kinds - unrecorded - {"notice"}
