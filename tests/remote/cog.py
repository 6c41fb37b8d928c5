"""The real Cog server, in processes of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import httpx2
import psutil

STARTING_S, ENDING_S, ANSWER_S = 180.0, 30.0, 60.0
"""Seconds to wait on a machine that others keep busy: torch and transformers take 7 s of processor
time to load."""


class RunningCog(NamedTuple):
    """A running server: its address, and its process, which starts another one for the model."""

    url: str
    process: subprocess.Popen[bytes]

    def health(self) -> dict[str, Any]:
        """Return what ``/health-check`` says."""
        answer: dict[str, Any] = httpx2.get(f"{self.url}/health-check", timeout=ANSWER_S).json()
        return answer


@contextmanager
def running_cog(folder: Path, predictor: str, log: Path, **variables: str) -> Iterator[RunningCog]:
    """Run a server until the block ends; none of its processes outlives it.

    Args:
        folder: Folder that holds the predictor.
        predictor: Its file and class: ``predict.py:Predictor``.
        log: File for what the server prints.
        variables: Further environment variables.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {
        "COG_PREDICT_TYPE_STUB": predictor,
        "PORT": str(port),
        # Cog starts the process of the model as "python".
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        **variables,
    }
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "cog.server.http", "--host", "127.0.0.1"],
            cwd=folder,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        server = RunningCog(f"http://127.0.0.1:{port}", process)
        _wait(server, log)
        yield server
    finally:
        family = [psutil.Process(process.pid)]
        family += family[0].children(recursive=True)
        process.terminate()
        process.wait(ENDING_S)
        _, left = psutil.wait_procs(family, ENDING_S)
        for one in left:
            one.kill()
        assert left == []


def _wait(server: RunningCog, log: Path) -> None:
    """Return once setup has ended, well or not."""
    ends = time.monotonic() + STARTING_S
    while time.monotonic() < ends:
        assert server.process.poll() is None, log.read_text(encoding="utf-8")
        try:
            if server.health()["status"] != "STARTING":
                return
        except httpx2.ConnectError:  # it does not listen yet
            pass
        time.sleep(0.1)
    raise TimeoutError(f"the server was not ready in time: {log.read_text(encoding='utf-8')}")
