"""Ray clusters for tests, and the processes that run on them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

import psutil


def ray_environment(folder: Path) -> dict[str, str]:
    """Return the environment of a Ray that leaves nothing outside of a folder."""
    return {
        "HOME": str(folder),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "RAY_TMPDIR": str(folder),
        "RAY_AUTH_TOKEN": "0" * 64,
        "RAY_USAGE_STATS_ENABLED": "0",
        "SHOTLOG_CONFIG": str(folder / "config.toml"),
        "SHOTLOG_MODELS": str(folder / "models"),
        "SHOTLOG_CACHE": str(folder / "evidence.sqlite"),
    }


@contextmanager
def short_folder() -> Iterator[Path]:
    """Yield a folder with a short path, as the sockets of Ray need it, and remove it."""
    folder = Path(tempfile.mkdtemp(prefix="ray-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


class RayCluster:
    """A cluster of several nodes on this machine.

    Args:
        folder: A folder for its files.

    Attributes:
        folder: The folder.
        address: Address of its head.
        dashboard: Address for jobs.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        script = Path(__file__).with_name("cluster_process.py")
        self._log = folder / "cluster.log"
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, str(script)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env=os.environ | ray_environment(folder),
            )
        self._input = cast("IO[str]", self._process.stdin)
        self._output = cast("IO[str]", self._process.stdout)
        try:
            told = self._answer()
        except RuntimeError:
            self.close()
            raise
        self.address = str(told["address"])
        self.dashboard = f"http://{told['dashboard']}"

    def add_node(self, environment: dict[str, str] | None = None, **resources: int) -> int:
        """Add a node and return the id of its raylet's process."""
        asked = {"resources": resources, "environment": environment or {}}
        return int(self._ask(asked)["raylet"])

    def pretend(self, python: str) -> None:
        """Let the cluster say that it was started with another Python."""
        self._ask({"python": python})

    def workers(self) -> list[psutil.Process]:
        """Return its workers that are at work on a shard."""
        return workers(self.folder)

    def close(self) -> None:
        """End the cluster."""
        self._input.close()
        self._process.wait()
        self._output.close()

    def _ask(self, asked: dict[str, Any]) -> dict[str, Any]:
        self._input.write(json.dumps(asked) + "\n")
        self._input.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        for line in self._output:
            if line.startswith("{"):
                found: dict[str, Any] = json.loads(line)
                return found
        said = self._log.read_text(errors="replace")[-2000:]
        raise RuntimeError(f"the cluster has ended; it said: {said}")


def workers(folder: Path) -> list[psutil.Process]:
    """Return the workers at work on a shard whose Ray keeps its files in a folder.

    Others may run on this machine, and are not to be touched.
    """
    found = (each for each in psutil.process_iter() if "ray::ShardWorker.run" in _title(each))
    return [each for each in found if _writes_into(each, folder)]


def drivers() -> list[psutil.Process]:
    """Return the drivers that are children of this process."""
    module = "shotlog.batch.executors.ray_cluster"
    return [each for each in psutil.Process().children() if module in _title(each)]


def _writes_into(process: psutil.Process, folder: Path) -> bool:
    """Return True for a process with a log of Ray open in a folder."""
    try:
        return any(folder in Path(file.path).parents for file in process.open_files())
    except psutil.Error:
        return False


def _title(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""
