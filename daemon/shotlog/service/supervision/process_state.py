"""State of one worker process, as known from its messages and from the commands it was sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from shotlog.service.protocol import DeviceMemory, JobId
from shotlog.service.supervision.restart_policy import RemainingWork


@dataclass
class ProcessState:
    """State of one worker process; a new process starts with a new state.

    Attributes:
        ready: True once it can take commands.
        stopping: True once it was told to end.
        preempting: True once it was told to return its jobs.
        jobs: Jobs that it has and that have not ended.
        activity: Command other than a run that it is working on; None: none.
        remaining: Remaining work of its jobs; None: no progress was reported.
        models: Models that it has loaded.
        devices: Memory of its devices.
        kill_at: Time of the monotonic clock at which it is killed; None: never.
        fatal_reason: Reason of its end that is better than its exit code; empty: none.
    """

    ready: bool = False
    stopping: bool = False
    preempting: bool = False
    jobs: tuple[JobId, ...] = ()
    activity: Literal["load", "check"] | None = None
    remaining: RemainingWork | None = None
    models: tuple[str, ...] = ()
    devices: tuple[DeviceMemory, ...] = ()
    kill_at: float | None = None
    fatal_reason: str = ""

    @property
    def free(self) -> bool:
        """True if it can take a command that is not about its jobs."""
        return not (self.jobs or self.activity or self.stopping)

    @property
    def working(self) -> bool:
        """True while progress messages are expected: it starts, or works on a command."""
        return bool(self.jobs or self.activity) or not self.ready
