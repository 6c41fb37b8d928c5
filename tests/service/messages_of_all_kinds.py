"""One message of every type, with a value in every optional field."""

from __future__ import annotations

from fractions import Fraction

from shotlog.schema import ClipRange, Edit, MediaReference, TimeMap, TimeRange
from shotlog.service.protocol import (
    Ack,
    AnalysisOptions,
    Attach,
    CacheStats,
    Cancel,
    DeviceMemory,
    ErrorCode,
    Failure,
    Goodbye,
    Hello,
    JobInfo,
    JobList,
    JobState,
    Lagged,
    Limits,
    ListJobs,
    Load,
    Metrics,
    MetricsText,
    Pause,
    Ping,
    Pong,
    Priority,
    ProgressEvent,
    Refused,
    Reply,
    Request,
    ResultPart,
    Results,
    Resume,
    SelfTest,
    SelfTestResult,
    Shutdown,
    Status,
    StatusReport,
    Submit,
    Unload,
    Welcome,
    WorkerInfo,
)
from shotlog.service.tasks import Analyze

JOB = "0123456789abcdef" * 2


def clip(number: int = 0) -> ClipRange:
    """Return a clip of a second at 23.976 fps, whose media starts at hour 1."""
    second = Fraction(1001, 1000)
    start = 3600 * second
    return ClipRange(
        id=f"V1/{number}",
        name=f"A{number:03d}_C001 Köln",
        media=MediaReference(path=f"/media/a{number:03d}.mov", start=start, duration=9 * second),
        source=TimeRange(start=start + second, duration=second),
        timeline=TimeRange(start=number * second, duration=second),
        time_map=TimeMap(timeline_start=number * second, source_start=start + second),
        path=("tracks", 0, "children", number),
    )


def edit(clips: int = 1) -> Edit:
    """Return an edit of consecutive clips."""
    return Edit(
        name="Reel 1",
        rate=Fraction(24000, 1001),
        start=Fraction(3600),
        drop_frame=False,
        duration=clips * Fraction(1001, 1000),
        clips=tuple(clip(number) for number in range(clips)),
        warnings=("a gap was closed",),
    )


def _failure() -> Failure:
    return Failure(
        code=ErrorCode.BUSY,
        message="512 jobs wait already",
        hint="Try again later.",
        retryable=True,
    )


def _job() -> JobInfo:
    return JobInfo(
        job=JOB,
        name="Reel 1",
        state=JobState.FAILED,
        priority=Priority.INTERACTIVE,
        durable=False,
        clips=1,
        attempts=2,
        created=1_700_000_000.5,
        ended=1_700_000_009.0,
        stage="looking",
        done=1.5,
        total=10.0,
        unit="s",
        failure=_failure(),
    )


def requests() -> list[Request]:
    """Return a request of every type."""
    asks = AnalysisOptions(
        models="local", names=("shots",), device="cuda:0", precision="bf16", disabled=True
    )
    return [
        Hello(required=("results",), client="shotlog-cli", version="0.1.0"),
        Ping(),
        Submit(
            job=JOB,
            name="Reel 1",
            task=Analyze(edit=edit(), asks=asks),
            priority=Priority.INTERACTIVE,
            durable=False,
            keep_alive=900,
        ),
        Attach(job=JOB),
        Cancel(job=JOB),
        Results(job=JOB, part=3),
        ListJobs(),
        Status(),
        Metrics(),
        Load(asks=asks, keep_alive=-1),
        Unload(),
        Pause(batch=True),
        Resume(),
        SelfTest(asks=asks),
        Shutdown(drain=True),
    ]


def replies() -> list[Reply]:
    """Return a reply or event of every type."""
    worker = WorkerInfo(
        state="busy",
        pid=4243,
        models=("shots on cuda:0 in bf16",),
        memory_bytes=1 << 30,
        progress_age=0.25,
        restarts=1,
        failure=_failure(),
        devices=(
            DeviceMemory(name="cuda:0 NVIDIA H100", used=3 << 30, free=70 << 30, total=80 << 30),
        ),
        film=CacheStats(asked=120.5, held=30.25),
    )
    return [
        Welcome(
            protocol=(1, 2),
            capabilities=("results",),
            version="0.1.0",
            boot="b007",
            pid=4242,
            limits=Limits(message_bytes=8_388_608, jobs=512, clips=200_000),
        ),
        Pong(boot="b007"),
        _job(),
        ProgressEvent(job=JOB, stage="looking", done=1.5, total=10.0, unit="s"),
        ResultPart(job=JOB, part=3, last=True, text='{"version": 1}'),
        JobList(jobs=(_job(),), older=29_000),
        StatusReport(
            version="0.1.0",
            boot="b007",
            pid=4242,
            uptime=12.5,
            paused=False,
            draining=True,
            alive=True,
            ready=True,
            useful=True,
            queued=2,
            running=JOB,
            finished=3,
            failed=1,
            eta=7.5,
            clients=2,
            dropped=4,
            worker=worker,
            journal=("/state/journal.sqlite", "the disk is full"),
            log="/state/daemon.jsonl",
            endpoint="tcp://127.0.0.1:40000",
            batch_held_reason="DaVinci Resolve is busy",
            self_test=SelfTestResult(
                ok=True, words="shots looked at a window", seconds=0.5, age=12.0
            ),
        ),
        MetricsText(text="# TYPE shotlog_jobs gauge\nshotlog_jobs 2\n"),
        Ack(),
        Lagged(),
        Refused(failure=_failure()),
        Goodbye(idle=True),
    ]
