"""Fair queue: start-time fair queueing over device-seconds with the weights 16 : 4 : 1.

Source: Goyal, Vin and Cheng, "Start-time fair queueing" (SIGCOMM 1996). A flow has a tag: the
device-seconds that it has used, divided by its weight. The flow with the lowest tag is served next.
Here a flow is a priority, and its jobs are served first in, first out. Every start of a job costs
up to a second or more before it yields anything new, so this queue preempts less often:

- A flow goes before a more urgent one only if its credit (its distance behind the other's tag)
  covers a whole *quantum*; it then keeps the device until that credit is used. How long a quantum
  a job needs is not known, so it doubles after each quantum that was mostly wasted (Corbató,
  Merwin-Daggett and Daley, "An experimental time-sharing system", 1962). There is no limit: work
  that cannot be interrupted is completed in the end, however long it takes. The cost is bounded by
  the job itself. Quanta stop growing at the latest at four times the longest uninterruptible work
  of the job, which is the longest wait for it. Interactive jobs wait at all only after they have
  used 16 times the quantum of a batch job, or 4 times that of a normal one, since its last quantum.
  (A job that makes no progress does not get quantum after quantum: the supervisor kills a stalled
  worker.)
- A job with no credit is preempted by any interactive job and is not charged unless a result was
  saved: a job that is interrupted again and again would otherwise seem to have had its share.
- Any other flow preempts only if its credit covers a whole slice.
- A flow that gets its first job starts at the highest tag of the other flows with jobs, the
  interactive flow at the lowest. (At tag 0 a new batch job would block the others until it had
  caught up.)

Jobs of one flow that ask for the same may run together, as a *bundle*: media that they share are
decoded once, and a GPU's batches are full.

The queue has no clock: the dispatcher charges the device time that the worker has used.
"""

from __future__ import annotations

from collections.abc import Sequence

from shotlog.service.protocol import Priority
from shotlog.service.scheduling.flows import WEIGHTS, Flow, Quantum, QueuedJob

BUNDLE_CLIPS = 32
"""Maximum of the clips of a bundle. A short clip is one or two windows, and models take 32 windows
per batch (``shotlog.models.runtime``): more jobs would not fill a batch better, but delay the log
of the first."""

_LATEST_WEIGHT = 0.3
"""Weight of the latest job in the moving mean of seconds per clip: the last two have half of it."""


class FairQueue:
    """Jobs that have not ended, and the order in which they get the device. For one thread.

    A job keeps its position in the queue from :meth:`begin` to :meth:`stop` and after that; it
    leaves by :meth:`finish` or :meth:`remove`.

    Args:
        seconds_per_clip: Device-seconds per clip as measured before; None: unknown.

    Attributes:
        seconds_per_clip: Moving mean of the device-seconds per clip; None: unknown.
    """

    def __init__(self, seconds_per_clip: float | None = None) -> None:
        self.seconds_per_clip = seconds_per_clip
        self._flows = [Flow(priority) for priority in WEIGHTS]
        self._held: frozenset[Priority] = frozenset()
        self._quantum: Quantum | None = None

    def __len__(self) -> int:
        return sum(len(flow.jobs) for flow in self._flows)

    def __contains__(self, job: str) -> bool:
        return self._flow_of(job) is not None

    @property
    def anticipates(self) -> bool:
        """True if the last flow is empty and only less urgent jobs wait.

        The device is then left free for a moment, because a client often submits its next job.
        """
        quantum, first = self._quantum, self._first(None)
        if quantum is None or quantum.flow.jobs or first is None:
            return False
        return WEIGHTS[first.priority] < WEIGHTS[quantum.flow.priority]

    def add(self, job: str, priority: Priority, clips: int = 1, group: str | None = None) -> None:
        """Add a job at the end of its flow; a job in the queue keeps its position.

        Args:
            job: Its id.
            priority: Its flow.
            clips: Number of clips.
            group: Equal for jobs that may run together; None: the job runs alone.
        """
        if job in self:
            return
        flow = next(flow for flow in self._flows if flow.priority is priority)
        if not flow.jobs:
            flow.tag = max(flow.tag, self._start_tag(priority, self._flows))
        flow.jobs[job] = QueuedJob(clips, group)

    def hold(self, held: frozenset[Priority]) -> None:
        """Hold the flows of these priorities, and release all others.

        A released flow starts like a new one; otherwise it would block the others until it had
        caught up.
        """
        for flow in self._flows:
            if flow.priority in self._held - held and flow.jobs:
                others = [other for other in self._flows if other is not flow]
                flow.tag = max(flow.tag, self._start_tag(flow.priority, others))
        self._held = held

    def isolate(self, job: str) -> None:
        """Exclude a job from bundles from now on."""
        if flow := self._flow_of(job):
            flow.jobs[job].group = None

    def remove(self, job: str) -> None:
        """Remove a job that was cancelled or failed; an unknown job is ignored."""
        # Not measured: it may have ended before it did any work.
        self._take_out(job)

    def finish(self, job: str) -> None:
        """Remove a job that is done, and update the mean of seconds per clip by it."""
        done = self._take_out(job)
        if done is not None and done.clips > 0:
            latest = done.used_seconds / done.clips
            mean = latest if self.seconds_per_clip is None else self.seconds_per_clip
            self.seconds_per_clip = mean + _LATEST_WEIGHT * (latest - mean)

    def pick(self) -> str | None:
        """Return the job that should have the device now; None: there is none."""
        return next(iter(self.pick_bundle(max_clips=0)), None)

    def pick_bundle(self, max_clips: int = BUNDLE_CLIPS) -> tuple[str, ...]:
        """Return that job and those of its flow that may run with it, in their order.

        Args:
            max_clips: Maximum of their clips together; a first job with more runs alone.
        """
        flow = self._first(None)
        if flow is None:
            return ()
        (first, first_job), *others = flow.jobs.items()
        if flow.priority is Priority.INTERACTIVE:
            return (first,)  # an editor waits for this job, and must not wait for others as well
        bundle, free_clips = [first], max_clips - first_job.size
        for name, job in others:
            same_group = job.group is not None and job.group == first_job.group
            if same_group and job.size <= free_clips:
                bundle.append(name)
                free_clips -= job.size
        return tuple(bundle)

    def begin(self, jobs: Sequence[str]) -> None:
        """Give the device to the jobs of a bundle."""
        flow = self._flow_of(jobs[0])
        if flow is not None:
            self._quantum = Quantum(flow, list(jobs), flow.quantum, flow.tag_after(flow.quantum))

    def charge(self, seconds: float) -> None:
        """Charge device-seconds since the last charge to the bundle, shared by clips.

        After its last job has ended, the time is that in which the device was left free for the
        next job of the flow (see :attr:`anticipates`).
        """
        if self._quantum is None or not (self._quantum.jobs or self.anticipates):
            return
        jobs = [self._quantum.flow.jobs[name] for name in self._quantum.jobs]
        clips = sum(job.size for job in jobs)
        for job in jobs:
            job.used_seconds += seconds * job.size / clips
        self._quantum.use(seconds)

    def mark_saved(self) -> None:
        """Record that a result of the bundle was saved and survives a preemption."""
        if self._quantum is not None:
            self._quantum.mark_saved()

    def stop(self) -> None:
        """Take the device from the bundle; its jobs that have not ended stay in the queue."""
        quantum, self._quantum = self._quantum, None
        if quantum is not None and quantum.wasted:
            for name in quantum.jobs:
                quantum.flow.jobs[name].wasted_quanta += 1

    def should_preempt(self) -> bool:
        """Return True if the running bundle must give way to another flow, or is held."""
        quantum = self._quantum
        return (
            quantum is not None and bool(quantum.jobs) and self._first(quantum) is not quantum.flow
        )

    def eta(self) -> float | None:
        """Return the device-seconds until the queue is empty; None: no job was measured yet."""
        jobs = [job for flow in self._flows for job in flow.jobs.values()]
        if not jobs:
            return 0.0
        if self.seconds_per_clip is None:
            return None
        return sum(max(0.0, job.clips * self.seconds_per_clip - job.used_seconds) for job in jobs)

    def _flow_of(self, job: str) -> Flow | None:
        return next((flow for flow in self._flows if job in flow.jobs), None)

    def _take_out(self, job: str) -> QueuedJob | None:
        flow = self._flow_of(job)
        if flow is None:
            return None
        if self._quantum is not None and job in self._quantum.jobs:
            self._quantum.mark_saved()  # an end is a result: the device time was not lost
            self._quantum.jobs.remove(job)
        return flow.jobs.pop(job)

    def _first(self, quantum: Quantum | None) -> Flow | None:
        """Return the flow that should have the device, given the present quantum."""
        waiting = [flow for flow in self._flows if flow.jobs and flow.priority not in self._held]
        if not waiting:
            return None
        # Pairwise from the least urgent to the most urgent flow: the order of WEIGHTS.
        *urgent, first = waiting
        for flow in reversed(urgent):
            if not _goes_before(first, flow, quantum):
                first = flow
        return first

    @staticmethod
    def _start_tag(priority: Priority, flows: Sequence[Flow]) -> float:
        """Return the tag of a flow that starts beside others."""
        tags = [flow.tag for flow in flows if flow.jobs]
        # Tags never decrease, so an idle queue goes on where it was.
        if not tags:
            return max(flow.tag for flow in flows)
        return min(tags) if priority is Priority.INTERACTIVE else max(tags)


def _goes_before(flow: Flow, urgent: Flow, quantum: Quantum | None) -> bool:
    """Return True if a flow goes before a more urgent one.

    A flow that loses the device by this rule would not be picked without its quantum either;
    otherwise it would be preempted and started again at once.
    """
    if quantum is not None and quantum.flow is flow:
        return quantum.outranks(urgent)
    if quantum is not None and quantum.flow is urgent:
        return not quantum.outranks(flow)
    return flow.has_credit(0, urgent)
