"""Who has the device next: start-time fair queueing over device-seconds, 16 : 4 : 1.

Goyal, Vin and Cheng, "Start-time fair queueing" (SIGCOMM 1996): every flow has a tag, the
device-seconds that it had divided by its weight, and the flow with the least tag goes first. A
flow here is a priority; its jobs go first in, first out. It is different where that would stop jobs
too often, as each begin costs up to a second or more before anything new is known:

- A flow goes before a more urgent one only when it is owed a whole *turn*, and then keeps the
  device until it has what it is owed. How long a turn must be depends on the job, so each that was
  not of much use doubles the next (Corbató, Merwin-Daggett and Daley, "An experimental time-sharing
  system", 1962), without a limit: whatever has to be done at once is done in the end, however long
  that takes. The price is bounded by the job itself. Turns stop growing at the latest where one is
  four times as long as the longest thing that the job does at once, so nobody waits longer than
  that for it; and interactive jobs wait at all only once they have had 16 times as long as the turn
  beside a batch job, 4 times beside a normal one, since the last. (A job that does nothing at all
  gets no turn after turn: the supervisor ends a worker that stands still.)
- What runs without being owed that gives way to an interactive job at once. It is not charged where
  it did not come so far that anything was kept: whoever is cut short again and again would seem to
  have had its share.
- Any other flow stops what runs only when it is owed a whole slice.
- A flow that comes new starts where the furthest of the others is, interactive where the least is.
  (Started at 0, as if it had waited for ever, a fresh batch job would keep the others waiting until
  it had caught up.)

Jobs of one flow that ask for the same may run together, in a *bundle*: media that they share are
decoded once, and a GPU's batches are full.

No clock and no state but what it is told: the broker charges what the worker has used.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from shotlog.service.protocol import Priority

WEIGHTS: Mapping[Priority, int] = MappingProxyType(
    {Priority.INTERACTIVE: 16, Priority.NORMAL: 4, Priority.BATCH: 1}
)
"""Shares of the device while all of them have work."""

SLICE = 10.0
"""Device-seconds that a normal or a batch flow must be owed before a job is stopped for it."""

FIRST_TURN = 0.5
"""Device-seconds of a job's first turn, at the least. From its begin to its log, when all its
evidence is there, a job of 32 clips takes 0.3 s and one of 200 clips 1.6 s (one core of two); one
of thousands, or whose models must be loaded anew each time, takes several turns to be given one
that suffices."""

BUNDLE_CLIPS = 32
"""Clips that jobs of a bundle have together, at the most: a short clip is one window or two, and
models look at 32 windows at once (``models/measure.py``), so more jobs would fill no batch any
better, but keep the first of them waiting for its log."""

_NEWS = 0.3
"""Weight of the latest job in the mean seconds per clip: half of it lies on the last two."""


@dataclass
class _Job:
    clips: int
    group: str | None
    spent: float = 0.0
    turns: int = 0

    @property
    def size(self) -> int:
        """Its part in a bundle: a job without clips is some work too."""
        return max(1, self.clips)

    @property
    def turn(self) -> float:
        """Device-seconds that it must have at once to get anywhere."""
        return FIRST_TURN * 2.0**self.turns


@dataclass
class _Flow:
    """The jobs of one priority, in order of arrival, and how far the flow has come."""

    priority: Priority
    jobs: dict[str, _Job] = field(default_factory=dict)
    tag: float = 0.0

    def after(self, seconds: float) -> float:
        return self.tag + seconds / WEIGHTS[self.priority]

    def is_owed(self, seconds: float, other: _Flow) -> bool:
        """Whether it may have so much until it has had as much as another."""
        return self.after(max(seconds, self.turn)) <= other.tag

    @property
    def turn(self) -> float:
        """What its next job needs."""
        return next(iter(self.jobs.values())).turn


@dataclass
class _Quantum:
    """What a flow has of the device at once.

    Attributes:
        flow: Whose it is.
        jobs: Those that have it, and are not over.
        least: Device-seconds that it must last to be of use.
        aim: The flow's tag once it has had those.
        used: Those it had.
        lead: Those it had until anything of it was kept; None: nothing is yet.
        charged: Whether the flow is charged for it.
    """

    flow: _Flow
    jobs: list[str]
    least: float
    aim: float
    used: float = 0.0
    lead: float | None = None
    charged: bool = False

    @property
    def whole(self) -> bool:
        return self.used >= self.least

    @property
    def too_short(self) -> bool:
        """Whether most of it went by before anything was kept, although it was whole."""
        return self.whole and (self.lead is None or 2 * self.lead > self.least)

    def use(self, seconds: float) -> None:
        self.used += seconds
        if self.charged:
            self.flow.tag = self.flow.after(seconds)
        elif self.whole:
            self._charge()

    def keep(self) -> None:
        if self.lead is None:
            self.lead = self.used
        self._charge()

    def _charge(self) -> None:
        if not self.charged:
            self.charged = True
            self.flow.tag = self.flow.after(self.used)

    def outlasts(self, other: _Flow) -> bool:
        """Whether another flow that has work must wait."""
        if other.priority is not Priority.INTERACTIVE:
            return not (self.whole and other.is_owed(SLICE, self.flow))
        return self.aim <= other.tag and self.flow.tag < other.tag


class FairQueue:
    """The jobs that are not over, and whose turn it is.

    A job stays in the queue, at its place, from :meth:`begin` to :meth:`stop` and after that; it
    leaves by :meth:`finish` or :meth:`remove`. For one thread.

    Args:
        pace: Device-seconds per clip as measured before; None: not known yet.

    Attributes:
        pace: As measured until now.
    """

    def __init__(self, pace: float | None = None) -> None:
        self.pace = pace
        self._flows = [_Flow(priority) for priority in WEIGHTS]
        self._held: frozenset[Priority] = frozenset()
        self._turn: _Quantum | None = None

    def __len__(self) -> int:
        return sum(len(flow.jobs) for flow in self._flows)

    def __contains__(self, job: str) -> bool:
        return self._flow_of(job) is not None

    @property
    def expects(self) -> bool:
        """Whether what waits is less urgent than what was done last, of which no more is there."""
        turn, first = self._turn, self._first(None)
        if turn is None or turn.flow.jobs or first is None:
            return False
        return WEIGHTS[first.priority] < WEIGHTS[turn.flow.priority]

    def add(self, job: str, priority: Priority, clips: int = 1, group: str | None = None) -> None:
        """Puts a job at the end of its flow; one that is there already keeps its place.

        Args:
            job: Its id.
            priority: Its flow.
            clips: How many it has.
            group: Jobs of the same group may run together; None: it runs alone.
        """
        if job in self:
            return
        flow = next(flow for flow in self._flows if flow.priority is priority)
        if not flow.jobs:
            flow.tag = max(flow.tag, self._start(priority, self._flows))
        flow.jobs[job] = _Job(clips, group)

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
            flow.jobs[job].group = None

    def remove(self, job: str) -> None:
        """Takes a job out that was cancelled or failed; unknown ones are none of ours."""
        self._take_out(job)

    def finish(self, job: str) -> None:
        """Takes a job out that was done, and learns from it how long a clip takes."""
        gone = self._take_out(job)
        if gone is not None and gone.clips > 0:
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
        flow = self._first(None)
        if flow is None:
            return ()
        (first, chosen), *others = flow.jobs.items()
        if flow.priority is Priority.INTERACTIVE:
            return (first,)
        bundle, room = [first], most_clips - chosen.size
        for name, job in others:
            if job.group is not None and job.group == chosen.group and job.size <= room:
                bundle.append(name)
                room -= job.size
        return tuple(bundle)

    def begin(self, jobs: Sequence[str]) -> None:
        """The jobs of a bundle have the device from now on."""
        flow = self._flow_of(jobs[0])
        if flow is not None:
            self._turn = _Quantum(flow, list(jobs), flow.turn, flow.after(flow.turn))

    def charge(self, seconds: float) -> None:
        """They have used it for so long since they were last charged; they share that by clips.

        Where all are over, it was left free for the next of their flow, if that is expected.
        """
        if self._turn is None or not (self._turn.jobs or self.expects):
            return
        jobs = [self._turn.flow.jobs[name] for name in self._turn.jobs]
        clips = sum(job.size for job in jobs)
        for job in jobs:
            job.spent += seconds * job.size / clips
        self._turn.use(seconds)

    def keep(self) -> None:
        """Something that they have done needs not be done again, whenever they are stopped."""
        if self._turn is not None:
            self._turn.keep()

    def stop(self) -> None:
        """They have the device no longer, and those that did not leave are not over."""
        turn, self._turn = self._turn, None
        if turn is not None and turn.too_short:
            for name in turn.jobs:
                turn.flow.jobs[name].turns += 1

    def should_preempt(self) -> bool:
        """Whether what runs has to give way; what is held does so whoever waits."""
        turn = self._turn
        return turn is not None and bool(turn.jobs) and self._first(turn) is not turn.flow

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

    def _take_out(self, job: str) -> _Job | None:
        flow = self._flow_of(job)
        if flow is None:
            return None
        if self._turn is not None and job in self._turn.jobs:
            self._turn.keep()
            self._turn.jobs.remove(job)
        return flow.jobs.pop(job)

    def _first(self, turn: _Quantum | None) -> _Flow | None:
        """The flow that should have the device, given whose turn it is."""
        waiting = [flow for flow in self._flows if flow.jobs and flow.priority not in self._held]
        if not waiting:
            return None
        *urgent, first = waiting
        for flow in reversed(urgent):
            if not _goes_before(first, flow, turn):
                first = flow
        return first

    @staticmethod
    def _start(priority: Priority, flows: Sequence[_Flow]) -> float:
        """The tag of a flow that comes new to others."""
        tags = [flow.tag for flow in flows if flow.jobs]
        if not tags:
            return max(flow.tag for flow in flows)
        return min(tags) if priority is Priority.INTERACTIVE else max(tags)


def _goes_before(one: _Flow, urgent: _Flow, turn: _Quantum | None) -> bool:
    """Whether a flow goes before one that is more urgent.

    Whoever loses its turn so would not be chosen if it had none; else it would be begun again.
    """
    if turn is not None and turn.flow is one:
        return turn.outlasts(urgent)
    if turn is not None and turn.flow is urgent:
        return not turn.outlasts(one)
    return one.is_owed(0, urgent)
