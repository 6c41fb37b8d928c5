"""Ends of items, told by the output folder: each once, whatever messages were lost or doubled."""

from __future__ import annotations

import time
from collections.abc import Iterable

from shotlog.batch.events import ItemEnded, ItemState, Tell
from shotlog.batch.manifest import Item, Shard
from shotlog.batch.store import OutputFolder, ResultStore

_LOOK_SECONDS = 2.0
"""Least time between two looks at all results: a filer is not to be asked all the time."""


class Endings:
    """Watches the results of items.

    Args:
        folder: The output folder.
        shards: The shards that are run.
        tell: Takes an event for each item that ends.
    """

    def __init__(self, folder: OutputFolder, shards: Iterable[Shard], tell: Tell) -> None:
        self._store, self._tell = ResultStore(folder), tell
        self._items = {item.id: item for shard in shards for item in shard.items}
        self._waiting = set(self._items) - set(self._store.states())
        self._told: set[str] = set()
        self._heard: dict[str, ItemEnded] = {}
        self._looked = time.monotonic()

    @property
    def waiting(self) -> int:
        """Number of items without a result."""
        return len(self._waiting)

    def hear(self, event: ItemEnded) -> None:
        """Take a worker's word for an end, and tell it if the result is there."""
        if event.item in self._items and event.item not in self._told:
            self._heard[event.item] = event
            # Another client of a share may be seconds behind: then a later look finds it.
            state = ItemState.DONE if self._store.is_done(event.item) else self._failed(event.item)
            if state is not None:
                self._end(self._items[event.item], state)

    def look(self, *, now: bool = False) -> None:
        """Tell the ends of all items that have got a result, from time to time or now."""
        if not now and time.monotonic() - self._looked < _LOOK_SECONDS:
            return
        self._looked = time.monotonic()
        for item, state in self._store.states().items():
            if item in self._waiting or item in self._heard:
                self._end(self._items[item], state)

    def _failed(self, item: str) -> ItemState | None:
        record = self._store.failure(item)
        return None if record is None else record.state

    def _end(self, item: Item, state: ItemState) -> None:
        heard = self._heard.pop(item.id, None)
        self._waiting.discard(item.id)
        if item.id in self._told:
            return
        self._told.add(item.id)
        if heard is not None and heard.state is state:
            self._tell(heard)
            return
        record = self._store.failure(item.id) if state is not ItemState.DONE else None
        problem = record.problems[0] if record is not None and record.problems else None
        self._tell(
            ItemEnded(
                worker="",
                item=item.id,
                name=item.name,
                state=state,
                cost=item.cost,
                message=problem.message if problem else "",
                hint=problem.hint if problem else "",
            )
        )
