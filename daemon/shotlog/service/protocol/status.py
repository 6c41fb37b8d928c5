"""The status report of the daemon, and its parts."""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict, Field

from shotlog.schema import Model
from shotlog.service.protocol.common import Failure, JobId


class DeviceMemory(Model):
    """Memory of a device that has models loaded, in bytes. Since 1.1."""

    name: str
    """The device: ``cuda:0 NVIDIA H100``."""
    used: int
    """Memory that the worker uses."""
    free: int
    """Memory that no process uses."""
    total: int
    """Memory that the device has."""


class CacheStats(Model):
    """Use of the result cache since the daemon started, summed over all measures. Since 1.1."""

    asked: float = 0.0
    """Seconds of film that were needed."""
    held: float = 0.0
    """Seconds of them that were found in the cache."""


class SelfTestResult(Model):
    """Result of the worker's last self-test. Since 1.1."""

    ok: bool
    """True where every result was as expected."""
    words: str
    """What was tested, or what went wrong."""
    seconds: float
    """Duration of the test."""
    age: float
    """Seconds since the test."""


class WorkerInfo(Model):
    """State of the worker process, which runs the jobs."""

    state: Literal["absent", "starting", "idle", "busy", "stalled", "broken"]
    """What the worker does."""
    pid: int | None = None
    """Process id; None where no worker is running."""
    models: tuple[str, ...] = ()
    """The loaded models, each with its device and precision."""
    memory_bytes: int | None = None
    """Main memory of the process."""
    progress_age: float | None = None
    """Seconds since its last progress event; None while it is idle."""
    restarts: int = 0
    """Number of its crashes since the daemon started."""
    failure: Failure | None = None
    """Why the last attempt to load models failed. Since 1.1."""
    devices: tuple[DeviceMemory, ...] = ()
    """Memory of each device that has models loaded. Since 1.1."""
    film: CacheStats = CacheStats()
    """Use of the result cache. Since 1.1."""


class StatusReport(Model):
    """State of the daemon, its queue and its worker."""

    # Two fields have a name of their own in Python: that in JSON is fixed by protocol 1.1.
    model_config = ConfigDict(
        validate_by_name=True, validate_by_alias=True, serialize_by_alias=True
    )

    type: Literal["status-report"] = "status-report"
    version: str
    """Version of Shotlog."""
    boot: str
    """Random id that changes with every start of the daemon."""
    pid: int
    """Process id of the broker."""
    uptime: float
    """Seconds since the daemon started."""
    paused: bool
    """True while all jobs are paused."""
    draining: bool
    """True where the daemon ends as soon as the queue is empty."""
    alive: bool
    """Always true: the broker answered."""
    ready: bool
    """True where new jobs are accepted."""
    useful: bool
    """True where the worker has finished a job, or has had none yet."""
    queued: int
    """Number of waiting jobs."""
    running: JobId | None
    """Id of the running job."""
    finished: int
    """Number of jobs done since the start."""
    failed: int
    """Number of jobs failed since the start."""
    eta: float | None
    """Estimated seconds until the queue is empty; None where that is not known."""
    clients: int
    """Number of connected clients."""
    dropped: int
    """Number of progress events dropped since the start."""
    worker: WorkerInfo
    """The worker process."""
    journal: tuple[str, str | None]
    """Path of the journal, and its problem (None: it has none)."""
    log: str
    """Path of the log file."""
    endpoint: str
    """Address on which the daemon listens."""
    batch_held_reason: str | None = Field(default=None, alias="holds")
    """Why jobs of priority ``batch`` are held back, as text; None where they are not. Since 1.1."""
    self_test: SelfTestResult | None = Field(default=None, alias="canary")
    """Result of the worker's last self-test; None where there was none. Since 1.1."""
