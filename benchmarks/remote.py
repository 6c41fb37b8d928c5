"""Clips for providers: their bytes, what encoding them changes of scores, and what sending costs.

    python -m benchmarks.remote [--data DIR] [--size small|base] [--json]

``score_difference``: the largest difference between the scores of a window and those of the film
that is sent of it, decoded again, by the same weights: a VideoMAE of four blocks of base width. No
published weights are needed: they are random, and its head too, scaled so that the logits of each
label have a standard deviation of 2 over the clips, as random scores alone would all be alike.
``overhead_ms``: a clip sent by :class:`ClipSender` (encoding, records, requests) over the same
films posted bare to the same server, in milliseconds of wall clock, and of processor time; rounds
of both by turns, the median of the differences.
``bytes_per_clip``: the median.
``clips_per_second_remote``, ``clips_per_second_local``, ``remote_vs_local``: clips a second by the
remote tier, which asks a real Cog server on this machine, and by one worker of our own with the
same weights (``remote_server.py``); both share the processors, so a GPU elsewhere is not in them.

Without ``--data``, windows are rendered: a texture that moves.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import io
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from threading import Thread
from typing import Any

import av
import httpx2
import numpy as np
import numpy.typing as npt
from rich.console import Console
from rich.table import Table
from scipy.special import softmax

from benchmarks.remote_server import SIZES, serve_and_measure
from shotlog.media import FrameReader, probe
from shotlog.media.encoding import encode_pictures
from shotlog.models.analysis import ModelMeasure, sample_windows
from shotlog.models.catalog import InstalledModel, Sampling, Task
from shotlog.models.runtime import DeviceChoice
from shotlog.paths import PROVIDERS_VARIABLE
from shotlog.providers import AddedProvider, ClipSender, RemoteMeasure, ServedModel, small_clip
from shotlog.schema import MediaReference, Pixels, ShotlogError, TimeRange
from tests.models.checkpoints import BASE, make

_ROUNDS, _AT_ONCE, _SPREAD = 7, 8, 2.0
_SERVED = 16
"""Clips that the Cog server and the local worker answer for."""
_REPLY = json.dumps({
    "scores": {"LS": 0.2, "FS": 0.2, "MS": 0.2, "CS": 0.2, "ECS": 0.2}, "seconds": 0.1,
}).encode()  # fmt: skip


def windows_of(folder: Path) -> Iterator[Pixels]:
    """Yield the window of each film of a folder, taken as one shot."""
    for path in sorted(folder.rglob("*")):
        try:
            media = probe(MediaReference(path=str(path)))
            video = media.video
            if video is None or not media.duration:
                continue
            whole = TimeRange(start=video.tick * 0, duration=media.duration)
            (window,) = sample_windows(Sampling.UNIFORM, whole, video)
            shown, moments = [], list(window.frames)
            for frame in FrameReader(media, [whole]):
                while moments and moments[0] < frame.end:
                    shown.append(frame.pixels(RemoteMeasure.need))
                    moments.pop(0)
            if not moments:
                yield np.stack(shown)
        except ShotlogError:
            continue  # stills, and files that are damaged on purpose


def rendered_windows(count: int = 24) -> Iterator[Pixels]:
    """Yield windows of a random texture that moves."""
    for seed in range(count):
        noise = np.random.default_rng(seed).integers(0, 255, (36, 48, 3)).astype(np.uint8)
        world = np.kron(noise, np.ones((8, 8, 1), np.uint8))
        yield np.stack([world[:224, 4 * n : 4 * n + 224] for n in range(16)])


def score_differences(windows: Sequence[Pixels]) -> npt.NDArray[np.float64]:
    """Return (windows,) the largest difference of a score after encoding and decoding."""
    with tempfile.TemporaryDirectory() as folder:
        made = make(Path(folder), size=replace(BASE, depth=4))
        model = InstalledModel(made.card, made.folder, "0" * 64, 1)
        measure = ModelMeasure(model, DeviceChoice("cpu", "fp32"))
        measure.prepare()
        first = len(measure.columns) - BASE.embedding
        seen, sent = (
            np.stack([measure.look([each])[0][first:] for each in some])
            for some in (windows, [decode(encode_pictures(each)) for each in windows])
        )
    head = np.random.default_rng(0).normal(size=(BASE.embedding, 5))
    raw = seen @ head
    gain = _SPREAD / raw.std(axis=0)
    before, after = (
        softmax((each @ head - raw.mean(axis=0)) * gain, axis=1) for each in (seen, sent)
    )
    return np.asarray(np.abs(before - after).max(axis=1), np.float64)


def decode(film: bytes) -> Pixels:
    """Return the pictures of a film, as a predictor reads them."""
    with av.open(io.BytesIO(film), "r") as container:
        return np.stack([frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)])


class _Server(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", str(len(_REPLY)))
        self.end_headers()
        self.wfile.write(_REPLY)

    def log_message(self, *_: Any) -> None:
        pass


async def post_bare(url: str, films: Sequence[bytes]) -> None:
    """Post films as any client would, as many at once."""
    places = asyncio.Semaphore(_AT_ONCE)
    async with httpx2.AsyncClient() as client:

        async def post(film: bytes) -> None:
            async with places:
                video = f"data:video/mp4;base64,{base64.b64encode(film).decode()}"
                reply = await client.post(url, json={"id": "0", "task": "size", "video": video})
                reply.json()

        await asyncio.gather(*(post(film) for film in films))


def overheads(windows: Sequence[Pixels]) -> tuple[float, float]:
    """Return milliseconds, of wall clock and processor, that a clip takes over a bare post."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Server)
    Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_address[1]}/"
    films = [encode_pictures(window) for window in windows]
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(_ROUNDS):
            os.environ[PROVIDERS_VARIABLE] = str(Path(folder) / str(number))
            added = AddedProvider(
                name="bare", kind="http-json", parameters={"url": url, "at_once": _AT_ONCE},
                models=(ServedModel(
                    tasks=(Task.SIZE,), model="m", version="1", seconds=0.1, start=0
                ),),
            )  # fmt: skip
            sender = ClipSender(added, None, "")
            clips = [small_clip(window) for window in windows]
            begun = time.perf_counter(), time.process_time()
            asyncio.run(post_bare(url, films))
            between = time.perf_counter(), time.process_time()
            sender.answer(clips, lambda: None)
            ended = time.perf_counter(), time.process_time()
            found.append([
                1000 * ((e - b) - (b - a)) / len(windows)
                for a, b, e in zip(begun, between, ended, strict=True)
            ])  # fmt: skip
    server.shutdown()
    server.server_close()
    wall, busy = (median(each) for each in zip(*found, strict=True))
    return wall, busy


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--data", type=Path, help="folder of films")
    parser.add_argument("--size", choices=SIZES, default="small", help="of the served model")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    windows = list(windows_of(asked.data) if asked.data else rendered_windows())
    sizes = [len(encode_pictures(window)) for window in windows]
    differences = score_differences(windows)
    wall, busy = overheads(windows)
    figures = {
        "clips": len(windows),
        "bytes_per_clip": int(median(sizes)),
        "bytes_most": max(sizes),
        "score_difference": round(float(differences.max()), 5),
        "score_difference_median": round(float(np.median(differences)), 5),
        "overhead_ms": round(wall, 1),
        "overhead_busy_ms": round(busy, 1),
        **{k: round(v, 3) for k, v in serve_and_measure(_SERVED, asked.size).items()},
    }
    if asked.json:
        json.dump(figures, sys.stdout)
        return
    table = Table("figure", "value")
    for name, value in figures.items():
        table.add_row(name, str(value))
    Console().print(table)


if __name__ == "__main__":
    main()
