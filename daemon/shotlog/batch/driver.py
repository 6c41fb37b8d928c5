"""A batch from its inputs to its library: planned, run, merged."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from shotlog.batch.events import ItemState, Noted, Stop, Tell
from shotlog.batch.executors import FarmJob, RunningExecutor, RunSettings, ShardFile
from shotlog.batch.manifest import BatchOptions
from shotlog.batch.merging import Merged, merge_results
from shotlog.batch.planning import Progress, make_plan, write_plan
from shotlog.batch.status import read_fallbacks
from shotlog.batch.store import Attempts, BatchPlan, OutputFolder, ResultStore, WrittenOutputs
from shotlog.engine import Cache, ProbeCache, find_candidates
from shotlog.models.catalog import InstalledModel
from shotlog.paths import cache_file
from shotlog.providers import AddedProviders
from shotlog.schema import (
    OutputBusy,
    ProviderUnknown,
    ResultUnreadable,
    ShotlogError,
    Stopped,
)
from shotlog.service.protocol import AnalysisOptions
from shotlog.settings import load_settings

_DRAFT_SECONDS = 3600.0
"""Age from which a draft was left by a process that was killed: outputs are written in seconds."""


@dataclass(frozen=True)
class PlanRequest:
    """Inputs and options of a batch.

    Attributes:
        paths: Folders, files, and lists of them.
        options: The options that decide results.
        maps: Maps of paths that the user gave.
    """

    paths: Sequence[Path]
    options: BatchOptions
    maps: Sequence[str] = ()


@contextmanager
def at_work(folder: OutputFolder) -> Iterator[None]:
    """Hold an output folder, so that a second batch on it says so instead of doing all twice.

    A courtesy alone: results are right without it, and a share without locks has none.

    Raises:
        OutputBusy: Another batch is at work on it.
        OutputNotWritable: The folder cannot be made.
    """
    folder.make()
    lock = FileLock(folder.lock, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise OutputBusy(str(folder.root)) from None
    except (OSError, NotImplementedError):  # a file system without locks
        yield
        return
    try:
        _sweep(folder)
        yield
    finally:
        if not folder.manifest.is_file():  # it was refused
            folder.unmake()
        lock.release()


def _sweep(folder: OutputFolder) -> None:
    """Remove drafts of library, tables and page that a killed batch has left.

    Only whoever holds the folder writes these; what nodes write lies deeper.
    """
    for draft in folder.root.glob(".shotlog-*.part*"):
        with suppress(OSError):
            draft.unlink()


def plan_batch(
    request: PlanRequest,
    folder: OutputFolder,
    on_count: Callable[[int], None] = lambda count: None,
    tell: Progress = lambda stage, done, total: None,
) -> BatchPlan:
    """Plan a batch and write the plan.

    The models that are on this machine are named in the options, so that every node uses the same;
    where a provider may be asked there are no nodes, and none is named.

    Args:
        request: Inputs and options.
        folder: The output folder, held by :func:`at_work`.
        on_count: Called with the number of files so far.
        tell: Takes the progress.

    Raises:
        BatchError: There is nothing to log.
        ModelError: A model that is asked for is not here.
        ShotlogError: An input does not exist, or the plan cannot be written.
    """
    asks = request.options.analysis
    found = find_candidates(asks.models, asks.names, embeddings=asks.models != "builtin")
    options = request.options.model_copy(update={"analysis": _pinned(asks, found.models)})
    identities = [model.fingerprint for model in found.models] + _served(asks)
    size = load_settings().settings.storage.cache_size
    with Cache(cache_file(), size) as cache:
        plan = make_plan(
            request.paths,
            folder,
            options,
            maps=request.maps,
            probe=ProbeCache(cache),
            models=identities,
            on_count=on_count,
            tell=tell,
        )
    planned = BatchPlan(plan.manifest, plan.shards)
    _discard_superseded(folder, planned)
    write_plan(plan, folder)
    return planned


def _discard_superseded(folder: OutputFolder, plan: BatchPlan) -> None:
    """Remove results of files that have changed, before outputs of their new content are written.

    Were they there when the change is taken back, the outputs would be taken for theirs.
    """
    store = ResultStore(folder)
    for item in store.finished() - plan.items.keys():
        with suppress(ResultUnreadable):
            if plan.supersedes(store.record(item)):
                store.discard(item)


def _pinned(asks: AnalysisOptions, found: Sequence[InstalledModel]) -> AnalysisOptions:
    """Return options that name the models; an image-text model measures what words search."""
    if asks.remote is not None:
        embeddings = any(model.card.text is not None for model in found)
        # The start of a run is no part of the plan: another run is to find the same results.
        remote = asks.remote.model_copy(update={"since": None})
        return asks.model_copy(update={"embeddings": embeddings, "remote": remote})
    if not found:
        return asks.model_copy(update={"models": "builtin", "names": ()})
    names = tuple(model.card.name for model in found)
    embeddings = any(model.card.text is not None for model in found)
    return asks.model_copy(update={"names": names, "embeddings": embeddings})


def _served(asks: AnalysisOptions) -> list[str]:
    """Return the identities of the models of the provider that may be asked, if one may be."""
    if asks.remote is None:
        return []
    try:
        added = AddedProviders().find(asks.remote.provider)
    except ProviderUnknown:
        if asks.models == "remote":
            raise
        return []  # the next tier is used, and every log tells it
    return [f"{model.model}:{model.version}" for model in added.models]


def open_shards(folder: OutputFolder, plan: BatchPlan) -> list[ShardFile]:
    """Return the shards with an item that has no result, or whose outputs are missing."""
    states = ResultStore(folder).states()
    written = WrittenOutputs(folder)
    found = []
    for entry, shard in zip(plan.manifest.shards, plan.shards, strict=True):
        if any(
            item.id not in states
            or (
                states[item.id] is ItemState.DONE
                and not all(written.is_there(place.output) for place in (item, *item.copies))
            )
            for item in shard.items
        ):
            path = folder.shards / entry.file
            found.append(ShardFile(path, shard.number, len(shard.items), shard.cost))
    return found


def run_batch(
    folder: OutputFolder,
    plan: BatchPlan,
    executor: RunningExecutor,
    settings: RunSettings,
    tell: Tell,
    stop: Stop,
    merging: Callable[[str, int, int], None] = lambda stage, done, total: None,
) -> Merged:
    """Run all shards that need it, and merge the results.

    Also after an error, and after a stop, what is done is merged.

    Args:
        folder: The output folder, held by :func:`at_work`.
        plan: The plan.
        executor: Runs the shards.
        settings: How they are run.
        tell: Takes the events.
        stop: Returns True once the batch is to stop.
        merging: Takes the progress of the merge.

    Raises:
        Stopped: ``stop`` returned True; the same command resumes.
        ShotlogError: As :meth:`RunningExecutor.run` and :func:`merge_results` raise it.
    """
    try:
        if shards := open_shards(folder, plan):
            executor.run(shards, settings, tell, stop)
    except BaseException:
        with suppress(ShotlogError):
            merge_results(folder, merging)
        raise
    merged = merge_results(folder, merging)
    if stop():
        raise Stopped(str(folder.root))
    if merged.damaged:
        tell(Noted(message=f"{len(merged.damaged)} results were damaged and are made anew"))
        executor.run(open_shards(folder, plan), settings, tell, stop)
        merged = merge_results(folder, merging)
    if plan.items.keys() <= ResultStore(folder).states().keys():
        _sweep_drafts(folder)
    return merged


def _sweep_drafts(folder: OutputFolder) -> None:
    """Remove drafts that killed nodes have left, once every item has a result.

    A young draft may be of a node that still writes what another one has written already. Ages are
    by the clock of the file system, since those of nodes differ.
    """
    with suppress(OSError), tempfile.TemporaryFile(dir=folder.hidden) as probe:
        now = os.fstat(probe.fileno()).st_mtime
        for draft in (*folder.drafts.glob("*"), *folder.hidden.glob("*/*/.shotlog-*.part")):
            with suppress(OSError):
                if now - draft.stat().st_mtime < _DRAFT_SECONDS:
                    continue
                if draft.is_dir():
                    shutil.rmtree(draft)
                else:
                    draft.unlink()


def forget_failures(folder: OutputFolder, plan: BatchPlan) -> int:
    """Make items that failed, were parked, or fell back to another tier, wait again.

    Returns:
        Their number.

    Raises:
        OutputNotWritable: A note cannot be removed.
    """
    store, attempts = ResultStore(folder), Attempts(folder)
    failed = [
        item
        for item, state in store.states().items()
        if state in (ItemState.FAILED, ItemState.PARKED) and item in plan.items
    ]
    attempts.forget(failed)
    for item in failed:
        store.clear_failure(item)
    fallen = read_fallbacks(folder, plan)
    for item in fallen:
        store.discard(item)
    return len(failed) + len(fallen)


def farm_job(
    folder: OutputFolder, plan: BatchPlan, settings: RunSettings, options: tuple[str, ...] = ()
) -> FarmJob:
    """Return the shards that need work as a job for a farm.

    Args:
        folder: The output folder.
        plan: The plan.
        settings: Tasks at a time, and GPUs of each.
        options: Further options of ``run-shard``.
    """
    return FarmJob(
        name=f"shotlog {folder.root.name}",
        folder=folder.root,
        shards=open_shards(folder, plan),
        jobs=settings.jobs,
        gpus=None if settings.gpus is None else max(1, round(settings.gpus)),
        options=options,
    )
