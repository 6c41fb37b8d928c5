"""Base classes of executors, which are found by the entry point group ``shotlog.executors``.

An executor brings the shards of a plan to machines that work. One that *runs* them stays until all
are done; one that *emits* writes a job for a render farm, whose nodes call ``shotlog run-shard``.
Neither schedules anything itself: that is left to the daemon, to Ray, or to the farm.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from shotlog.batch.events import Stop, Tell
from shotlog.plugins import PluginKind
from shotlog.schema import Model, PathText


class RunSettings(Model):
    """Settings of a run of shards; none of them changes a result.

    Attributes:
        jobs: Shards in progress at a time; None leaves it to the executor.
        address: Address of the engine's head; None for its own default.
        gpus: GPUs of one worker (may be a fraction); None leaves it to the executor.
        context: Name of the daemon.
        keep_alive: Seconds that models stay loaded afterwards; None for the daemon's own.
        cache: Result cache of a worker; None for that of its user.
        share_cache: Folder in which workers share evidence; None for none.
        maps: Maps of paths from the planning machine to the workers, as ``OLD=NEW``.
        since: Seconds since 1970 from which costs of providers count as those of this run.
    """

    jobs: int | None = None
    address: str | None = None
    gpus: float | None = None
    context: str = "default"
    keep_alive: int | None = None
    cache: PathText | None = None
    share_cache: PathText | None = None
    maps: tuple[str, ...] = ()
    since: float | None = None


@dataclass(frozen=True)
class ShardFile:
    """A shard of the plan.

    Attributes:
        path: Its file, in ``.shotlog/shards`` of the output folder.
        number: Its number, from 1; the costliest come first.
        items: Number of its items.
        cost: Sum of their costs.
    """

    path: Path
    number: int
    items: int
    cost: float


@dataclass(frozen=True)
class FarmJob:
    """A job for a render farm.

    Attributes:
        name: Name of the job, for people.
        folder: The output folder, absolute.
        shards: The shards whose results are not all there, the costliest first.
        jobs: Tasks at a time; None for as many as the farm has room for.
        gpus: GPUs of a task; None for none.
        options: Options of ``run-shard`` that every task gets: maps of paths, caches.
    """

    name: str
    folder: Path
    shards: Sequence[ShardFile]
    jobs: int | None = None
    gpus: int | None = None
    options: tuple[str, ...] = ()

    def run_command(self, shard: str) -> tuple[str, ...]:
        """Return the command line of a task; ``shard`` is its file, or what the farm puts there."""
        return ("shotlog", "run-shard", shard, *self.options)

    @property
    def merge_command(self) -> tuple[str, ...]:
        """The command line that makes library and index once all tasks have ended."""
        return ("shotlog", "batch", "merge", str(self.folder))


class Executor(ABC):
    """Common base of executors.

    Attributes:
        name: Unique name, as after ``--executor`` or ``--emit``.
        title: What it is, in one line of help.
        asks_providers: True where work is done as the user of this machine, who has the tokens of
            providers and has agreed to what is sent to them.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    asks_providers: ClassVar[bool] = False


class RunningExecutor(Executor):
    """An executor that runs shards until all of them have results."""

    @abstractmethod
    def run(
        self, shards: Sequence[ShardFile], settings: RunSettings, tell: Tell, stop: Stop
    ) -> None:
        """Run shards; return once every item has a result, or soon after ``stop`` returns True.

        Every item that ends is told once. A worker that dies is replaced, and its shard is run
        again: items with results are skipped.

        Raises:
            ExecutorUnusable: The engine is not installed, not reachable, or of another version.
            ShotlogError: No shard can be run here: the daemon cannot be used, the disk is full.
        """


class EmittingExecutor(Executor):
    """An executor that writes a job for a farm.

    Attributes:
        suffix: Usual suffix of the job's file.
    """

    suffix: ClassVar[str]

    @abstractmethod
    def emit(self, job: FarmJob) -> str:
        """Return the job as text: the same text for the same job.

        Raises:
            ExecutorUnusable: The farm cannot express it; the message says what.
        """


EXECUTORS = PluginKind("shotlog.executors", Executor, "executor")
"""Executors; ``shotlog batch --executor`` and ``--emit`` choose one."""
