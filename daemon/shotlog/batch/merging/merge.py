"""Merge of results into the library, its tables and the page of all timelines.

The merge can be run at any time and as often as one likes, also while nodes are at work: it takes
what is there, and a second run with nothing new does nothing. Every file is written beside its
place and renamed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b

from shotlog.batch.events import ItemState
from shotlog.batch.manifest import BatchManifest
from shotlog.batch.merging.page import write_page
from shotlog.batch.running import report_of
from shotlog.batch.store import BatchPlan, OutputFolder, Record, ResultStore, read_plan
from shotlog.files import output_errors, replace_file
from shotlog.library import Library, LoggedTimeline, export_csv, export_parquet, merge
from shotlog.schema import LibraryError, ResultUnreadable

_LAYOUT = 2
"""Raise it when the same results give another library or page."""


@dataclass(frozen=True)
class Merged:
    """Result of a merge.

    Attributes:
        timelines: Number of sequences that were added to the library.
        damaged: Items whose result was damaged; they are made anew by the next run.
        fresh: False where nothing was new.
    """

    timelines: int = 0
    damaged: tuple[str, ...] = ()
    fresh: bool = True


def merge_results(
    folder: OutputFolder, tell: Callable[[str, int, int], None] = lambda stage, done, total: None
) -> Merged:
    """Bring library, tables and page up to date with the results.

    A result of a file that is planned with other content or other options now is removed: the
    output folder holds what holds now.

    Args:
        folder: The output folder.
        tell: Takes a stage for people, what is done of it, and the whole.

    Raises:
        ManifestUnreadable: The plan cannot be read.
        OutputNotWritable: A file cannot be written.
        DiskFull: There is no room.
    """
    plan, store = read_plan(folder), ResultStore(folder)
    states = store.states()
    sizes = store.sizes()
    key = _key(plan.manifest, states, sizes)
    if _is_merged(folder, key):
        return Merged(fresh=False)
    known = _merged_items(folder)
    done = {item for item, state in states.items() if state is ItemState.DONE}
    records = _read_records(store, sorted(done), tell)
    damaged = sorted(done - records.keys())
    superseded = sorted(item for item, record in records.items() if plan.supersedes(record))
    for item in superseded:
        store.discard(item)
        del records[item]
    renamed = _take_names(records, plan)
    new = [item for item in sorted(records) if item not in known or item in renamed]
    gone = known - records.keys()
    counter = _Counter(tell, len(new))
    logged = _logged(store, records, new, counter, damaged)
    counts = merge(folder.library, logged, sorted(gone))
    for item in damaged:
        store.discard(item)
    for number, (export, path) in enumerate(
        ((export_csv, folder.table), (export_parquet, folder.parquet))
    ):
        tell("Tables", number, 2)
        export(folder.library, path)
    failures = {
        item: failure
        for item, state in states.items()
        if state in (ItemState.FAILED, ItemState.PARKED) and (failure := store.failure(item))
    }
    write_page(folder, plan, records, failures, store, tell)
    # Not the states of now: a result that came meanwhile is not in the library.
    held = {item: s for item, s in states.items() if s is not ItemState.DONE or item in records}
    _note(folder, _key(plan.manifest, held, sizes))
    return Merged(counts.added, tuple(damaged))


class _Counter:
    def __init__(self, tell: Callable[[str, int, int], None], total: int) -> None:
        self._tell, self._total, self._done = tell, total, 0

    def step(self) -> None:
        self._tell("Library", self._done, self._total)
        self._done += 1


def _read_records(
    store: ResultStore, items: list[str], tell: Callable[[str, int, int], None]
) -> dict[str, Record]:
    """Return the records of finished items; those of damaged results are absent."""
    records = {}
    for number, item in enumerate(items):
        tell("Results", number, len(items))
        with suppress(ResultUnreadable):
            records[item] = store.record(item)
    return records


def _logged(
    store: ResultStore,
    records: dict[str, Record],
    items: list[str],
    counter: _Counter,
    damaged: list[str],
) -> Iterator[LoggedTimeline]:
    """Yield every sequence of some items for the library; damaged ones leave the records."""
    for item in items:
        counter.step()
        record = records[item]
        try:
            result = store.read(item)  # pictures too, so that damage of any part is found
        except ResultUnreadable:  # its record was whole
            damaged.append(item)
            del records[item]
            continue
        for number, log in enumerate(result.logs):
            vectors = {
                model: {shot: v for (sequence, shot), v in found.items() if sequence == number}
                for model, found in result.vectors.items()
            }
            yield LoggedTimeline(
                item=item,
                sequence=number,
                source=record.item.name,
                marked=record.item.output,
                report=report_of(record.item.report, number),
                log=log,
                vectors=vectors,
            )


def _merged_items(folder: OutputFolder) -> frozenset[str]:
    """Return the items that the library holds; none where it cannot be read: it is made anew."""
    try:
        with Library.open(folder.library) as library:
            return library.merged
    except LibraryError:
        with suppress(OSError):
            folder.library.unlink(missing_ok=True)
        return frozenset()


def _take_names(records: dict[str, Record], plan: BatchPlan) -> set[str]:
    """Give records the names and outputs of the plan; return the items whose own were others."""
    changed = set()
    for item, record in records.items():
        now = plan.items.get(item, record.item)
        if (now.name, now.output, now.report) != (
            record.item.name,
            record.item.output,
            record.item.report,
        ):
            records[item] = record.model_copy(update={"item": now})
            changed.add(item)
    return changed


def _key(manifest: BatchManifest, states: Mapping[str, ItemState], sizes: Mapping[str, int]) -> str:
    results = [(item, state, sizes.get(item)) for item, state in sorted(states.items())]
    facts = [_LAYOUT, manifest.digest, results]
    return blake2b(json.dumps(facts).encode(), digest_size=16).hexdigest()


def _is_merged(folder: OutputFolder, key: str) -> bool:
    """Return True where all files are there and are those of these results."""
    files = (folder.library, folder.table, folder.parquet, folder.index)
    with suppress(OSError, ValueError):
        noted = json.loads(folder.merged.read_bytes())
        return noted == key and all(path.is_file() for path in files)
    return False


def _note(folder: OutputFolder, key: str) -> None:
    with output_errors(folder.merged):
        replace_file(folder.merged, json.dumps(key).encode())
