"""Executors: plugins that bring the shards of a plan to machines that work.

A new one derives from :class:`RunningExecutor` or :class:`EmittingExecutor` and is named in the
entry point group ``shotlog.executors``.
"""

from shotlog.batch.executors.contract import (
    EXECUTORS,
    EmittingExecutor,
    Executor,
    FarmJob,
    RunningExecutor,
    RunSettings,
    ShardFile,
)
from shotlog.batch.executors.loading import emitter_named, runner_named
from shotlog.batch.executors.local import LocalExecutor

__all__ = [
    "EXECUTORS",
    "EmittingExecutor",
    "Executor",
    "FarmJob",
    "LocalExecutor",
    "RunSettings",
    "RunningExecutor",
    "ShardFile",
    "emitter_named",
    "runner_named",
]
