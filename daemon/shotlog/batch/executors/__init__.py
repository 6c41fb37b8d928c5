"""Executors: plugins that bring the shards of a plan to machines that work.

A new one derives from :class:`RunningExecutor` or :class:`EmittingExecutor` and is named in the
entry point group ``shotlog.executors``.
"""

from shotlog.batch.executors.contract import (
    EmittingExecutor,
    Executor,
    FarmJob,
    RunningExecutor,
    RunSettings,
    ShardFile,
)
from shotlog.batch.executors.loading import GROUP, emitter_named, load_executors, runner_named
from shotlog.batch.executors.local import LocalExecutor

__all__ = [
    "GROUP",
    "EmittingExecutor",
    "Executor",
    "FarmJob",
    "LocalExecutor",
    "RunSettings",
    "RunningExecutor",
    "ShardFile",
    "emitter_named",
    "load_executors",
    "runner_named",
]
