"""The connection of a driver to a cluster, and Ray's errors in our words."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import ray
from ray.exceptions import AuthenticationError, RayError

from shotlog.batch.executors.contract import RunSettings
from shotlog.schema import ExecutorUnusable

# Not used for results; the least that Ray takes is 75 MiB.
_OBJECT_STORE_BYTES = 80 * 2**20

_VERSIONS = re.compile(r"Ray: (\S+)\s+Python: (\S+)")


@dataclass(frozen=True)
class WorkerRoom:
    """Room that one worker takes.

    Attributes:
        gpus: GPUs, or a part of one.
    """

    gpus: float

    @property
    def resources(self) -> dict[str, float]:
        """The room as Ray names it."""
        return {"CPU": 1.0} | ({"GPU": self.gpus} if self.gpus else {})

    def __str__(self) -> str:
        return " and ".join(f"{amount:g} {name}" for name, amount in self.resources.items())

    def fitting(self, resources: dict[str, float]) -> int:
        """Return the number of workers that some resources hold."""
        return int(min(resources.get(name, 0) // need for name, need in self.resources.items()))


@contextmanager
def connected(address: str | None, settings: RunSettings) -> Iterator[None]:
    """Connect to a cluster while a block runs; None starts Ray on this machine.

    Raises:
        ExecutorUnusable: It cannot be reached or started, or has another Ray or Python.
    """
    with mapped_errors(address or "ray"):
        if address is None:
            ray.init(
                address="local",
                num_cpus=max(os.cpu_count() or 1, settings.jobs or 1),
                include_dashboard=False,
                object_store_memory=_OBJECT_STORE_BYTES,
                log_to_driver=False,
                configure_logging=False,
            )
        else:
            ray.init(address=address, log_to_driver=False, configure_logging=False)
    try:
        yield
    finally:
        ray.shutdown()


@contextmanager
def mapped_errors(address: str) -> Iterator[None]:
    """Turn errors of Ray on the way to a cluster into :class:`ExecutorUnusable`."""
    try:
        yield
    except ExecutorUnusable:
        raise
    except Exception as error:  # Ray raises RuntimeError, ConnectionError, Exception, and its own
        raise _unusable(address, error) from error


def _unusable(address: str, error: Exception) -> ExecutorUnusable:
    text = str(error)
    versions = _VERSIONS.findall(text)
    if len(versions) > 1:
        (ray_there, python_there), (ray_here, python_here) = versions[:2]
        message = (
            f"the cluster has Ray {ray_there} and Python {python_there},"
            f" this machine Ray {ray_here} and Python {python_here}"
        )
        return ExecutorUnusable(address, message, "Install the same versions on all machines.")
    if isinstance(error, AuthenticationError):
        hint = "Give the cluster's token in RAY_AUTH_TOKEN, and RAY_AUTH_MODE=token."
        return ExecutorUnusable(address, "the cluster asks for a token", hint)
    if "Could not find any running Ray instance" in text:
        hint = "Start one with ray start, give the address of its head, or leave --address out."
        return ExecutorUnusable(address, "no Ray cluster runs on this machine", hint)
    if isinstance(error, (ConnectionError, RayError)) or "raylet" in text:
        hint = (
            "A driver runs on a node of the cluster: join it with ray start --address=HEAD:6379,"
            " or submit a job instead: --address http://HEAD:8265."
        )
        return ExecutorUnusable(address, "Ray cannot join this cluster from here", hint)
    first = next(iter(text.strip().splitlines()), "") or type(error).__name__
    return ExecutorUnusable(address, f"Ray cannot be used ({first})")


def cluster_resources() -> dict[str, float]:
    """Return what all nodes of the cluster have, by Ray's names: ``CPU``, ``GPU``."""
    found: dict[str, float] = ray.cluster_resources()  # type: ignore[no-untyped-call]
    return found


def nodes_alive() -> frozenset[str]:
    """Return Ray's ids of the nodes that the cluster has now."""
    nodes: list[dict[str, Any]] = ray.nodes()  # type: ignore[no-untyped-call]
    return frozenset(node["NodeID"] for node in nodes if node["Alive"])
