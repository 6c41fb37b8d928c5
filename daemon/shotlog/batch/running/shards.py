"""Work on a shard: what has no result yet, suspects alone, all others together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from shotlog.batch.events import ItemState, Noted, Stop, Tell, WorkerIdle
from shotlog.batch.manifest import Item, read_shard
from shotlog.batch.running.analysis import EditAnalysis
from shotlog.batch.running.finishing import ItemFinisher
from shotlog.batch.running.in_process import OwnAnalysis
from shotlog.batch.running.items import run_items
from shotlog.batch.store import Attempts, OutputFolder, ResultStore
from shotlog.schema import ItemParked, ResultUnreadable, Stopped

_TOGETHER = 16
"""Items that are analysed together: batches of models are full, and a crash costs few of them."""


@dataclass(frozen=True)
class ShardOutcome:
    """The items of a shard by what became of them.

    Attributes:
        done: Items that got a result.
        failed: Items that failed.
        parked: Items that were parked.
        skipped: Items that had a result, or a failure, before.
    """

    done: int = 0
    failed: int = 0
    parked: int = 0
    skipped: int = 0


def run_shard(
    path: Path,
    analysis: EditAnalysis,
    *,
    worker: str,
    maps: Sequence[str] = (),
    tell: Tell,
    stop: Stop,
) -> ShardOutcome:
    """Work on every item of a shard that has no result and has not failed.

    Args:
        path: The shard, in the output folder.
        analysis: Analyses edits.
        worker: Name of the worker, for people.
        maps: Maps of paths from the machine that planned to this one.
        tell: Takes the events.
        stop: Returns True once the work is to stop.

    Raises:
        ManifestUnreadable: The shard cannot be read.
        Stopped: The work is to stop.
        ShotlogError: No item can be analysed here, or nothing can be written.
    """
    shard, folder = read_shard(path), OutputFolder.of_shard(path)
    finisher = ItemFinisher(folder, shard.options, maps, analysis, worker, tell)
    store, attempts = ResultStore(folder), Attempts(folder)
    todo = [item for item in shard.items if not _settled(item, store, finisher)]
    counts: Counter[ItemState] = Counter()
    deaths = attempts.deaths()
    for item in list(todo):
        if not analysis.survives_crashes and deaths.is_poison(item.id):
            counts[finisher.fail(item, ItemParked(item.name))] += 1
            todo.remove(item)
    for group in _groups(todo, {item.id for item in todo if deaths.is_suspect(item.id)}):
        if stop():
            raise Stopped(f"shard {shard.number}")
        ids = [item.id for item in group]
        with nullcontext() if analysis.survives_crashes else attempts.noted(ids):
            counts.update(run_items(group, finisher, stop))
        attempts.forget(ids)
    tell(WorkerIdle(worker=worker))
    return ShardOutcome(
        done=counts[ItemState.DONE],
        failed=counts[ItemState.FAILED],
        parked=counts[ItemState.PARKED],
        skipped=len(shard.items) - counts.total(),
    )


def _settled(item: Item, store: ResultStore, finisher: ItemFinisher) -> bool:
    """Return True for an item that needs no work; write its outputs where they are missing."""
    if store.is_done(item.id):
        try:
            for problem in finisher.restore(item):
                finisher.tell(Noted(message=str(problem)))
            return True
        except ResultUnreadable as error:
            finisher.tell(Noted(message=f"{error.problem.message}; it is made anew: {item.name}"))
            store.discard(item.id)
            return False
    return store.failure(item.id) is not None


def _groups(items: Sequence[Item], suspects: set[str]) -> Iterator[Sequence[Item]]:
    """Yield items in groups; a suspect is alone."""
    group: list[Item] = []
    for item in items:
        if item.id in suspects:
            yield [item]
            continue
        group.append(item)
        if len(group) == _TOGETHER:
            yield group
            group = []
    if group:
        yield group


class ShardRunner:
    """Runs shards in this process, with models that stay loaded between them; a context manager.

    Args:
        cache: The result cache; None takes that of this user.
        share_cache: Folder in which nodes share evidence; None for none.
        worker: Name of the worker, for people.

    Raises:
        CacheError: The cache cannot be opened.
    """

    def __init__(
        self, *, cache: Path | None = None, share_cache: Path | None = None, worker: str
    ) -> None:
        self._worker = worker
        self._analysis = OwnAnalysis(cache, share_cache)

    def __enter__(self) -> ShardRunner:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._analysis.__exit__(kind, error, traceback)

    def run(self, path: Path, maps: Sequence[str], tell: Tell, stop: Stop) -> ShardOutcome:
        """Work on a shard; see :func:`run_shard`."""
        return run_shard(path, self._analysis, worker=self._worker, maps=maps, tell=tell, stop=stop)
