"""The local executor: shards through the daemon of this machine, as batch jobs."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence

from shotlog.batch.events import Stop, Tell, WorkerIdle
from shotlog.batch.executors.contract import RunningExecutor, RunSettings, ShardFile
from shotlog.batch.running import DaemonAnalysis, run_shard
from shotlog.schema import ExecutorUnusable, Stopped, use_context

DEFAULT_JOBS = 3
"""Shards in progress at a time: one is computed, one waits and shares its media with it, and of one
the outputs are written."""


class LocalExecutor(RunningExecutor):
    """Runs shards through the daemon, which decodes what they share once and fills its batches.

    The daemon computes; the threads here wait for it, and write outputs and results. If a thread
    meets an error that no shard can avoid, all of them end, and the error is raised.
    """

    name = "local"
    title = "the daemon of this machine"
    asks_providers = True

    def run(
        self, shards: Sequence[ShardFile], settings: RunSettings, tell: Tell, stop: Stop
    ) -> None:
        """Run shards; see :meth:`RunningExecutor.run`.

        Raises:
            ExecutorUnusable: An option was given that is only for several machines.
            DaemonError: The daemon cannot be used.
            ShotlogError: Nothing can be written, or a model cannot be used.
        """
        if settings.share_cache is not None:
            message = "all jobs of this machine share one cache already"
            raise ExecutorUnusable("--share-cache", message, "Leave it out, or use --executor ray.")
        work = _Work(deque(shards), settings, tell, stop)
        count = min(settings.jobs or DEFAULT_JOBS, len(shards))
        threads = [
            threading.Thread(target=work.run, args=(f"job {number}",), name=f"batch-{number}")
            for number in range(1, count + 1)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if work.error is not None:
            raise work.error


class _Work:
    """Shards that threads share, and the first error that ends them all."""

    def __init__(
        self, shards: deque[ShardFile], settings: RunSettings, tell: Tell, stop: Stop
    ) -> None:
        self.error: BaseException | None = None
        self._shards, self._settings, self._stop = shards, settings, stop
        self._tell = tell

    def run(self, worker: str) -> None:
        """Take shards until there is none, or an error has ended the work."""
        try:
            with (
                use_context(self._settings.context),
                DaemonAnalysis(
                    self._settings.context, self._settings.keep_alive, self._settings.since
                ) as analysis,
            ):
                while not self._ends() and (shard := self._next()) is not None:
                    run_shard(
                        shard.path,
                        analysis,
                        worker=worker,
                        maps=self._settings.maps,
                        tell=self._tell,
                        stop=self._ends,
                    )
        except Stopped:
            pass
        except BaseException as error:
            self.error = self.error or error
        finally:
            self._tell(WorkerIdle(worker=worker))

    def _ends(self) -> bool:
        return self.error is not None or self._stop()

    def _next(self) -> ShardFile | None:
        try:
            return self._shards.popleft()
        except IndexError:
            return None
