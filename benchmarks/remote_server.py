"""Clips per second by a Cog server, sent bare and by the remote tier, beside a worker of our own.

    python -m benchmarks.remote_server [--clips 32] [--size small|base] [--form modern|original]
                                       [--repeats 3] [--json]

The server is the real one, with a predictor of ``remote/cog`` and random weights; they say nothing
of accuracy, but cost what trained ones cost. ``small`` (two blocks of width 48) shows what the way
there costs, ``base`` how many clips a published model answers for.

The three ways take turns with the same clips, the client each time without records of earlier ones:

- ``bare``: the films, made in advance, sent one after the other over one connection;
- ``remote``: the pictures, handed to the measure of the remote tier;
- ``local``: the pictures, handed to the model in this process.

JSON: ``clips_per_second_bare``, ``clips_per_second_remote``, ``clips_per_second_local`` (medians);
``remote_vs_local``, the second of these over the third; ``cog_overhead_ms`` (milliseconds of a clip
by the remote tier less those of a bare one). ``python -m benchmarks.remote`` tells them, too.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from hashlib import sha256
from pathlib import Path
from statistics import median

import httpx2
import numpy as np

from shotlog.media.encoding import encode_pictures
from shotlog.models.catalog import Task
from shotlog.models.runtime import Runner
from shotlog.models.videomae import load
from shotlog.paths import PROVIDERS_VARIABLE
from shotlog.providers import AddedProvider, ClipSender, RemoteMeasure, ServedModel
from shotlog.schema import Pixels
from tests.media.material import drift
from tests.models.checkpoints import BASE, Made, make
from tests.remote.local_tier import SMALL
from tests.remote.servers import CogServer, Form, data_uri, serve

SIZES = {"small": SMALL, "base": BASE}
Figures = dict[str, float]
FRAMES, MODEL = 16, "random"


def drawn_windows(count: int) -> list[Pixels]:
    """Return windows of a camera over a texture, (16, 224, 224, 3) each; no two are equal."""
    pictures = list(drift(count + FRAMES, 224, 224))
    return [np.stack(pictures[n : n + FRAMES]) for n in range(count)]


def ask_bare(server: CogServer, films: Sequence[bytes]) -> None:
    """Send the files of clips to the server, one after the other."""
    with httpx2.Client(base_url=server.url, timeout=60) as http:
        for film in films:
            sent = {"video": data_uri(film), "return_all_scores": True}
            answer = http.post("/predictions", json={"input": sent})
            # The original predictor has one place, which Cog frees a moment after its answer.
            while answer.status_code == 409:
                answer = http.post("/predictions", json={"input": sent})
            if answer.json()["status"] != "succeeded":
                raise SystemExit(f"the server did not answer: {answer.text}")


def ask_client(server: CogServer, version: str, windows: Sequence[Pixels]) -> None:
    """Let the remote tier answer for the windows, with records of its own."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ[PROVIDERS_VARIABLE] = folder
        model = ServedModel(tasks=(Task.SIZE,), model=MODEL, version=version, seconds=0.1, start=0)
        added = AddedProvider(
            name="benchmark", kind="cog", parameters={"url": server.url}, models=(model,)
        )
        measure = RemoteMeasure(model, ClipSender(added, None, folder))
        for start in range(0, len(windows), measure.batch):
            measure.look(windows[start : start + measure.batch])


def measure(server: CogServer, made: Made, windows: Sequence[Pixels], repeats: int) -> Figures:
    """Return all figures for some windows."""
    films = [encode_pictures(window) for window in windows]
    runner = Runner(partial(load, made.folder, made.card), "cpu", "fp32")
    weights = made.folder / "model.safetensors"
    version = sha256(weights.read_bytes()).hexdigest()
    ways: dict[str, Callable[[], object]] = {
        "bare": lambda: ask_bare(server, films),
        "remote": lambda: ask_client(server, version, windows),
        "local": lambda: runner.run(windows),
    }
    for way in ways.values():  # what is loaded with the first request is not measured
        way()
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(repeats):
        for name, way in ways.items():
            begun = time.perf_counter()
            way()
            seconds[name].append((time.perf_counter() - begun) / len(windows))
    typical = {name: median(each) for name, each in seconds.items()}
    return {
        **{f"clips_per_second_{name}": 1 / each for name, each in typical.items()},
        "remote_vs_local": typical["local"] / typical["remote"],
        "cog_overhead_ms": 1000 * (typical["remote"] - typical["bare"]),
    }


def serve_and_measure(
    clips: int, size: str = "small", form: Form = Form.MODERN, repeats: int = 3
) -> Figures:
    """Return all figures for drawn windows, with a server of random weights.

    Args:
        clips: Number of windows.
        size: Key of :data:`SIZES`.
        form: The predictor.
        repeats: Rounds of the three ways.
    """
    with tempfile.TemporaryDirectory() as folder:
        made = make(Path(folder) / "models" / MODEL, size=SIZES[size])
        weights = made.folder if form is Form.ORIGINAL else made.folder.parent
        with serve(form, weights, Path(folder) / "log.txt") as server:
            return measure(server, made, drawn_windows(clips), repeats)


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clips", type=int, default=32)
    parser.add_argument("--size", choices=SIZES, default="small")
    parser.add_argument("--form", choices=[form.name.lower() for form in Form], default="modern")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    form = Form[options.form.upper()]
    figures = serve_and_measure(options.clips, options.size, form, options.repeats)
    if options.json:
        print(json.dumps(figures))
    else:
        for name, figure in figures.items():
            print(f"{name:26}{figure:12.4g}")


if __name__ == "__main__":
    main()
