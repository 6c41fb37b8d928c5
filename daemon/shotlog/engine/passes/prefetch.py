"""Prefetching from a generator in a thread of its own, within a limit of memory."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")


class Prefetcher(Generic[T]):
    """Iterable over the items of a source that runs in a thread of its own.

    A context manager; the thread ends with it. An exception of the source is raised by the
    iteration, after all items that came before it.

    Args:
        source: Yields items in batches. It can be stopped between two batches, so one that works
            for long should yield empty batches, too.
        size_of: Returns the size of an item in bytes.
        limit: Largest size in bytes of the items that wait; a single item may be larger.
    """

    def __init__(
        self,
        source: Generator[Sequence[T], None, None],
        size_of: Callable[[T], int],
        limit: int,
    ) -> None:
        self._source, self._size_of, self._limit = source, size_of, limit
        self._waiting: deque[T] = deque()
        self._waiting_bytes = 0
        self._finished = self._stopped = False
        self._error: BaseException | None = None
        self._change = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="prefetch", daemon=True)

    def __enter__(self) -> Prefetcher[T]:
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
                self._change.wait_for(lambda: self._waiting or self._finished)
                if not self._waiting:
                    break
                item = self._waiting.popleft()
                self._waiting_bytes -= self._size_of(item)
                self._change.notify_all()
            yield item
        if self._error is not None:
            raise self._error

    def _run(self) -> None:
        try:
            for batch in self._source:
                for item in batch:
                    self._put(item)
                if self._stopped:
                    break
            # In this thread: a generator cannot be closed by one thread while it runs in another.
            self._source.close()
        except BaseException as error:  # raised again in the thread that iterates
            self._error = error
        finally:
            with self._change:
                self._finished = True
                self._change.notify_all()

    def _put(self, item: T) -> None:
        size = self._size_of(item)
        with self._change:
            self._change.wait_for(lambda: self._stopped or self._has_room(size))
            self._waiting.append(item)
            self._waiting_bytes += size
            self._change.notify_all()

    def _has_room(self, size: int) -> bool:
        # One item is always let in: an item larger than the limit would wait without end.
        return not self._waiting or self._waiting_bytes + size <= self._limit
