"""What a menu entry of DaVinci Resolve costs beside the analysis, on 2,000 clips.

    python -m benchmarks.resolve [--clips 2000] [--sample 60 | --whole]
        [--height 720] [--version 21.0.4] [--json]

Run it from the root of the repository: it stands on the double of ``tests/resolve``. The entry
*Analyse timeline* runs as the installer places it, through the real bridge, on ``--clips`` clips
of 2 s, trimmed at random from films of 100 shots, no frame twice.

*Script* is the time of the whole run less that of its job by the daemon's clock: start of the
bridge, reading the timeline, handing it over, making the markers of the findings, writing them and
reading them back. *Analysis* is the time of a job by the daemon's clock. To analyse 2,000 clips
takes long, so it is measured on the first ``--sample`` clips, by a warm real daemon on real films
made for it, and multiplied by their number; the script then runs over all clips with a daemon that
finds a shot in each at once, and whose own work counts as the script's. ``--whole`` has a real
daemon analyse all of them, and nothing is multiplied. The films are as large as proxies
(1280 x 720); those of a camera take longer to analyse, smaller ones (``--height``) less, and the
script takes the same.

The double answers at once. A call to the real Resolve may take a millisecond or more, so the calls
are counted, and ``script_overhead_at_1ms`` adds a millisecond for each.

JSON: ``script_overhead`` (script over analysis), ``api_calls_per_clip``, ``writing_calls_per_clip``
(those about markers), ``script_overhead_at_1ms``, ``script_s``, ``analysis_s``, ``analysed_clips``
(the sample), ``clips``, ``markers``, ``calls`` by method; ``again_s`` is the script's time in a
second run, which finds every marker right, and ``again_calls_per_clip`` its calls.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import platform
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from shotlog import Client
from shotlog.service.client import stop_daemon
from shotlog.service.runtime import DaemonPaths
from shotlog.testing import FakeDaemon
from tests.otio.marking import log_of
from tests.resolve.double import Double, ProjectSpec
from tests.resolve.footage import write_shots
from tests.resolve.menu import Menu

RATE = 24
CLIP_FRAMES = 48
SHOT_FRAMES = 60
SHOTS = 100


def make_project(folder: Path, clips: int) -> ProjectSpec:
    """Return a project whose timeline has that many clips, one of each shot of its films."""
    spec = ProjectSpec("Benchmark", rate=RATE)
    cut = spec.timeline("Cut", rate=RATE)
    chance = random.Random(1)  # noqa: S311
    media: list[str] = []
    for number in range(clips):
        film, shot = divmod(number, SHOTS)
        if shot == 0:
            path = folder / f"film {film}.mp4"
            media.append(spec.media(str(path), fps=RATE, frames=SHOT_FRAMES * min(clips, SHOTS)))
        start = shot * SHOT_FRAMES + chance.randrange(SHOT_FRAMES - CLIP_FRAMES)
        cut.clip(media[film], length=CLIP_FRAMES, source=start)
    return spec


def make_films(folder: Path, count: int, shots: int, height: int) -> None:
    """Make the films: the same pictures in files of different content."""
    size = (height * 16 // 9 // 2 * 2, height)
    first = write_shots(folder / "film 0.mp4", [SHOT_FRAMES] * shots, size=size)
    for number in range(1, count):
        box = (16).to_bytes(4, "big") + b"free" + number.to_bytes(8, "big")
        (folder / f"film {number}.mp4").write_bytes(first.read_bytes() + box)


def run(menu: Menu, double: Double) -> tuple[float, float]:
    """Run the entry once; return the seconds of the script, and those of its job."""
    begun = time.perf_counter()
    with contextlib.redirect_stdout(io.StringIO()) as told:
        menu.press(double, "analyse-timeline")
    whole = time.perf_counter() - begun
    with Client(start=False) as client:
        job = max(client.jobs(), key=lambda info: info.created)
    if job.ended is None or "marker" not in told.getvalue():
        raise RuntimeError(told.getvalue())
    return whole - (job.ended - job.created), job.ended - job.created


def analyse(
    folder: Path, menu: Menu, double: Double, clips: int, height: int
) -> tuple[float, float]:
    """Run the entry with a real daemon, which is warm; return as :func:`run` does."""
    make_films(folder, -(-clips // SHOTS), min(clips, SHOTS), height)
    with Client() as client:
        client.status()
    try:
        return run(menu, double)
    finally:
        stop_daemon(DaemonPaths())


def measure(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Return the figures."""
    os.environ.update(
        SHOTLOG_HOME=str(folder / "daemon"),
        SHOTLOG_CACHE=str(folder / "cache.sqlite"),
        SHOTLOG_MODELS=str(folder / "models"),
        SHOTLOG_CONFIG=str(folder / "config.toml"),
        SHOTLOG_DIALOGS="none",
    )
    clips: int = options.clips
    sample = clips if options.whole else min(options.sample, clips)
    menu = Menu(folder / "Scripts")
    double = Double(make_project(folder, sample), version=options.version)
    script, job = analyse(folder, menu, double, sample, options.height)
    if sample < clips:
        double = Double(make_project(folder, clips), version=options.version)
    with FakeDaemon(lambda submit: log_of(submit.task.edit)) as daemon:
        os.environ.update(daemon.environment)
        if sample < clips:
            script, _ = run(menu, double)
        calls = double.calls
        again, _ = run(menu, double)
    double.check()
    count = sum(calls.values())
    analysis = job * clips / sample
    return {
        "script_overhead": script / analysis,
        "api_calls_per_clip": count / clips,
        "writing_calls_per_clip": sum(n for name, n in calls.items() if "Marker" in name) / clips,
        "script_overhead_at_1ms": (script + 0.001 * count) / analysis,
        "script_s": script,
        "analysis_s": analysis,
        "analysed_clips": sample,
        "clips": clips,
        "height": options.height,
        "markers": len(double.timeline("Cut").markers),
        "calls": dict(sorted(calls.items(), key=lambda each: -each[1])),
        "again_s": again,
        "again_calls_per_clip": (double.call_count - count) / clips,
        "machine": {"cores": os.cpu_count(), "python": platform.python_version()},
    }


def show(figures: dict[str, Any]) -> None:
    """Print the figures for people."""
    print(f"{figures['clips']:,} clips, {figures['markers']:,} markers")
    sample = figures["analysed_clips"]
    how = "" if sample == figures["clips"] else f" (by the first {sample:,} clips)"
    print(f"analysis {figures['analysis_s']:.1f} s{how}, script {figures['script_s']:.2f} s")
    print(f"script over analysis {figures['script_overhead']:.4f}", end="")
    print(f", at 1 ms a call {figures['script_overhead_at_1ms']:.4f}")
    print(f"calls per clip {figures['api_calls_per_clip']:.2f}", end="")
    print(f", of these about markers {figures['writing_calls_per_clip']:.2f}")
    print(f"second run: script {figures['again_s']:.2f} s", end="")
    print(f", calls per clip {figures['again_calls_per_clip']:.2f}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--clips", type=int, default=2000)
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--sample", type=int, default=60, help="clips that are really analysed")
    how.add_argument("--whole", action="store_true", help="analyse all of them")
    parser.add_argument("--height", type=int, default=720, help="of the films, in pixels")
    parser.add_argument("--version", default="21.0.4", help="version of Resolve that is played")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="shotlog-") as folder:
        figures = measure(options, Path(folder))
    if options.json:
        json.dump(figures, sys.stdout, indent=1)
        print()
    else:
        show(figures)


if __name__ == "__main__":
    main()
