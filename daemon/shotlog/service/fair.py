"""Who has the device next: start-time fair queueing over device-seconds, 16 : 4 : 1.

Goyal, Vin and Cheng, "Start-time fair queueing" (SIGCOMM 1996): every flow has a tag, the
device-seconds that it had divided by its weight, and the flow with the least tag goes first. A
flow here is a priority; its jobs go first in, first out. Two things are different, because a job
can be stopped at any frame but to begin it again costs a second or more: one flow gives way to
another only when that one is owed a whole slice, interactive excepted; and a flow that comes new
starts where the furthest of the others is, interactive where the least is. (Started at 0, as if it
had waited for ever, a fresh batch job would keep the others waiting until it had caught up.)

No clock and no state but what it is told: the broker charges what the worker has used.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from shotlog.service.messages import Priority

WEIGHTS: Mapping[Priority, int] = MappingProxyType(
    {Priority.INTERACTIVE: 16, Priority.NORMAL: 4, Priority.BATCH: 1}
)
"""Shares of the device while all of them have work."""

SLICE = 10.0
"""Device-seconds that a normal or a batch flow must be owed before another gives way to it."""

_NEWS = 0.3
"""Weight of the latest job in the mean seconds per clip: half of it lies on the last two."""


@dataclass
class _Job:
    clips: int
    spent: float = 0.0


@dataclass
class _Flow:
    """The jobs of one priority, in order of arrival, and how far the flow has come."""

    priority: Priority
    jobs: dict[str, _Job] = field(default_factory=dict)
    tag: float = 0.0

    def after(self, seconds: float) -> float:
        return self.tag + seconds / WEIGHTS[self.priority]


class FairQueue:
    """The jobs that are not over, and whose turn it is.

    A job stays in the queue, at its place, while it runs and when it is preempted; it leaves by
    :meth:`finish` or :meth:`remove`. For one thread.

    Args:
        pace: Device-seconds per clip as measured before; None: not known yet.
    """

    def __init__(self, pace: float | None = None) -> None:
        self.pace = pace
        self._flows = [_Flow(priority) for priority in WEIGHTS]

    def __len__(self) -> int:
        return sum(len(flow.jobs) for flow in self._flows)

    def __contains__(self, job: str) -> bool:
        return self._flow_of(job) is not None

    def add(self, job: str, priority: Priority, clips: int = 1) -> None:
        """Puts a job at the end of its flow; one that is there already keeps its place."""
        if job in self:
            return
        flow = next(flow for flow in self._flows if flow.priority is priority)
        if not flow.jobs:
            flow.tag = max(flow.tag, self._start(priority))
        flow.jobs[job] = _Job(clips)

    def remove(self, job: str) -> None:
        """Takes a job out that was cancelled or failed; unknown ones are none of ours."""
        if flow := self._flow_of(job):
            del flow.jobs[job]

    def finish(self, job: str) -> None:
        """Takes a job out that was done, and learns from it how long a clip takes."""
        flow = self._flow_of(job)
        if flow is None:
            return
        gone = flow.jobs.pop(job)
        if gone.clips > 0:
            latest = gone.spent / gone.clips
            old = latest if self.pace is None else self.pace
            self.pace = old + _NEWS * (latest - old)

    def pick(self) -> str | None:
        """The job that should have the device now; None where there is none."""
        waiting = [flow for flow in self._flows if flow.jobs]
        if not waiting:
            return None
        return next(iter(min(waiting, key=lambda flow: flow.tag).jobs))

    def charge(self, job: str, seconds: float) -> None:
        """A job has used the device for so long since it was last charged."""
        if flow := self._flow_of(job):
            flow.jobs[job].spent += seconds
            flow.tag = flow.after(seconds)

    def should_preempt(self, running: str, for_seconds: float = 0.0) -> bool:
        """Whether the job that runs has to give way.

        An interactive flow goes before any whose tag has reached its own: at once, unless it has
        had more than its share. Any other must be owed a whole :data:`SLICE`.

        Args:
            running: The job that has the device.
            for_seconds: Device-seconds that it has used and was not yet charged for.
        """
        mine = self._flow_of(running)
        if mine is None:
            return False
        reached = mine.after(for_seconds)
        return any(
            reached >= (other.tag if other.priority is Priority.INTERACTIVE else other.after(SLICE))
            for other in self._flows
            if other is not mine and other.jobs
        )

    def eta(self) -> float | None:
        """Device-seconds until the queue is empty; None where no job has been measured yet."""
        jobs = [job for flow in self._flows for job in flow.jobs.values()]
        if not jobs:
            return 0.0
        if self.pace is None:
            return None
        return sum(max(0.0, job.clips * self.pace - job.spent) for job in jobs)

    def _flow_of(self, job: str) -> _Flow | None:
        return next((flow for flow in self._flows if job in flow.jobs), None)

    def _start(self, priority: Priority) -> float:
        """The tag of a flow that comes new."""
        tags = [flow.tag for flow in self._flows if flow.jobs]
        if not tags:
            return max(flow.tag for flow in self._flows)
        return min(tags) if priority is Priority.INTERACTIVE else max(tags)
