"""The contract of every kind of job."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, ClassVar, Protocol, Self

from shotlog.schema import Edit, Model

if TYPE_CHECKING:
    from shotlog.engine import AnalyzerSelection, Cache, RunProgress
    from shotlog.service.tasks.analyze import AnalysisOptions


class Tools(Protocol):
    """The means that a worker gives to the tasks that it runs."""

    @property
    def progress(self) -> RunProgress:
        """Takes the progress; the run may be left at every step of it."""
        ...

    def voices(self, asks: AnalysisOptions) -> AnalyzerSelection:
        """Return the analyzers for these options, their models shared with earlier runs.

        Raises:
            ModelError: a model or the device cannot be used.
        """
        ...

    def cache(self) -> AbstractContextManager[Cache]:
        """Open the result cache, which makes a run resumable."""
        ...


class JobTask(Model, ABC):
    """The work of a job, as it is submitted.

    A subclass has a field ``kind``, a ``Literal`` with itself as default, and imports the engine
    only inside :meth:`run`: client and broker import the class too.
    """

    since: ClassVar[tuple[int, int]]
    """The oldest protocol in which it can be submitted."""

    result: ClassVar[type[Model]]
    """The model of its result."""

    @property
    @abstractmethod
    def edits(self) -> tuple[Edit, ...]:
        """The edits whose media it reads."""

    @property
    @abstractmethod
    def options(self) -> str:
        """A text that is the same for tasks of this kind that may run together."""

    @property
    def clips(self) -> int:
        """The number of clips, by which the queue measures its size."""
        return sum(len(edit.clips) for edit in self.edits)

    @classmethod
    @abstractmethod
    def run(cls, tasks: Sequence[Self], tools: Tools) -> Iterator[Model]:
        """Run tasks with the same options together, in the worker.

        Whatever takes long must tell its progress, and keep what it has done in the cache: a run
        that is left for a more urgent job is begun again.

        Args:
            tasks: One or more.
            tools: What the worker has for them.

        Yields:
            The result of each task, in their order, an instance of :attr:`result`.
        """
