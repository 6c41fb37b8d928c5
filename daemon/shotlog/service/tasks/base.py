"""The contract of every kind of task."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, ClassVar, Protocol, Self

from shotlog.schema import Edit, Model
from shotlog.service.tasks.options import AnalysisOptions

if TYPE_CHECKING:
    # Only for types: client and broker import this module, and must start without the engine.
    from shotlog.engine import AnalyzerSelection, Cache, RunProgress


class TaskContext(Protocol):
    """Services of the worker for the tasks that it runs."""

    @property
    def progress(self) -> RunProgress:
        """Receiver of the progress; every report may raise to stop the run."""
        ...

    def voices(self, asks: AnalysisOptions) -> AnalyzerSelection:
        """Return the analyzers for some options; their models are shared with earlier runs.

        Raises:
            ModelError: a model or the device cannot be used.
        """
        ...

    def cache(self) -> AbstractContextManager[Cache]:
        """Open the result cache, from which a stopped run resumes."""
        ...


class JobTask(Model, ABC):
    """The work of a job.

    A subclass has a field ``kind``, a ``Literal`` with its only value as default. It imports the
    engine inside :meth:`run` alone, because client and broker import the class, too.
    """

    since: ClassVar[tuple[int, int]]
    """The oldest protocol version that has the kind of task."""

    result: ClassVar[type[Model]]
    """The model of its result."""

    @property
    @abstractmethod
    def edits(self) -> tuple[Edit, ...]:
        """The edits whose media the task reads."""

    @property
    @abstractmethod
    def options(self) -> str:
        """A text that is equal for tasks of this kind that may run together."""

    @property
    def minimum_protocol(self) -> tuple[int, int]:
        """The oldest protocol version in which this very task can be submitted."""
        return self.since

    @property
    def clips(self) -> int:
        """The number of clips, the measure of a task's size in the queue."""
        return sum(len(edit.clips) for edit in self.edits)

    @classmethod
    @abstractmethod
    def run(cls, tasks: Sequence[Self], context: TaskContext) -> Iterator[Model]:
        """Run tasks with equal options together, in the worker.

        A run may be stopped for a more urgent job and started again later. So long work must
        report progress, where it can be stopped, and keep finished parts in the cache.

        Args:
            tasks: One or more tasks.
            context: The services of the worker.

        Yields:
            The result of each task, in their order, an instance of :attr:`result`.
        """
