"""The state of a batch, read from the files of its output folder."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from fractions import Fraction
from pathlib import Path

from shotlog.batch.events import ItemState
from shotlog.batch.manifest import PassedOver
from shotlog.batch.store import BatchPlan, OutputFolder, ResultStore, read_plan
from shotlog.schema import Model, Problem, ResultUnreadable, Seconds, Words


class FailedItem(Model):
    """An item without a result, or with one and a problem."""

    item: str
    """Id of the item."""
    name: Words
    """Its path within the input."""
    state: ItemState
    """Its state."""
    shard: str
    """File of its shard."""
    problems: tuple[Problem, ...]
    """Reasons."""


class BatchStatus(Model):
    """The state of a batch."""

    folder: Words
    """The output folder."""
    shards: int
    """Number of shards."""
    items: int
    """Number of items."""
    copies: int
    """Number of further files with the content of an item."""
    done: int
    """Items with a result."""
    failed: int
    """Items that failed."""
    parked: int
    """Items that ended their worker twice."""
    waiting: int
    """Items without a result."""
    cost: float
    """Cost of all items, in seconds of HD film."""
    cost_done: float
    """Cost of those that are done."""
    seconds: Seconds
    """Film that all items show."""
    failures: tuple[FailedItem, ...]
    """Items that failed or were parked."""
    fallbacks: tuple[FailedItem, ...]
    """Items that are done by another tier than the first one, as a provider could not be used."""
    passed_over: tuple[PassedOver, ...]
    """Files of the input that cannot be logged."""
    warnings: tuple[Words, ...]
    """Sentences about the input."""
    library: bool
    """True where a library is there."""

    @property
    def complete(self) -> bool:
        """True where every item has a result and every file could be read."""
        return not (self.failed or self.parked or self.waiting or self.passed_over)


def read_status(folder: OutputFolder) -> BatchStatus:
    """Return the state of a batch.

    Raises:
        ManifestUnreadable: There is no plan here, or it is damaged.
    """
    return status_of(folder, read_plan(folder))


def status_of(folder: OutputFolder, plan: BatchPlan) -> BatchStatus:
    """Return the state of a plan."""
    store = ResultStore(folder)
    states = store.states()
    found = {item: states.get(item, ItemState.WAITING) for item in plan.items}
    counts = Counter(found.values())
    bad = {item for item, state in found.items() if state in (ItemState.FAILED, ItemState.PARKED)}
    shard_of = {item: entry.file for entry in plan.manifest.shards for item in entry.items}
    return BatchStatus(
        folder=str(folder.root),
        shards=len(plan.shards),
        items=len(plan.items),
        copies=sum(len(item.copies) for item in plan.items.values()),
        done=counts[ItemState.DONE],
        failed=counts[ItemState.FAILED],
        parked=counts[ItemState.PARKED],
        waiting=counts[ItemState.WAITING],
        cost=sum(item.cost for item in plan.items.values()),
        cost_done=sum(
            plan.items[key].cost for key, state in found.items() if state is ItemState.DONE
        ),
        seconds=sum((item.seconds for item in plan.items.values()), start=Fraction(0)),
        failures=tuple(
            FailedItem(
                item=key,
                name=plan.items[key].name,
                state=found[key],
                shard=shard_of[key],
                problems=record.problems if (record := store.failure(key)) else (),
            )
            for key in plan.items
            if key in bad
        ),
        fallbacks=tuple(
            FailedItem(
                item=key,
                name=plan.items[key].name,
                state=ItemState.DONE,
                shard=shard_of[key],
                problems=(reason,),
            )
            for key, reason in read_fallbacks(folder, plan).items()
        ),
        passed_over=plan.manifest.problems,
        warnings=plan.manifest.warnings,
        library=folder.library.is_file(),
    )


def read_fallbacks(folder: OutputFolder, plan: BatchPlan) -> dict[str, Problem]:
    """Return the items that another tier than the first one has made, with the reasons.

    Results are read only where a provider may be asked.
    """
    if plan.manifest.options.analysis.remote is None:
        return {}
    store = ResultStore(folder)
    reasons: dict[str, Problem] = {}
    for item in sorted(store.finished() & plan.items.keys()):
        with suppress(ResultUnreadable):
            if (reason := store.record(item).summary.fallback) is not None:
                reasons[item] = reason
    return reasons


def is_batch(path: Path) -> bool:
    """Return True where a folder is the output of a batch."""
    return OutputFolder(path).manifest.is_file()
