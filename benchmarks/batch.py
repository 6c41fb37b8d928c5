"""Batches over single runs, Ray over plain processes, resumed batches, searches, and faults.

    python -m benchmarks.batch [--only NAME ...] [--timelines 50] [--seconds 240] [--json]

Real commands, processes and daemons; every run has a result cache, a daemon and an output folder of
its own. What is compared is taken by turns in one run, and the figures are ratios of medians.

JSON: ``local_overhead`` (``shotlog batch`` of a season of timelines over ``shotlog analyze -o
--report`` of the same timelines one after the other, both through a warm daemon, with cold result
caches), ``ray_efficiency`` (two Ray actors over one, divided by two ``run-shard`` processes over
one, from the first item's start to the last item's end), ``resume_ratio`` (a second batch with
nothing new over the first), ``find_ms`` and ``find_text_ms`` (``benchmarks/library.py``), ``lost``
and ``twice`` (items of ``benchmarks/batch_faults.py``). ``detail`` holds what they are made of.

The season has 10 films; each is used by ten timelines and a trailer (``scaling/season.py``).
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.scaling import (
    Season,
    Span,
    make_season,
    own_folders,
    run_plain,
    run_runner,
    shotlog,
    warm_daemon,
)
from shotlog.cli.analyze import analyze

FILMS = 10
_RESUMES = 5
_TOLD = Console(stderr=True)

Figures = dict[str, Any]


def measure_local(options: argparse.Namespace, folder: Path) -> Figures:
    """Return ``local_overhead`` and ``resume_ratio``; both come from the same batches."""
    season = _season(options, folder, options.timelines)
    seconds: dict[str, list[float]] = {
        "batch": [], "one after the other": [], "in one process": [], "resumed": []
    }  # fmt: skip
    same = {"marked": 0, "reports": 0, "compared": 0}
    for turn in range(options.rounds):
        _TOLD.print(f"batch, round {turn + 1}")
        with own_folders(batch := folder / f"batch-{turn}"):
            warm_daemon(batch)
            command = ("batch", season.folder, "--out", batch / "out", "--models", "builtin", "-q")
            seconds["batch"].append(shotlog(*command))
            for _ in range(_RESUMES):
                seconds["resumed"].append(shotlog(*command))
        _TOLD.print(f"one after the other, round {turn + 1}")
        with own_folders(single := folder / f"single-{turn}"):
            warm_daemon(single)
            seconds["one after the other"].append(_loop(season, single, shotlog))
        _TOLD.print(f"one after the other in one process, round {turn + 1}")
        with own_folders(inside := folder / f"inside-{turn}"):
            warm_daemon(inside)
            seconds["in one process"].append(_loop(season, inside, _call))
        same = _compared(season, batch / "out", single)
    middle = {kind: median(times) for kind, times in seconds.items()}
    return {
        "local_overhead": middle["batch"] / middle["one after the other"],
        "resume_ratio": middle["resumed"] / middle["batch"],
        "detail": {
            "local_overhead_in_process": middle["batch"] / middle["in one process"],
            "seconds": seconds,
            "same_outputs": same,
            "season": _told(season),
        },
    }


def measure_ray(options: argparse.Namespace, folder: Path) -> Figures:
    """Return ``ray_efficiency``: speed-up of a second actor over that of a second process."""
    # Films that only two timelines share, so that the work divides into even shards.
    season = _season(options, folder, max(FILMS, options.timelines // 2), trailer=False)
    spans: dict[str, list[Span]] = {
        f"{kind} {n}": [] for n in (1, 2) for kind in ("processes", "actors")
    }
    for turn in range(options.rounds):
        for count in (1, 2):
            _TOLD.print(f"{count} processes and actors, round {turn + 1}")
            plain = run_plain(season, folder / f"plain-{turn}-{count}", count)
            spans[f"processes {count}"].append(plain)
            cluster = run_runner(season, folder / f"ray-{turn}-{count}", "ray", count)
            spans[f"actors {count}"].append(cluster)
    gains = {}
    for what in ("work", "whole"):
        times = {
            kind: median(getattr(each, what) for each in found) for kind, found in spans.items()
        }
        gains[what] = {
            kind: times[f"{kind} 1"] / times[f"{kind} 2"] for kind in ("processes", "actors")
        }
    return {
        "ray_efficiency": gains["work"]["actors"] / gains["work"]["processes"],
        "detail": {
            "ray_efficiency_whole_command": gains["whole"]["actors"] / gains["whole"]["processes"],
            "speed_up": gains,
            "runs": {kind: [asdict(each) for each in found] for kind, found in spans.items()},
            "ray_season": _told(season),
        },
    }


def measure_find(options: argparse.Namespace, folder: Path) -> Figures:
    """Return ``find_ms`` and ``find_text_ms``."""
    from benchmarks import library

    del options, folder
    found = library.measure_find() | library.measure_text()
    names = ("find_ms", "find_text_ms")
    return {**{name: found[name] for name in names}, "detail": {"find": found}}


def measure_faults(options: argparse.Namespace, folder: Path) -> Figures:
    """Return ``lost`` and ``twice``."""
    from benchmarks.batch_faults import run_faults

    del options
    found = run_faults(folder / "faults")
    return {"lost": found["lost"], "twice": found["twice"], "detail": {"faults": found}}


MEASURES: dict[str, Callable[[argparse.Namespace, Path], Figures]] = {
    "local_overhead": measure_local,
    "resume_ratio": measure_local,
    "ray_efficiency": measure_ray,
    "find_ms": measure_find,
    "find_text_ms": measure_find,
    "lost": measure_faults,
    "twice": measure_faults,
}
AIMS = {
    "local_overhead": ("at most", 1.0),
    "resume_ratio": ("at most", 0.02),
    "ray_efficiency": ("at least", 0.8),
    "find_ms": ("below", 100.0),
    "find_text_ms": ("below", 300.0),
    "lost": ("at most", 0.0),
    "twice": ("at most", 0.0),
}


def measure(options: argparse.Namespace, folder: Path) -> Figures:
    """Return the figures that are asked for, those of one measurement once."""
    figures: Figures = {}
    detail: Figures = {}
    names = options.only or list(MEASURES)
    for function in dict.fromkeys(MEASURES[name] for name in names):
        found = function(options, folder)
        detail |= found.pop("detail")
        figures |= found
    detail["machine"] = {
        "cores": os.cpu_count(), "python": platform.python_version(), "load": os.getloadavg()[0],
    }  # fmt: skip
    return {**figures, "detail": detail}


def show(figures: Figures) -> None:
    """Print the figures for people."""
    console = Console(width=100)
    table = Table("figure", "measured", "aim")
    for name, (words, aim) in AIMS.items():
        if name in figures:
            table.add_row(name, f"{figures[name]:.3f}", f"{words} {aim:g}")
    console.print(table)
    detail = figures["detail"]
    if "seconds" in detail:
        times = Table("run", "n", "least s", "median s", "most s")
        for kind, seconds in detail["seconds"].items():
            told = [f"{each:.2f}" for each in (min(seconds), median(seconds), max(seconds))]
            times.add_row(kind, str(len(seconds)), *told)
        console.print(times)
        console.print(
            f"over the same in one Python process: {detail['local_overhead_in_process']:.3f}; "
            f"outputs: {detail['same_outputs']}; {detail['season']}"
        )
    if "runs" in detail:
        spans = Table("workers", "n", "work, median s", "whole command, median s")
        for kind, runs in detail["runs"].items():
            told = [f"{median(run[what] for run in runs):.1f}" for what in ("work", "whole")]
            spans.add_row(kind, str(len(runs)), *told)
        console.print(spans)
        console.print(f"speed-up: {detail['speed_up']}; {detail['ray_season']}")
    console.print(f"machine: {detail['machine']}")


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.batch",
        description=__doc__.partition("\n")[0] if __doc__ else "",
    )
    parser.add_argument("--only", nargs="+", choices=MEASURES, metavar="NAME", help="figures")
    parser.add_argument("--timelines", type=int, default=50, help="of the season [50]")
    parser.add_argument("--seconds", type=float, default=240, help="of each of its 10 films [240]")
    parser.add_argument("--rounds", type=int, default=3, help="of every measurement [3]")
    parser.add_argument("--width", type=int, default=1280, help="of the films [1280]")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="shotlog-benchmark-") as name:
        figures = measure(options, Path(name))
    if options.json:
        sys.stdout.write(json.dumps(figures, indent=2) + "\n")
    else:
        show(figures)


def _season(
    options: argparse.Namespace, folder: Path, timelines: int, *, trailer: bool = True
) -> Season:
    _TOLD.print("season")
    size = (options.width, options.width * 9 // 16 // 2 * 2)
    return make_season(
        folder / f"season-{timelines}", timelines=timelines, films=FILMS, seconds=options.seconds,
        size=size, trailer=trailer,
    )  # fmt: skip


def _told(season: Season) -> Figures:
    return {
        "films": len(season.films),
        "timelines": len(season.timelines),
        "clips": season.clips,
        "seconds of a film": season.seconds,
        "seconds that all timelines show": season.shown,
        "seconds of film that are shown at all": season.used,
    }


def _loop(season: Season, folder: Path, run: Callable[..., float]) -> float:
    """Analyse every timeline, one after the other; return the seconds of all."""
    (out := folder / "out").mkdir()
    begun = time.perf_counter()
    for cut in season.timelines:
        marked, report = out / f"{cut.stem}.marked.otio", out / f"{cut.stem}.html"
        run("analyze", cut, "-o", marked, "--report", report, "--models", "builtin", "-q")
    return time.perf_counter() - begun


def _call(_: str, *words: str | Path) -> float:
    """Run ``shotlog analyze`` in this process."""
    analyze.main([str(word) for word in words], standalone_mode=False)
    return 0.0


def _compared(season: Season, batch: Path, single: Path) -> dict[str, int]:
    """Return the number of outputs that are the same, byte for byte, whichever way made them."""
    same = {"marked": 0, "reports": 0, "compared": len(season.timelines)}
    for cut in season.timelines:
        for kind, name in (("marked", f"{cut.stem}.marked.otio"), ("reports", f"{cut.stem}.html")):
            own, other = batch / name, single / "out" / name
            same[kind] += own.read_bytes() == other.read_bytes()
    return same


if __name__ == "__main__":
    main()
