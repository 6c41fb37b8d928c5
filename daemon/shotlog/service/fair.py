"""Who has the device next: start-time fair queueing over device-seconds, 16 : 4 : 1.

Goyal, Vin and Cheng, "Start-time fair queueing" (SIGCOMM 1996): every flow has a tag, the
device-seconds that it had divided by its weight, and the flow with the least tag goes first. A
flow here is a priority; its jobs go first in, first out. Two things are different, because a job
can be stopped at any frame but to begin it again costs a second or more: one flow gives way to
another only when that one is owed a whole slice, interactive excepted; and a flow that comes new
starts where the furthest of the others is, interactive where the least is. (Started at 0, as if it
had waited for ever, a fresh batch job would keep the others waiting until it had caught up.)

Jobs of one flow that ask for the same may run together, in a *bundle*: media that they share are
decoded once, and a GPU's batches are full.

No clock and no state but what it is told: the broker charges what the worker has used.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from shotlog.service.messages import Priority

WEIGHTS: Mapping[Priority, int] = MappingProxyType(
    {Priority.INTERACTIVE: 16, Priority.NORMAL: 4, Priority.BATCH: 1}
)
"""Shares of the device while all of them have work."""

SLICE = 10.0
"""Device-seconds that a normal or a batch flow must be owed before another gives way to it."""

BUNDLE_CLIPS = 32
"""Clips that jobs of a bundle have together, at the most: a short clip is one window or two, and
models look at 32 windows at once (``models/measure.py``), so more jobs would fill no batch any
better, but keep the first of them waiting for its log."""

_NEWS = 0.3
"""Weight of the latest job in the mean seconds per clip: half of it lies on the last two."""


@dataclass
class _Job:
    clips: int
    kind: str | None
    spent: float = 0.0

    @property
    def size(self) -> int:
        """Its part in a bundle: a job without clips is some work too."""
        return max(1, self.clips)


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

    Attributes:
        pace: As measured until now.
    """

    def __init__(self, pace: float | None = None) -> None:
        self.pace = pace
        self._flows = [_Flow(priority) for priority in WEIGHTS]
        self._held: frozenset[Priority] = frozenset()

    def __len__(self) -> int:
        return sum(len(flow.jobs) for flow in self._flows)

    def __contains__(self, job: str) -> bool:
        return self._flow_of(job) is not None

    def add(self, job: str, priority: Priority, clips: int = 1, kind: str | None = None) -> None:
        """Puts a job at the end of its flow; one that is there already keeps its place.

        Args:
            job: Its id.
            priority: Its flow.
            clips: How many it has.
            kind: Jobs of the same kind may run together; None: it runs alone.
        """
        if job in self:
            return
        flow = next(flow for flow in self._flows if flow.priority is priority)
        if not flow.jobs:
            flow.tag = max(flow.tag, self._start(priority, self._flows))
        flow.jobs[job] = _Job(clips, kind)

    def hold(self, held: frozenset[Priority]) -> None:
        """Has the flows of these priorities wait; one that no longer does starts like a new one.

        Otherwise it would keep the others waiting until it had caught up.
        """
        for flow in self._flows:
            if flow.priority in self._held - held and flow.jobs:
                others = [one for one in self._flows if one is not flow]
                flow.tag = max(flow.tag, self._start(flow.priority, others))
        self._held = held

    def alone(self, job: str) -> None:
        """Has a job run without others from now on."""
        if flow := self._flow_of(job):
            flow.jobs[job].kind = None

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
        return next(iter(self.bundle(most_clips=0)), None)

    def bundle(self, most_clips: int = BUNDLE_CLIPS) -> tuple[str, ...]:
        """That job, and those of its flow that may run with it, in their order.

        An interactive job runs alone: somebody waits for it, and would wait for the others too.

        Args:
            most_clips: What they have together; the first may have more, and is alone then.
        """
        waiting = [flow for flow in self._flows if flow.jobs and flow.priority not in self._held]
        if not waiting:
            return ()
        flow = min(waiting, key=lambda flow: flow.tag)
        (first, chosen), *others = flow.jobs.items()
        if flow.priority is Priority.INTERACTIVE:
            return (first,)
        bundle, room = [first], most_clips - chosen.size
        for name, job in others:
            if job.kind is not None and job.kind == chosen.kind and job.size <= room:
                bundle.append(name)
                room -= job.size
        return tuple(bundle)

    def charge(self, jobs: Sequence[str], seconds: float) -> None:
        """Jobs that run together have used the device for so long since they were last charged.

        They share that by their clips.
        """
        known = [(flow, flow.jobs[job]) for job in jobs if (flow := self._flow_of(job))]
        clips = sum(job.size for _, job in known)
        for flow, job in known:
            share = seconds * job.size / clips
            job.spent += share
            flow.tag = flow.after(share)

    def should_preempt(self, running: str, for_seconds: float = 0.0) -> bool:
        """Whether the job that runs has to give way.

        An interactive flow goes before any whose tag has reached its own: at once, unless it has
        had more than its share. Any other must be owed a whole :data:`SLICE`. One that is held
        gives way whoever waits, and nobody gives way to it.

        Args:
            running: The job that has the device.
            for_seconds: Device-seconds that it has used and was not yet charged for.
        """
        mine = self._flow_of(running)
        if mine is None:
            return False
        if mine.priority in self._held:
            return True
        reached = mine.after(for_seconds)
        return any(
            reached >= (other.tag if other.priority is Priority.INTERACTIVE else other.after(SLICE))
            for other in self._flows
            if other is not mine and other.jobs and other.priority not in self._held
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

    @staticmethod
    def _start(priority: Priority, flows: Sequence[_Flow]) -> float:
        """The tag of a flow that comes new to others."""
        tags = [flow.tag for flow in flows if flow.jobs]
        if not tags:
            return max(flow.tag for flow in flows)
        return min(tags) if priority is Priority.INTERACTIVE else max(tags)
