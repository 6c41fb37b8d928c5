"""The real Cog server, run with one of the predictors and the weights of a test."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Any

import httpx2
import psutil

COG = Path(__file__).parents[2] / "remote" / "cog"
STARTING_S, ENDING_S, ANSWER_S = 180.0, 30.0, 60.0
"""Seconds to wait on a machine that others keep busy: torch and transformers take 7 s of processor
time to load."""


class Form(StrEnum):
    """A predictor, by the file that Cog builds it from."""

    ORIGINAL = "original.yaml"
    MODERN = "cog.yaml"


class CogServer:
    """A running server.

    Attributes:
        url: Its address.
        form: The predictor that it serves.
        process: The server; it starts a process of its own for the model.
    """

    def __init__(self, url: str, form: Form, process: subprocess.Popen[bytes]) -> None:
        self.url, self.form, self.process = url, form, process

    def health(self) -> dict[str, Any]:
        """Return what ``/health-check`` says."""
        answer: dict[str, Any] = httpx2.get(f"{self.url}/health-check", timeout=ANSWER_S).json()
        return answer

    def post(self, **inputs: object) -> httpx2.Response:
        """Return the answer to a prediction, whatever its status."""
        return httpx2.post(f"{self.url}/predictions", json={"input": inputs}, timeout=ANSWER_S)

    def predict(self, **inputs: object) -> dict[str, Any]:
        """Return the output of a prediction that must succeed."""
        answer = self._answer(inputs)
        assert answer["status"] == "succeeded", answer
        output: dict[str, Any] = answer["output"]
        return output

    def refusal(self, **inputs: object) -> str:
        """Return the error of a prediction that must fail."""
        answer = self._answer(inputs)
        assert answer["status"] == "failed", answer
        return str(answer["error"])

    def _answer(self, inputs: dict[str, object]) -> dict[str, Any]:
        ends = time.monotonic() + ANSWER_S
        # Cog frees the place of a request a moment after its answer.
        while (reply := self.post(**inputs)).status_code == 409 and time.monotonic() < ends:
            time.sleep(0.02)
        answer: dict[str, Any] = reply.json()
        return answer


def data_uri(clip: Path | bytes) -> str:
    """Return a file, or its content, in the form in which Cog takes files."""
    content = clip if isinstance(clip, bytes) else clip.read_bytes()
    return f"data:video/mp4;base64,{b64encode(content).decode()}"


@contextmanager
def serve(form: Form, weights: Path, log: Path) -> Iterator[CogServer]:
    """Run a server until the block ends; none of its processes outlives it.

    Args:
        form: The predictor.
        weights: Folder of its model, for the modern one of its models.
        log: File for what it prints.
    """
    config = (COG / form).read_text(encoding="utf-8")
    predictor = re.search(r'^(?:run|predict): "((.+):.+)"$', config, re.MULTILINE)
    assert predictor
    # As `cog build` does, which reads the number as text, too.
    slots = re.search(r"@concurrent\(max=(\d+)\)", (COG / predictor[2]).read_text("utf-8"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {
        "COG_PREDICT_TYPE_STUB": predictor[1],
        "COG_MAX_CONCURRENCY": slots[1] if slots else "1",
        "COG_WEIGHTS": str(weights),
        "PORT": str(port),
        # Cog starts the process of the model as "python".
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "cog.server.http", "--host", "127.0.0.1"],
            cwd=COG,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            server = CogServer(f"http://127.0.0.1:{port}", form, process)
            _wait(server)
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


def _wait(server: CogServer) -> None:
    """Return once setup has ended, well or not."""
    ends = time.monotonic() + STARTING_S
    while time.monotonic() < ends:
        assert server.process.poll() is None, "the server has ended by itself"
        try:
            if server.health()["status"] != "STARTING":
                return
        except httpx2.ConnectError:  # it does not listen yet
            pass
        time.sleep(0.1)
    raise TimeoutError("the server was not ready in time")
