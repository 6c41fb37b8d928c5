"""The real Cog server with a tiny predictor, in a process of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2

PREDICTOR = """
import io, time, warnings
import av
from cog import BaseRunner, Input, Path

class Runner(BaseRunner):
    def run(self, video: Path = Input(), return_all_scores: bool = Input(default=False)) -> dict:
        with av.open(str(video)) as film:
            frames = [frame.to_ndarray(format="gray") for frame in film.decode(video=0)]
        assert len(frames) == 16 and frames[0].shape == (224, 224), len(frames)
        bright = float(sum(frame.mean() for frame in frames)) / (16 * 255)
        assert bright > 0.02, "too dark"
        rest = (1 - bright) / 4
        scores = {"Close-up": bright, "Extreme Close-up": rest, "Full Shot": rest,
                  "Long Shot": rest, "Medium Shot": rest}
        out = {"shot_type": max(scores, key=scores.get), "confidence": max(scores.values())}
        if return_all_scores:
            out["all_scores"] = scores
        return out
"""


@contextmanager
def cog_serving(folder: Path) -> Iterator[str]:
    """A Cog server that runs until the block ends; yields its address."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "predict.py").write_text(PREDICTOR)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    # The server starts its worker by the name "python".
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    env = {
        **os.environ, "PATH": path, "PORT": str(port),
        "COG_PREDICT_TYPE_STUB": "predict.py:Runner",
    }  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "cog.server.http", "--host", "127.0.0.1"],
            cwd=folder, env=env, stdout=log, stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        _wait_until_ready(url, process, folder / "log")
        yield url
    finally:
        process.terminate()
        process.wait(20)


def _wait_until_ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    ends = time.monotonic() + 40
    while time.monotonic() < ends and process.poll() is None:
        try:
            if httpx2.get(f"{url}/health-check").json().get("status") == "READY":
                return
        except httpx2.TransportError:
            pass
        time.sleep(0.05)
    raise RuntimeError(log.read_text())
