"""Costs, latencies and savings of the daemon.

    python benchmarks/daemon.py [--quick] [--rounds 5] [--clips 200] [--json]

Real daemons, clients and processes; every film that is analysed is new to the cache. What is
compared is taken by turns in one run. ``--quick`` takes short films and models of two blocks: its
figures mean nothing.

JSON: ``welcome_s`` (median, from no daemon to its welcome), ``hello_p99_ms`` (while a job runs, one
client submits and cancels, and three ask for the status without pause), ``cancel_ms`` (worst, of
jobs that run or wait, until it is acknowledged), ``interactive_slowdown`` (median time of a short
job beside a running batch over that alone), ``overhead`` (median of ``shotlog analyze`` through a
warm daemon over that in process, less 1; whole processes), ``warm_s`` and ``cold_s`` (the same
command on one new clip, with a model of base size: held by the daemon, or loaded in the process).
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import daemon_parts as parts
from rich.console import Console
from rich.table import Table
from videomae_data import install_models, scale


def measure(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Return all figures, and the samples that they were made of."""
    seconds = 2 * options.clips + 20
    say = Console(stderr=True).print
    with parts.place(folder, seconds, small=options.quick) as here:
        say("cold starts")
        starts = parts.cold_starts(options.rounds)
        say("hello under load")
        hellos = parts.hellos_under_load(here, 2.0 if options.quick else 15.0)
        say("cancel")
        cancels = parts.cancels(here, options.rounds, queued=20 if options.quick else 50)
        say("interactive beside a batch")
        interactive = parts.interactive(here, clips=2, rounds=options.rounds)
        say("overhead")
        doors = parts.doors(here, options.clips, options.rounds, ["--models", "builtin"])
        say("one new clip")
        install_models(folder, ["base"], scale(quick=options.quick))
        clip = parts.doors(here, 1, options.rounds, ["--models", "local"])
    samples = {
        "start": starts, "cancel": cancels, "interactive": interactive,
        f"{options.clips} clips, built-in": doors, "one clip, model": clip,
    }  # fmt: skip
    return {
        "welcome_s": median(starts["welcome"]),
        "hello_p99_ms": 1000 * quantiles(hellos, n=100)[-1],
        "cancel_ms": 1000 * max(cancels["running"] + cancels["queued"]),
        "interactive_slowdown": median(interactive["beside a batch"])
        / median(interactive["alone"]),
        "overhead": median(doors["daemon"]) / median(doors["in process"]) - 1,
        "warm_s": median(clip["daemon"]),
        "cold_s": median(clip["in process"]),
        "hellos": {"n": len(hellos), "median_ms": 1000 * median(hellos)},
        "samples": samples,
        "quick": options.quick,
        "machine": {"cores": os.cpu_count(), "python": platform.python_version()},
    }


def show(figures: dict[str, Any]) -> None:
    """Print the figures for people."""
    console = Console(width=100)
    if figures["quick"]:
        console.print("--quick: short films, tiny models; these figures mean nothing")
    table = Table("what", "n", "least", "median", "most")
    for group, kinds in figures["samples"].items():
        for kind, seconds in kinds.items():
            told = [f"{1000 * s:.1f} ms" for s in (min(seconds), median(seconds), max(seconds))]
            table.add_row(f"{group}: {kind}", str(len(seconds)), *told)
    console.print(table)
    hellos = figures["hellos"]
    console.print(
        f"hello under load: median {hellos['median_ms']:.2f} ms, p99 {figures['hello_p99_ms']:.1f} "
        f"ms (n = {hellos['n']})\n"
        f"an interactive job beside a batch takes {figures['interactive_slowdown']:.2f} times its "
        f"time alone; the daemon costs {figures['overhead']:+.1%} over in process\n"
        f"one new clip: {figures['warm_s']:.2f} s with a model that the daemon holds, "
        f"{figures['cold_s']:.2f} s in a process that loads it"
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--clips", type=int, help="of the timeline that both doors analyse")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    options.rounds = options.rounds or (1 if options.quick else 5)
    options.clips = options.clips or (30 if options.quick else 200)
    with tempfile.TemporaryDirectory(prefix="shotlog-benchmark-") as name:
        figures = measure(options, Path(name))
    if options.json:
        sys.stdout.write(json.dumps(figures, indent=2) + "\n")
    else:
        show(figures)


if __name__ == "__main__":
    main()
