"""Interface of the worker that the scheduler uses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from shotlog.service.protocol import AnalysisOptions, WorkerInfo


class Worker(Protocol):
    """Methods of :class:`~shotlog.service.supervision.Supervisor` that the scheduler calls."""

    @property
    def free(self) -> bool:
        """True if ``run``, ``load`` and ``run_selftest`` may be called now."""
        ...

    @property
    def pid(self) -> int | None:
        """Process id; None: the worker is not running."""
        ...

    def run(self, specs: Mapping[str, str]) -> bool:
        """Hand over the JSON texts of jobs that run together; return False if that failed."""
        ...

    def load(self, options: AnalysisOptions, keep_alive: float | None = None) -> bool:
        """Load models for so many seconds; return False if no worker could be started."""
        ...

    def run_selftest(self, options: AnalysisOptions) -> bool:
        """Run the worker's self-test; return False if no worker could be started."""
        ...

    def preempt(self, kill_after: float | None = None) -> None:
        """Take the running jobs back."""
        ...

    def stop(self, kill_after: float = 5.0) -> None:
        """End the worker."""
        ...

    def info(self) -> WorkerInfo:
        """Return the state of the worker."""
        ...
