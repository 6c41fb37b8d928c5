"""What became of the jobs of a run with faults, and what the run cost: printed at its end."""

from __future__ import annotations

import os
import statistics
import threading
from collections import defaultdict
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, NamedTuple

WARM_UP_S = 120.0
"""So much of a broker's life is left out of its slopes: the journal's page cache fills. Without
faults a broker held 36.5 MB after 2,500 jobs that were submitted and cancelled, 37.9 MB after 7,500
and 38.0 MB from 10,000 to 30,000."""

LEAST_SPAN_S = 60.0
"""No slope is told of less."""


class Sample(NamedTuple):
    """A broker at one moment of its life.

    Attributes:
        age: Seconds since it was first looked at.
        memory: Bytes resident.
        descriptors: Open files, sockets and pipes.
    """

    age: float
    memory: int
    descriptors: int


@dataclass
class Figures:
    """Counts over everything that a run did.

    Attributes:
        submitted: Jobs whose submission was acknowledged.
        finished: Those that are done, with the very log of a run in process.
        cancelled: Those that are cancelled, as somebody asked for.
        failed: Those that failed, though nothing was wrong with them.
        wrong: Those that are done, with another log.
        lost: Those that the daemon knows no more, or that never came to an end.
        duplicated: Endings beyond the first of a job, and jobs that nobody submitted.
        reruns: Times that a job was begun again; not a fault, but work.
        recoveries: Seconds from a fault until things went on, by kind of fault.
        lives: Samples of every broker, by its process id.
        notes: What was wrong, in words.
        measured: What else a fault cost, in words, by its kind.
    """

    submitted: int = 0
    finished: int = 0
    cancelled: int = 0
    failed: int = 0
    wrong: int = 0
    lost: int = 0
    duplicated: int = 0
    reruns: int = 0
    recoveries: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    lives: dict[int, list[Sample]] = field(default_factory=lambda: defaultdict(list))
    notes: list[str] = field(default_factory=list)
    measured: dict[str, str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def sound(self) -> bool:
        """Whether nothing was lost, duplicated, wrong or failed without reason."""
        return not (self.failed or self.wrong or self.lost or self.duplicated)

    def count(self, what: str, jobs: int = 1) -> None:
        """Counts jobs; any thread may."""
        with self._lock:
            setattr(self, what, getattr(self, what) + jobs)

    def add(self, other: Figures) -> None:
        """Adds what another part of the run came to."""
        for what, jobs in other._counts().items():
            self.count(what, jobs)
        for kind, seconds in other.recoveries.items():
            self.recoveries[kind] += seconds
        for pid, life in other.lives.items():
            self.lives[pid] += life
        self.notes += other.notes
        self.measured |= other.measured

    def look_at(self, pid: int, age: float) -> None:
        """Takes a sample of a broker; none where it has just died."""
        try:
            pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
            descriptors = sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())
        except OSError:
            return
        self.lives[pid].append(Sample(age, pages * os.sysconf("SC_PAGE_SIZE"), descriptors))

    def memory_slope(self) -> float | None:
        """MB per hour; None where the lives were too short to tell."""
        return self._slope([[(s.age, s.memory / 1e6) for s in life] for life in self._long()])

    def descriptor_slope(self) -> float | None:
        """Descriptors per hour; None where the lives were too short to tell."""
        return self._slope([[(s.age, s.descriptors) for s in life] for life in self._long()])

    def _counts(self) -> dict[str, int]:
        return {f.name: getattr(self, f.name) for f in fields(self) if f.type == "int"}

    def _long(self) -> list[list[Sample]]:
        warm = [[s for s in life if s.age >= WARM_UP_S] for life in self.lives.values()]
        return [life for life in warm if life and life[-1].age - life[0].age >= LEAST_SPAN_S]

    @staticmethod
    def _slope(lives: list[list[tuple[float, float]]]) -> float | None:
        """Least squares of one slope, per hour, for lives that each begin at a level of its own."""
        above = below = 0.0
        for life in lives:
            age, level = (statistics.fmean(values) for values in zip(*life, strict=True))
            above += sum((t - age) * (y - level) for t, y in life)
            below += sum((t - age) ** 2 for t, _ in life)
        return above / below * 3600 if below else None

    def plain(self) -> dict[str, Any]:
        """Everything, in types that every process can read; ``of_plain`` reads them."""
        return {
            **self._counts(),
            "recoveries": dict(self.recoveries),
            "lives": {pid: [tuple(sample) for sample in life] for pid, life in self.lives.items()},
            "notes": self.notes,
            "measured": self.measured,
        }

    @classmethod
    def of_plain(cls, plain: dict[str, Any]) -> Figures:
        """The figures that ``plain`` gave."""
        lives = {pid: [Sample(*sample) for sample in life] for pid, life in plain["lives"].items()}
        figures = cls()
        figures.add(cls(**{**plain, "lives": lives}))
        return figures

    def as_json(self) -> dict[str, object]:
        """Everything, for machines."""
        return {
            **self._counts(),
            "recovery_s": {
                kind: {"n": len(s), "median": statistics.median(s), "worst": max(s)}
                for kind, s in sorted(self.recoveries.items())
            },
            "notes": self.notes,
            "measured": self.measured,
            "brokers": len(self.lives),
            "memory_slope_mb_per_hour": self.memory_slope(),
            "descriptor_slope_per_hour": self.descriptor_slope(),
        }

    def lines(self) -> list[str]:
        """Everything, for people."""
        counts = "  ".join(f"{name} {count:,}" for name, count in self._counts().items())
        recovered = [
            f"recovery after {kind}: median {statistics.median(s):.2f} s, worst {max(s):.2f} s"
            f" (n={len(s)})"
            for kind, s in sorted(self.recoveries.items())
        ]
        measured = [f"{kind}: {words}" for kind, words in sorted(self.measured.items())]
        slopes = []
        if (memory := self.memory_slope()) is not None:
            slopes.append(
                f"broker: {memory:+.2f} MB/h, {self.descriptor_slope():+.2f} descriptors/h"
            )
        return [f"jobs: {counts}", *recovered, *measured, *slopes, *self.notes]
