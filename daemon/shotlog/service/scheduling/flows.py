"""Flows of the fair queue, their jobs, and the quantum of device time that one of them has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from shotlog.service.protocol import Priority

WEIGHTS: Mapping[Priority, int] = MappingProxyType(
    {Priority.INTERACTIVE: 16, Priority.NORMAL: 4, Priority.BATCH: 1}
)
"""Shares of the device while all flows have work; the most urgent flow comes first."""

SLICE_SECONDS = 10.0
"""Credit, in device-seconds, for which a normal or batch flow preempts a running job."""

FIRST_QUANTUM = 0.5
"""Minimum of a job's first quantum, in device-seconds. From its start to its log, with all
measurements cached, a job of 32 clips takes 0.3 s and one of 200 clips 1.6 s (one core of two). A
job of thousands of clips, or whose models must be loaded each time, needs several quanta until one
is long enough."""


@dataclass
class QueuedJob:
    """Job in a flow.

    Attributes:
        clips: Number of clips.
        group: Equal for jobs that may run together; None: the job runs alone.
        used_seconds: Device-seconds it has used.
        wasted_quanta: Quanta of which most passed before anything was saved.
    """

    clips: int
    group: str | None
    used_seconds: float = 0.0
    wasted_quanta: int = 0

    @property
    def size(self) -> int:
        """Share in a bundle, in clips; at least 1, because a job without clips takes time too."""
        return max(1, self.clips)

    @property
    def quantum(self) -> float:
        """Device-seconds without preemption that the job is assumed to need to save anything."""
        return FIRST_QUANTUM * 2.0**self.wasted_quanta


@dataclass
class Flow:
    """Jobs of one priority in order of arrival, and the flow's tag.

    Attributes:
        priority: Priority of its jobs.
        jobs: Jobs by id.
        tag: Device-seconds that the flow has used, divided by its weight.
    """

    priority: Priority
    jobs: dict[str, QueuedJob] = field(default_factory=dict)
    tag: float = 0.0

    def tag_after(self, seconds: float) -> float:
        """Return the tag after so many more device-seconds."""
        return self.tag + seconds / WEIGHTS[self.priority]

    def has_credit(self, seconds: float, other: Flow) -> bool:
        """Return True if the tag stays within another flow's after so many device-seconds.

        At least the quantum of the next job is counted.
        """
        return self.tag_after(max(seconds, self.quantum)) <= other.tag

    @property
    def quantum(self) -> float:
        """Device-seconds that its next job needs without preemption."""
        return next(iter(self.jobs.values())).quantum


@dataclass
class Quantum:
    """Device time that a flow has from the start of a bundle to its end or preemption.

    Attributes:
        flow: Flow that has the device.
        jobs: Jobs of the bundle that have not ended.
        min_seconds: Device-seconds that it must last to be useful.
        target_tag: Tag of the flow after ``min_seconds``.
        used_seconds: Device-seconds used.
        unsaved_seconds: Device-seconds used until the first result was saved; None: none is.
        charged: True once the flow is charged for it.
    """

    flow: Flow
    jobs: list[str]
    min_seconds: float
    target_tag: float
    used_seconds: float = 0.0
    unsaved_seconds: float | None = None
    charged: bool = False

    @property
    def complete(self) -> bool:
        """True after ``min_seconds``."""
        return self.used_seconds >= self.min_seconds

    @property
    def wasted(self) -> bool:
        """True if it is complete and more than half of it passed before a result was saved."""
        return self.complete and (
            self.unsaved_seconds is None or 2 * self.unsaved_seconds > self.min_seconds
        )

    def use(self, seconds: float) -> None:
        """Add device-seconds."""
        self.used_seconds += seconds
        # Not charged before it was useful or complete: an interrupted job would otherwise seem to
        # have had its share.
        if self.charged:
            self.flow.tag = self.flow.tag_after(seconds)
        elif self.complete:
            self._charge()

    def mark_saved(self) -> None:
        """Record that a result was saved, so that the device time was not lost."""
        if self.unsaved_seconds is None:
            self.unsaved_seconds = self.used_seconds
        self._charge()

    def _charge(self) -> None:
        if not self.charged:
            self.charged = True
            self.flow.tag = self.flow.tag_after(self.used_seconds)

    def outranks(self, other: Flow) -> bool:
        """Return True if another flow that has work must wait for the end of the quantum."""
        if other.priority is not Priority.INTERACTIVE:
            return not (self.complete and other.has_credit(SLICE_SECONDS, self.flow))
        # Interactive work waits only while the flow uses up credit for a whole quantum.
        return self.target_tag <= other.tag and self.flow.tag < other.tag
