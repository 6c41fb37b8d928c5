"""The processes on the nodes of a cluster: workers, and the board by which they are stopped.

Both are plain classes that the driver makes actors of. A worker's methods take and return text:
the results of its work are in the output folder.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import ray
from ray.exceptions import RayError

from shotlog._version import __version__
from shotlog.batch.events import BatchEvent, ItemEnded
from shotlog.batch.executors.contract import RunSettings
from shotlog.batch.executors.ray_cluster.messages import NodeReport, Process, ShardReport
from shotlog.batch.running import ShardRunner, find_here
from shotlog.schema import ExecutorUnusable, Problem, ShotlogError, Stopped

EXCHANGE_SECONDS = 0.5
"""Time between two calls of the board: how soon a worker stops, and how fresh its progress is."""


class Board:
    """The flag that stops a batch, and the latest news of its workers; one small actor."""

    def __init__(self) -> None:
        self._stopped = False
        self._news: dict[int, list[str]] = {}
        self._seen: dict[int, str] = {}

    def exchange(self, number: int, process: str, news: list[str]) -> bool:
        """Take the news of a worker; return True once the batch is to stop."""
        self._news.setdefault(number, []).extend(news)
        self._seen[number] = process
        return self._stopped

    def collect(self) -> tuple[dict[int, str], list[str]]:
        """Return the :class:`Process` of each worker that has called since, and news, as JSON."""
        seen, news = self._seen, [text for texts in self._news.values() for text in texts]
        self._seen, self._news = {}, {}
        return seen, news

    def stop(self) -> None:
        """Stop the batch."""
        self._stopped = True


class ShardWorker:
    """Runs shards, one after the other, with models that stay loaded between them.

    Args:
        number: Its number in the batch, from 1.
        version: Version of Shotlog that planned the batch.
        settings: The :class:`RunSettings`, as JSON.
        board: The actor of the :class:`Board`.
    """

    def __init__(self, number: int, version: str, settings: str, board: Any) -> None:
        self._settings = RunSettings.model_validate_json(settings)
        self._version = version
        self._name = f"{socket.gethostname()}/{number}"
        self._runner: ShardRunner | None = None
        self._link = _Link(number, board)

    def prepare(self, shards: Sequence[str]) -> str:
        """Return a :class:`NodeReport` as JSON, on these shards among others."""
        unseen = tuple(shard for shard in shards if not self._path(shard).is_file())
        problem = self._refusal()
        report = NodeReport(worker=self._name, shotlog=__version__, unseen=unseen, problem=problem)
        return report.model_dump_json()

    def run(self, shard: str) -> str:
        """Run a shard and return a :class:`ShardReport` as JSON."""
        # Ray starts a process again that has died, maybe on another node, and calls this at once.
        if refusal := self._refusal():
            return ShardReport(worker=self._name, problem=refusal).model_dump_json()
        try:
            self._open().run(
                self._path(shard), self._settings.maps, self._link.tell, self._link.is_stopped
            )
        except Stopped:
            return ShardReport(worker=self._name, stopped=True).model_dump_json()
        except ShotlogError as error:
            return ShardReport(worker=self._name, problem=error.problem).model_dump_json()
        finally:
            self._link.call()
        return ShardReport(worker=self._name).model_dump_json()

    def _path(self, shard: str) -> Path:
        return find_here(shard, self._settings.maps)

    def _refusal(self) -> Problem | None:
        if __version__ == self._version:
            return None
        message = f"it has Shotlog {__version__}, and the batch is of Shotlog {self._version}"
        hint = "Install the same version of Shotlog on all nodes."
        return ExecutorUnusable(socket.gethostname(), message, hint).problem

    def _open(self) -> ShardRunner:
        if self._runner is None:
            cache, share = self._settings.cache, self._settings.share_cache
            self._runner = ShardRunner(
                cache=Path(cache) if cache else None,
                share_cache=Path(share) if share else None,
                worker=self._name,
            )
        return self._runner


class _Link:
    """The exchange of a worker with the board, twice a second in a thread of its own."""

    def __init__(self, number: int, board: Any) -> None:
        self._number, self._board = number, board
        node = ray.get_runtime_context().get_node_id()
        process = Process(host=socket.gethostname(), pid=os.getpid(), node=node)
        self._process = process.model_dump_json()
        self._stopped = False
        self._lock = threading.Lock()
        self._latest: dict[str, str] = {}
        self._ended: list[str] = []
        threading.Thread(target=self._keep_calling, daemon=True, name="board").start()

    def is_stopped(self) -> bool:
        """Return True once the batch is to stop."""
        return self._stopped

    def tell(self, event: BatchEvent) -> None:
        """Keep an event until the next call: the latest of its kind, and all ends of items."""
        with self._lock:
            if isinstance(event, ItemEnded):
                self._ended.append(event.model_dump_json())
            else:
                self._latest.pop(event.type, None)  # else it would keep the place of the older one
                self._latest[event.type] = event.model_dump_json()

    def call(self) -> None:
        """Exchange with the board; without an answer, the next call tries again."""
        with self._lock:
            news = [*self._latest.values(), *self._ended]
            self._latest, self._ended = {}, []
        with suppress(RayError):  # it is being moved, or the batch is over
            asked = self._board.exchange.remote(self._number, self._process, news)
            self._stopped = ray.get(asked, timeout=10 * EXCHANGE_SECONDS) or self._stopped

    def _keep_calling(self) -> None:
        waiting = threading.Event()
        while not waiting.wait(EXCHANGE_SECONDS):
            self.call()
