"""Events of a running batch, for screens and for programs (one JSON object a line)."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from shotlog.schema import Hint, Model, Words


class ItemState(StrEnum):
    """State of an item of a batch."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"
    PARKED = "parked"
    """Given up after it had ended its process twice."""


class ItemStarted(Model):
    """A worker has begun with an item."""

    type: Literal["started"] = "started"
    worker: str
    """Name of the worker, for people: ``job 1``, ``node-3/1``."""
    item: str
    """Id of the item."""
    name: Words
    """Path of the item within the input, for people."""


class ItemAdvanced(Model):
    """A worker has got further with its items."""

    type: Literal["advanced"] = "advanced"
    worker: str
    """Name of the worker."""
    name: Words
    """The item, for people."""
    stage: str
    """Stage of the work, for people: ``Picture``."""
    done: float
    """Amount that is done, in ``unit``."""
    total: float
    """Amount of the stage; 0 where it is not known."""
    unit: str
    """Unit of both: ``s``, ``clips``, or empty."""


class ItemEnded(Model):
    """An item has a result."""

    type: Literal["ended"] = "ended"
    worker: str
    """Name of the worker."""
    item: str
    """Id of the item."""
    name: Words
    """Path of the item within the input, for people."""
    state: ItemState
    """Its state now."""
    cost: float
    """Its cost in the plan, by which progress and the time that remains are reckoned."""
    clips: int = 0
    """Number of its clips with a problem."""
    message: Words = ""
    """Reason of a failure; empty without one."""
    hint: Hint = ""
    """Advice on it."""


class WorkerIdle(Model):
    """A worker has nothing to do, for now or for good."""

    type: Literal["idle"] = "idle"
    worker: str
    """Name of the worker."""


class WorkerLost(Model):
    """A worker ended before its work did; another one takes its shard over."""

    type: Literal["lost"] = "lost"
    worker: str
    """Name of the worker."""
    message: Words
    """Reason, as far as it is known."""


class Noted(Model):
    """A sentence for people about the whole batch: what is waited for, what was assumed."""

    type: Literal["noted"] = "noted"
    message: Words
    """The sentence."""


BatchEvent = Annotated[
    ItemStarted | ItemAdvanced | ItemEnded | WorkerIdle | WorkerLost | Noted,
    Field(discriminator="type"),
]

Tell = Callable[[BatchEvent], None]
"""Takes the events of a batch; called from any thread."""

Stop = Callable[[], bool]
"""Returns True once the batch is to stop; asked several times a second, from any thread."""
