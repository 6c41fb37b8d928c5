"""What a menu entry of DaVinci Resolve costs beside the analysis, on 2,000 clips.

    python -m benchmarks.resolve [--clips 2000] [--version 21.0.4] [--json]

Run it from the root of the repository: it stands on the double of ``tests/resolve``. The entry
*Analyse timeline* runs as the installer places it, through the real bridge and a real daemon, on
real films made for it: ``--clips`` clips of 2 s, trimmed at random from films of 100 shots, no
frame twice. They are small (320 x 180), which flatters nothing: a camera's film takes longer to
analyse, and the script does not.

The daemon is warm, as on every run but the first of a day. *Analysis* is the time between the
submission of the job and its end by the daemon's own clock; the *script* is everything else of the
whole run: start of the bridge, reading the timeline, handing it over, making the markers of the
findings, writing and reading them back. The double answers at once. A call to the real Resolve may
take a millisecond or more, so the calls are counted, and ``script_overhead_at_1ms`` adds a
millisecond for each.

JSON: ``script_overhead`` (script over analysis), ``api_calls_per_clip``, ``writing_calls_per_clip``
(those that change the project, and those that read markers), ``script_overhead_at_1ms``,
``script_s``, ``analysis_s``, ``clips``, ``markers``, ``calls`` by method, and ``again``: the same
figures of a second run, which finds everything analysed and every marker right.
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
from tests.resolve.double import Double, ProjectSpec
from tests.resolve.footage import write_shots
from tests.resolve.menu import Menu

RATE = 24
CLIP_FRAMES = 48
SHOT_FRAMES = 60
SHOTS = 100
WRITING = ("Marker", "Delete", "Set")


def make_project(folder: Path, clips: int) -> ProjectSpec:
    """Return a project whose timeline has that many clips, one of each shot of its films."""
    films = -(-clips // SHOTS)
    first = write_shots(folder / "film 0.mp4", [SHOT_FRAMES] * SHOTS, size=(320, 180))
    spec = ProjectSpec("Benchmark", rate=RATE)
    cut = spec.timeline("Cut", rate=RATE)
    chance = random.Random(1)  # noqa: S311
    media = []
    for number in range(films):
        path = folder / f"film {number}.mp4"
        if number:  # the same pictures in another file: an empty box makes its content its own
            free = number.to_bytes(8, "big")
            path.write_bytes(first.read_bytes() + (16).to_bytes(4, "big") + b"free" + free)
        media.append(spec.media(str(path), fps=RATE, frames=SHOT_FRAMES * SHOTS))
    for number in range(clips):
        film, shot = divmod(number, SHOTS)
        start = shot * SHOT_FRAMES + chance.randrange(SHOT_FRAMES - CLIP_FRAMES)
        cut.clip(media[film], length=CLIP_FRAMES, source=start)
    return spec


def run(menu: Menu, double: Double, clips: int) -> dict[str, Any]:
    """Run the entry once and return its figures."""
    before = double.calls
    begun = time.perf_counter()
    with contextlib.redirect_stdout(io.StringIO()) as told:
        menu.press(double, "analyse-timeline")
    whole = time.perf_counter() - begun
    with Client(start=False) as client:
        job = max(client.jobs(), key=lambda info: info.created)
    if job.ended is None or "marker" not in told.getvalue():
        raise RuntimeError(told.getvalue())
    analysis = job.ended - job.created
    calls = {name: n - before.get(name, 0) for name, n in double.calls.items()}
    count = sum(calls.values())
    writing = sum(n for name, n in calls.items() if any(part in name for part in WRITING))
    return {
        "script_overhead": (whole - analysis) / analysis,
        "api_calls_per_clip": count / clips,
        "writing_calls_per_clip": writing / clips,
        "script_overhead_at_1ms": (whole - analysis + 0.001 * count) / analysis,
        "script_s": whole - analysis,
        "analysis_s": analysis,
        "clips": clips,
        "markers": len(double.timeline("Cut").markers),
        "calls": dict(sorted(calls.items(), key=lambda each: -each[1])),
        "told": told.getvalue().splitlines()[-2:],
    }


def measure(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Return the figures of a first and a second run."""
    os.environ.update(
        SHOTLOG_HOME=str(folder / "daemon"),
        SHOTLOG_CACHE=str(folder / "cache.sqlite"),
        SHOTLOG_MODELS=str(folder / "models"),
        SHOTLOG_CONFIG=str(folder / "config.toml"),
        SHOTLOG_DIALOGS="none",
    )
    spec = make_project(folder, options.clips)
    menu, double = Menu(folder / "Scripts"), Double(spec, version=options.version)
    with Client() as client:
        client.status()
    try:
        figures = run(menu, double, options.clips)
        figures["again"] = run(menu, double, options.clips)
    finally:
        stop_daemon(DaemonPaths())
    double.check()
    return {**figures, "machine": {"cores": os.cpu_count(), "python": platform.python_version()}}


def show(figures: dict[str, Any]) -> None:
    """Print the figures for people."""
    for name, each in (("first run", figures), ("second run", figures["again"])):
        print(f"{name}: {each['clips']:,} clips, {each['markers']:,} markers")
        print(f"  analysis {each['analysis_s']:.1f} s, script {each['script_s']:.2f} s")
        print(f"  script over analysis {each['script_overhead']:.4f}")
        print(f"  the same at 1 ms a call {each['script_overhead_at_1ms']:.4f}")
        print(f"  calls per clip {each['api_calls_per_clip']:.2f}", end="")
        print(f", of these for writing {each['writing_calls_per_clip']:.2f}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--clips", type=int, default=2000)
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
