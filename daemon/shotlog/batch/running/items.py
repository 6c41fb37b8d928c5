"""Work on items: opened together, analysed together, finished one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

from shotlog.batch.events import ItemAdvanced, ItemStarted, ItemState, Stop
from shotlog.batch.manifest import Item
from shotlog.batch.running.finishing import ItemFinisher, problem_of
from shotlog.batch.running.sources import OpenItem
from shotlog.schema import DiskFull, Log, ShotlogError


@dataclass
class _Begun:
    """An item that is being worked on.

    Attributes:
        item: The item.
        opened: Its sequences.
        outcomes: Of those that have ended, the log or the error.
    """

    item: Item
    opened: OpenItem
    outcomes: list[Log | Exception] = field(default_factory=list)


def run_items(items: Sequence[Item], finisher: ItemFinisher, stop: Stop) -> Iterator[ItemState]:
    """Analyse items together; yield the state of each one that has ended.

    An error of one item is its failure and costs no other.

    Args:
        items: The items.
        finisher: Opens items, and writes what they end with.
        stop: Returns True once the work is to stop.

    Raises:
        Stopped: The work is to stop; what was measured is in the cache.
        ShotlogError: No item can be analysed here, or nothing can be written.
    """
    tell = finisher.tell
    with ExitStack() as stack:
        begun: list[_Begun] = []
        for item in items:
            tell(ItemStarted(worker=finisher.worker, item=item.id, name=item.name))
            try:
                begun.append(_Begun(item, stack.enter_context(finisher.open(item, item))))
            except DiskFull:
                raise
            except Exception as error:
                yield finisher.fail(item, error)
        queue = [(one, sequence.edit) for one in begun for sequence in one.opened.sequences]
        current = iter(queue)

        def advance(stage: str, done: float, total: float, unit: str) -> None:
            ended = sum(len(one.outcomes) for one in begun)
            name = queue[min(ended, len(queue) - 1)][0].item.name
            tell(
                ItemAdvanced(
                    worker=finisher.worker,
                    name=name,
                    stage=stage,
                    done=done,
                    total=total,
                    unit=unit,
                )
            )

        edits = [edit for _, edit in queue]
        if not edits:
            return
        asks = finisher.options.analysis
        for outcome in finisher.analysis.analyze(edits, asks, advance, stop):
            one, _ = next(current)
            one.outcomes.append(outcome)
            if len(one.outcomes) == len(one.opened.sequences):
                try:
                    yield _finish(one, finisher)
                except ShotlogError:  # nothing can be written
                    raise
                except Exception as error:  # of a format or a plugin: it costs this item alone
                    yield finisher.fail(one.item, error)


def _finish(one: _Begun, finisher: ItemFinisher) -> ItemState:
    """Finish an item with the sequences that have a log; without any, it failed."""
    pairs = list(zip(one.opened.sequences, one.outcomes, strict=True))
    logs = [outcome for _, outcome in pairs if isinstance(outcome, Log)]
    errors = [outcome for _, outcome in pairs if not isinstance(outcome, Log)]
    if not logs:
        return finisher.fail(one.item, errors[-1])
    analysed = tuple(sequence for sequence, outcome in pairs if isinstance(outcome, Log))
    opened = OpenItem(one.opened.timeline, analysed)
    problems = [*one.opened.problems, *(problem_of(one.item, e) for e in errors)]
    finisher.finish(one.item, opened, logs, problems)
    return ItemState.DONE
