"""A Ray cluster of several nodes on this machine, as a process of its own.

It reads commands from standard input, a JSON object a line, answers each with one, and ends the
cluster with its input. Apart from the tests, because Ray changes the process that imports it.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

import psutil
import ray.cluster_utils

_STORE = 80 * 2**20  # the object store is not used
_FAST_CHECKS = {
    "health_check_initial_delay_ms": 0,
    "health_check_period_ms": 500,
    "health_check_failure_threshold": 3,
}
"""A node that has died is noticed after 1.5 s, not after 15 s."""


def main() -> None:
    """Run a cluster of a head without processors and of nodes as they are asked for."""
    cluster: Any = ray.cluster_utils.Cluster(
        initialize_head=True,
        head_node_args={
            "num_cpus": 0,
            "include_dashboard": True,
            "dashboard_port": 0,
            "object_store_memory": _STORE,
            "_system_config": _FAST_CHECKS,
        },
    )
    answer({"address": cluster.address, "dashboard": cluster.webui_url})
    nodes: list[Any] = []
    for line in sys.stdin:
        asked = json.loads(line)
        if "python" in asked:
            pretend(cluster, asked["python"])
            answer({})
            continue
        os.environ.update(asked.get("environment", {}))
        nodes.append(cluster.add_node(object_store_memory=_STORE, **asked["resources"]))
        for name in asked.get("environment", {}):
            del os.environ[name]
        answer({"raylet": nodes[-1].all_processes["raylet"][0].process.pid})
    children = psutil.Process().children(recursive=True)
    cluster.shutdown()
    for left in psutil.wait_procs(children, timeout=10)[1]:
        left.kill()


def pretend(cluster: Any, python: str) -> None:
    """Let a cluster say that it was started with another Python, as Ray keeps it."""
    client = cluster.head_node.get_gcs_client()
    place = {"namespace": b"cluster"}
    facts = json.loads(client.internal_kv_get(b"CLUSTER_METADATA", **place))
    content = json.dumps(facts | {"python_version": python}).encode()
    client.internal_kv_put(b"CLUSTER_METADATA", content, overwrite=True, **place)


def answer(content: dict[str, object]) -> None:
    """Print an answer."""
    print(json.dumps(content), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
