"""Messages between the command, the driver and its workers.

All of it is JSON: one :class:`RayJob` to the driver, then lines from it, each a :class:`BatchEvent`
or one of the messages here.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from shotlog.batch.events import BatchEvent
from shotlog.batch.executors.contract import RunSettings
from shotlog.schema import Model, PathText, Problem, ShotlogError, Words, all_errors


class RayJob(Model):
    """The work of a driver."""

    shotlog: str
    """Version of Shotlog that planned; every worker must have the same."""
    address: str | None
    """Address of the cluster's head, or ``auto``; None starts Ray on this machine alone."""
    settings: RunSettings
    """How shards are run."""
    shards: tuple[PathText, ...]
    """Files of the shards on the machine that planned, the costliest first."""


class Connecting(Model):
    """The driver is about to connect; from now on it has a bounded time."""

    type: Literal["connecting"] = "connecting"


class Connected(Model):
    """The driver has reached the cluster."""

    type: Literal["connected"] = "connected"


class ShardReturned(Model):
    """A worker has come back from a shard: every item of it has ended."""

    type: Literal["returned"] = "returned"


class ShardsFreed(Model):
    """A worker was lost, and not by what it was working on: its machine left the cluster."""

    type: Literal["freed"] = "freed"
    shards: tuple[PathText, ...]
    """Files of its shards, as in the job."""


class DriverRefused(Model):
    """The work ended early, for a reason."""

    type: Literal["driver-refused"] = "driver-refused"
    problem: Problem
    """The reason."""


class DriverEnded(Model):
    """All shards are done, or the work has stopped as it was told to."""

    type: Literal["driver-ended"] = "driver-ended"


Line = Annotated[
    BatchEvent | Connecting | Connected | ShardReturned | ShardsFreed | DriverRefused | DriverEnded,
    Field(discriminator="type"),
]
_LINE: TypeAdapter[Line] = TypeAdapter(Line)


class NodeReport(Model):
    """Report of a worker on itself before any work."""

    worker: str
    """Its name, for people: ``node-3/1``."""
    shotlog: str
    """Version of Shotlog there."""
    unseen: tuple[Words, ...] = ()
    """Files of shards that it does not see."""
    problem: Problem | None = None
    """A reason for which it cannot work."""


class Process(Model):
    """The process that a worker is at the moment; Ray may start another."""

    host: str
    """Name of its machine."""
    pid: int
    """Its id."""
    node: str
    """Ray's id of its node."""


class ShardReport(Model):
    """Result of a call for a shard."""

    worker: str
    """Name of the worker."""
    stopped: bool = False
    """True where it stopped because it was told to."""
    problem: Problem | None = None
    """A reason for which the shard cannot be run there."""


def read_line(text: str) -> Line | None:
    """Return a line of the driver; None for text that others printed between."""
    if not text.startswith("{"):
        return None
    try:
        return _LINE.validate_json(text)
    except ValueError:
        return None


def error_of(problem: Problem) -> ShotlogError:
    """Return a problem as the error that it was."""
    kinds = (kind for kind in all_errors() if kind.code() == problem.code)
    return next(kinds, ShotlogError)(problem.subject, problem.message, problem.hint)
