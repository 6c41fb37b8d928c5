"""The page of all timelines of an output folder, with small pictures beside it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from shotlog.batch.events import ItemState
from shotlog.batch.manifest import Item, PassedOver
from shotlog.batch.store import BatchPlan, OutputFolder, Record, ResultStore, Summary
from shotlog.files import output_errors
from shotlog.report import IndexEntry, IndexState, IndexSummary, render_index
from shotlog.schema import Problem, ResultUnreadable
from shotlog_otio import save

_PICTURES = 4
"""Pictures of a timeline on the page, evenly spread over its shots."""


def write_page(
    folder: OutputFolder,
    plan: BatchPlan,
    records: Mapping[str, Record],
    failures: Mapping[str, Record],
    store: ResultStore,
    tell: Callable[[str, int, int], None],
) -> None:
    """Write ``index.html``.

    Args:
        folder: The output folder.
        plan: The plan.
        records: Records of the finished items.
        failures: Records of those that failed.
        store: The results, for their pictures.
        tell: Takes the progress.

    Raises:
        OutputNotWritable: A file cannot be written.
        DiskFull: There is no room.
    """
    earlier = [record.item for key, record in records.items() if key not in plan.items]
    items = [*plan.items.values(), *sorted(earlier, key=lambda item: item.name)]
    entries: list[IndexEntry] = []
    for number, item in enumerate(items):
        tell("Page", number, len(items))
        record = records.get(item.id) or failures.get(item.id)
        pictures = _pictures(folder, item, record, store) if item.id in records else ()
        entries += _entries(item, record, pictures)
    entries += map(_passed_over, plan.manifest.problems)
    files = ((folder.table.name, "shots.csv"), (folder.parquet.name, "shots.parquet"))
    summary = IndexSummary(folder.root.name, files, plan.manifest.warnings)
    save(folder.index, render_index(entries, summary).encode())


def _entries(item: Item, record: Record | None, pictures: tuple[str, ...]) -> Iterator[IndexEntry]:
    """Yield the entries of an item and of its copies."""
    summary = record.summary if record else Summary(seconds=item.seconds)
    done = record is not None and record.state is ItemState.DONE
    problems = (*record.problems, *summary.problems) if record else ()
    own = IndexEntry(
        name=Path(item.name).name,
        source=item.name,
        kind=item.kind,
        state=_state(record),
        marked=item.output if done else None,
        report=item.report if done else None,
        pictures=pictures,
        shots=summary.shots,
        seconds=summary.seconds,
        sizes=summary.sizes,
        moves=summary.moves,
        highlights=summary.highlights,
        problems=problems,
        warnings=summary.warnings,
    )
    yield own
    for copy in item.copies:
        yield replace(
            own,
            name=Path(copy.name).name,
            source=copy.name,
            state=IndexState.DUPLICATE if done else own.state,
            marked=copy.output if done else None,
            pictures=(),
            problems=(),
            duplicate_of=item.name,
        )


def _state(record: Record | None) -> IndexState:
    if record is None:
        return IndexState.WAITING
    if record.state is ItemState.DONE:
        faulty = record.problems or record.summary.clips
        return IndexState.PROBLEMS if faulty else IndexState.DONE
    return IndexState.PARKED if record.state is ItemState.PARKED else IndexState.FAILED


def _passed_over(file: PassedOver) -> IndexEntry:
    problem = Problem(code="passed-over", message=file.message, subject=file.path, hint=file.hint)
    name = re.split(r"[/\\]", file.path)[-1]
    return IndexEntry(name=name, source=file.path, state=IndexState.FAILED, problems=(problem,))


def _pictures(
    folder: OutputFolder, item: Item, record: Record | None, store: ResultStore
) -> tuple[str, ...]:
    """Write pictures of a timeline where they are not there yet; return their relative paths."""
    place = folder.pictures / item.id[:2]
    # The first is written last: where it is, a merge that was killed has left none out.
    if not (place / f"{item.id}-0.jpg").is_file() and record and record.summary.shots:
        with suppress(ResultUnreadable):
            _write_pictures(folder, item, store)
    with output_errors(place):
        known = sorted(place.glob(f"{item.id}-*.jpg"))
    return tuple(path.relative_to(folder.root).as_posix() for path in known)


def _write_pictures(folder: OutputFolder, item: Item, store: ResultStore) -> None:
    pictures = store.pictures(item.id)
    shots = sorted(pictures)
    step = max(1, len(shots) // _PICTURES)
    for number, shot in reversed(list(enumerate(shots[::step][:_PICTURES]))):
        path = folder.pictures / item.id[:2] / f"{item.id}-{number}.jpg"
        with output_errors(path):
            folder.make_parent(path)
        save(path, pictures[shot])
