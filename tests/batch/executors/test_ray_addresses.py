"""Ray that is not there: not installed, no head, no address, another version."""

from __future__ import annotations

import socket
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

import pytest

from shotlog.batch import RunSettings, runner_named
from shotlog.schema import ExecutorUnusable
from tests.batch.executors.batches import Batch, make_batch
from tests.batch.season import Told, never


class _Hiding(MetaPathFinder):
    """Hides Ray, as where it is not installed."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name.partition(".")[0] == "ray":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return None


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory) -> Batch:
    return make_batch(tmp_path_factory.mktemp("planned"), short=1)


def run(batch: Batch, address: str | None) -> None:
    runner_named("ray").run(batch.shards, RunSettings(address=address), Told(), never)


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


def test_ray_that_is_not_installed_is_told_with_the_command_to_install_it(
    batch: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "meta_path", [_Hiding(), *sys.meta_path])
    with pytest.raises(ExecutorUnusable, match=r"not installed\. .*pip install 'shotlog\[ray\]'"):
        run(batch, None)


@pytest.mark.parametrize("way", ["{}", "http://{}"])
def test_a_head_that_is_not_there_is_told_at_once(batch: Batch, way: str) -> None:
    address = way.format(f"127.0.0.1:{closed_port()}")
    with pytest.raises(ExecutorUnusable, match=f"{address}: no Ray head answers there"):
        run(batch, address)


def test_something_else_that_answers_costs_a_bounded_time(
    batch: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shotlog.batch.executors.ray_cluster.executor.CONNECT_SECONDS", 1.0)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(ExecutorUnusable, match=r"no Ray head answers there \(within 1 s\)"):
            run(batch, address)


@pytest.mark.parametrize("address", ["head:port", ":6379", "127.0.0.1:99999"])
def test_an_address_that_is_none_is_told(batch: Batch, address: str) -> None:
    with pytest.raises(ExecutorUnusable, match=r"no address of a Ray head|no Ray head answers"):
        run(batch, address)


@pytest.mark.parametrize("address", ["ray://head:10001", "http://", "http://head:port"])
def test_an_address_of_another_kind_is_told(batch: Batch, address: str) -> None:
    with pytest.raises(ExecutorUnusable, match=r"this is no address.*\. Give http://HOST:8265"):
        run(batch, address)


def test_a_batch_without_shards_needs_no_ray(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "meta_path", [_Hiding(), *sys.meta_path])
    runner_named("ray").run([], RunSettings(), Told(), never)
