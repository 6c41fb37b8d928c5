"""The executor of a name, of those that run and of those that write jobs."""

from __future__ import annotations

from collections.abc import Iterable

from shotlog.batch.executors.contract import EXECUTORS, EmittingExecutor, RunningExecutor
from shotlog.schema import ExecutorUnusable


def runner_named(name: str) -> RunningExecutor:
    """Return the executor of a name that runs shards.

    Raises:
        ExecutorUnusable: There is none.
    """
    found = {each.name: each for each in EXECUTORS.installed if isinstance(each, RunningExecutor)}
    if name not in found:
        raise _unknown(name, found, "--executor")
    return found[name]


def emitter_named(name: str) -> EmittingExecutor:
    """Return the executor of a name that writes jobs for farms.

    Raises:
        ExecutorUnusable: There is none.
    """
    found = {each.name: each for each in EXECUTORS.installed if isinstance(each, EmittingExecutor)}
    if name not in found:
        raise _unknown(name, found, "--emit")
    return found[name]


def _unknown(name: str, found: Iterable[str], option: str) -> ExecutorUnusable:
    message = "no executor of this name is installed"
    return ExecutorUnusable(name, message, f"Give one of these: {option} {'|'.join(found)}.")
