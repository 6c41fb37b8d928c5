"""Lets one thing run ahead of another, so far and no further."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")


class Ahead(Generic[T]):
    """Gives the items of a source that runs in a thread of its own.

    A context manager; the thread lives within it. What the source raises is raised by the
    iteration, after all items that came before.

    Args:
        source: Gives its items in handfuls. Empty ones are welcome: between two handfuls the
            source can be stopped.
        weigh: Bytes of an item.
        limit: Most bytes that wait to be taken; a single item may be heavier.
    """

    def __init__(
        self,
        source: Generator[Sequence[T], None, None],
        weigh: Callable[[T], int],
        limit: int,
    ) -> None:
        self._source, self._weigh, self._limit = source, weigh, limit
        self._waiting: deque[T] = deque()
        self._weight = 0
        self._over = self._stopped = False
        self._error: BaseException | None = None
        self._change = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="ahead", daemon=True)

    def __enter__(self) -> Ahead[T]:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with self._change:
            self._stopped = True
            self._change.notify_all()
        self._thread.join()

    def __iter__(self) -> Iterator[T]:
        while True:
            with self._change:
                self._change.wait_for(lambda: self._waiting or self._over)
                if not self._waiting:
                    break
                item = self._waiting.popleft()
                self._weight -= self._weigh(item)
                self._change.notify_all()
            yield item
        if self._error is not None:
            raise self._error

    def _run(self) -> None:
        try:
            for handful in self._source:
                for item in handful:
                    self._put(item)
                if self._stopped:
                    break
            self._source.close()
        except BaseException as error:  # it is raised where the items are taken
            self._error = error
        finally:
            with self._change:
                self._over = True
                self._change.notify_all()

    def _put(self, item: T) -> None:
        weight = self._weigh(item)
        with self._change:
            self._change.wait_for(lambda: self._stopped or self._has_room(weight))
            self._waiting.append(item)
            self._weight += weight
            self._change.notify_all()

    def _has_room(self, weight: int) -> bool:
        return not self._waiting or self._weight + weight <= self._limit
