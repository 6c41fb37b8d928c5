"""The real Cog server with one of the predictors and the weights of a test."""

from __future__ import annotations

import re
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Any

import httpx2

from tests.remote.cog import ANSWER_S, RunningCog, running_cog

COG = Path(__file__).parents[2] / "remote" / "cog"


class Form(StrEnum):
    """A predictor, by the file that Cog builds it from."""

    ORIGINAL = "original.yaml"
    MODERN = "cog.yaml"


class CogServer:
    """A running server.

    Attributes:
        url: Its address.
        form: The predictor that it serves.
        process: The server.
    """

    def __init__(self, running: RunningCog, form: Form) -> None:
        self._running, self.form = running, form
        self.url, self.process = running

    def health(self) -> dict[str, Any]:
        """Return what ``/health-check`` says."""
        return self._running.health()

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
    """Run a server until the block ends.

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
    places = slots[1] if slots else "1"
    with running_cog(
        COG, predictor[1], log, COG_MAX_CONCURRENCY=places, COG_WEIGHTS=str(weights)
    ) as running:
        yield CogServer(running, form)
