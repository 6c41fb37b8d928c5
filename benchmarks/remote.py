"""Clips for providers: their bytes, what encoding them changes of scores, and what sending costs.

    python -m benchmarks.remote [--data DIR] [--size small|base] [--labels DIR --minutes M] [--json]

``score_difference``: the largest difference between the scores of a window and those of the film
that is sent of it, decoded again, by the same weights, which are random (``remote_scores.py``).
``trained_...``: with ``--labels``, the same for weights that learn first, from the footage in that
folder, for so many minutes of processor time; the largest, the 95th percentile, the median; the
shares of windows whose scores agree to 0.01, and whose label stays.
``overhead_ms``: a clip sent by :class:`ClipSender` (encoding, records, requests) over the same
films posted bare to the same server, in milliseconds of wall clock, and of processor time; rounds
of both by turns, the median of the differences.
``bytes_per_clip``: the median. ``pixel_error``, ``block_error``: root mean squares of the errors of
pixels, and of their means over the blocks that a model sums over, in grey levels.
``clips_per_second_remote``, ``clips_per_second_local``, ``remote_vs_local``: clips a second by the
remote tier, which asks a real Cog server on this machine, and by one worker of our own with the
same weights (``remote_server.py``); both share the processors, so a GPU elsewhere is not in them.

Without ``--data``, windows are rendered: a texture that moves.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import json
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from threading import Thread
from typing import Any

import httpx2
import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.remote_clips import film_errors, rendered_windows, windows_of
from benchmarks.remote_scores import random_differences, trained_figures
from benchmarks.remote_server import SIZES, serve_and_measure
from shotlog.media.encoding import encode_pictures
from shotlog.models.catalog import Task
from shotlog.paths import PROVIDERS_VARIABLE
from shotlog.providers import AddedProvider, ClipSender, ServedModel, small_clip
from shotlog.schema import Pixels

_ROUNDS, _AT_ONCE = 7, 8
_SERVED = 16
"""Clips that the Cog server and the local worker answer for."""
_REPLY = json.dumps({
    "scores": {"LS": 0.2, "FS": 0.2, "MS": 0.2, "CS": 0.2, "ECS": 0.2}, "seconds": 0.1,
}).encode()  # fmt: skip


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
    parser.add_argument("--labels", type=Path, help="folder with labels.csv and sizes.csv")
    parser.add_argument("--minutes", type=float, default=3, help="of training, with --labels")
    parser.add_argument("--size", choices=SIZES, default="small", help="of the served model")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    windows = list(windows_of(asked.data) if asked.data else rendered_windows())
    films = [encode_pictures(window) for window in windows]
    sizes = [len(film) for film in films]
    pixel_error, block_error = film_errors(windows, films)
    differences = random_differences(windows)
    wall, busy = overheads(windows)
    figures = {
        "clips": len(windows),
        "bytes_per_clip": int(median(sizes)),
        "bytes_mean": int(np.mean(sizes)),
        "bytes_most": max(sizes),
        "pixel_error": round(pixel_error, 3),
        "block_error": round(block_error, 3),
        "score_difference": round(float(differences.max()), 5),
        "score_difference_median": round(float(np.median(differences)), 5),
        "overhead_ms": round(wall, 1),
        "overhead_busy_ms": round(busy, 1),
        **{k: round(v, 3) for k, v in serve_and_measure(_SERVED, asked.size).items()},
    }
    if asked.labels:
        figures |= trained_figures(asked.labels, asked.minutes)
    if asked.json:
        json.dump(figures, sys.stdout)
        return
    table = Table("figure", "value")
    for name, value in figures.items():
        table.add_row(name, str(value))
    Console().print(table)


if __name__ == "__main__":
    main()
