"""The installed executors, and the one of a name."""

from __future__ import annotations

from collections.abc import Iterable

from shotlog.batch.executors.contract import EmittingExecutor, Executor, RunningExecutor
from shotlog.plugins import load
from shotlog.schema import ExecutorUnusable

GROUP = "shotlog.executors"
"""Entry-point group of the executors."""


def load_executors() -> list[Executor]:
    """Return one instance of every executor that is installed, by name.

    Raises:
        PluginError: An entry point cannot be loaded, gives no executor, or two have one name.
    """
    return load(GROUP, Executor)


def runner_named(name: str) -> RunningExecutor:
    """Return the executor of a name that runs shards.

    Raises:
        ExecutorUnusable: There is none.
    """
    found = {each.name: each for each in load_executors() if isinstance(each, RunningExecutor)}
    if name not in found:
        raise _unknown(name, found, "--executor")
    return found[name]


def emitter_named(name: str) -> EmittingExecutor:
    """Return the executor of a name that writes jobs for farms.

    Raises:
        ExecutorUnusable: There is none.
    """
    found = {each.name: each for each in load_executors() if isinstance(each, EmittingExecutor)}
    if name not in found:
        raise _unknown(name, found, "--emit")
    return found[name]


def _unknown(name: str, found: Iterable[str], option: str) -> ExecutorUnusable:
    message = "no executor of this name is installed"
    return ExecutorUnusable(name, message, f"Give one of these: {option} {'|'.join(found)}.")
