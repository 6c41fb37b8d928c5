"""An executor that works in this process, for batches whose driver is tried without a daemon."""

from __future__ import annotations

from collections.abc import Sequence

from shotlog.batch import (
    OutputFolder,
    RunningExecutor,
    RunSettings,
    ShardFile,
    ShardRunner,
    Stop,
    Tell,
    read_plan,
    run_batch,
)
from tests.batch.season import Told, never


class OwnExecutor(RunningExecutor):
    """Runs shards one after the other."""

    name = "own"
    title = "this process"

    def run(
        self, shards: Sequence[ShardFile], settings: RunSettings, tell: Tell, stop: Stop
    ) -> None:
        """Run shards; see :meth:`RunningExecutor.run`."""
        with ShardRunner(worker="own") as runner:
            for shard in shards:
                runner.run(shard.path, settings.maps, tell, stop)


def run_again(folder: OutputFolder) -> Told:
    """Run a planned batch, as the same command does again; return what was told."""
    told = Told()
    run_batch(folder, read_plan(folder), OwnExecutor(), RunSettings(), told, never)
    return told
