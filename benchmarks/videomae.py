"""Speed of VideoMAE models in `analyze`, relative to their bare forward and to the original code.

    python benchmarks/videomae.py [--device auto] [--sizes base large] [--clips 30] [--repeats 3]
        [--quick] [--json]

Models of base and large size with random weights in the published layout; speed does not depend on
what is in them. Timings of one table are taken in one run by turns, each in a process that does
nothing else, the best of the rounds. ``--quick`` runs everything in seconds with models of two
blocks: its figures mean nothing.

JSON, all of ``analyze`` with the model alone, cuts included; base size, 1080p:

- ``pipeline_vs_bound``: least wall seconds that decode and forward allow, over the wall seconds of
  ``analyze``; 1 is perfect. The least is (processor seconds of decoding the windows + of the bare
  forward) / cores, and never below the wall seconds of the longer one. All three are timed by turns
  in one process. The bound has no part of what ``analyze`` does for cuts, a second decode included.
- ``pipeline_busy_vs_bound``: the same of processor seconds: those of decode and forward over those
  of ``analyze``. Other processes on the machine hardly change it.
- ``pipeline_busy_vs_parts``: processor seconds of ``analyze`` without a model (decode, cuts and
  thumbnails) and of the bare forward, over those of ``analyze``: what the two cost together beyond
  what each costs alone. Here cuts are in it, and the frames of the windows are not.
- ``pipeline_vs_forward``: windows a second over those of the bare forward.

Besides: ``vs_original`` and ``busy_vs_original`` (wall and processor seconds of the originals' way
over those of ``shotlog analyze --models local``, processes as a whole), ``base_clips_per_s`` and
``large_clips_per_s`` (forward at the best batch size), and the details.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from videomae_data import install_models, scale, write_films, write_timeline

Figures = dict[str, Any]

_RUNS = (
    "decode", "models pass", "analyze", "analyze, without a model", "analyze, with built-in",
)  # fmt: skip


def child(part: str, *arguments: Any) -> Figures:
    """Run a part in a process of its own."""
    command = [sys.executable, __file__, "--child", json.dumps([part, *arguments])]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    figures: Figures = json.loads(done.stdout.splitlines()[-1])
    return figures


def here(part: str, *arguments: Any) -> Figures:
    """Run a part in this process, as :func:`child` starts it and ``--quick`` uses it."""
    import videomae_parts

    figures: Figures = getattr(videomae_parts, f"{part}_part")(*arguments)
    return figures


def timed_process(command: Sequence[str]) -> tuple[Figures, bytes]:
    """Return wall and processor seconds of a process, and its output."""
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    seconds, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    busy = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"seconds": seconds, "busy": busy}, done.stdout


def against_originals(
    model: str, folder: Path, film: Path, timeline: Path, options: argparse.Namespace
) -> Figures:
    """Time the same clips of one file by the originals' code and by ours, in whole processes."""
    ours_best: Figures | None = None
    theirs_best: Figures | None = None
    call = ["original", str(folder), str(film), options.clips, options.original_threads]
    for _ in range(options.repeats):
        ours, _ = timed_process([
            sys.executable, "-m", "shotlog", "analyze", str(timeline), "--models", "local",
            "--model", model, "--device", options.device, "--precision", options.precision,
            "--in-process", "--no-cache", "--quiet",
        ])  # fmt: skip
        theirs, said = timed_process([sys.executable, __file__, "--child", json.dumps(call)])
        theirs |= {"inside": json.loads(said.splitlines()[-1])}
        if ours_best is None or ours["seconds"] < ours_best["seconds"]:
            ours_best = ours
        if theirs_best is None or theirs["seconds"] < theirs_best["seconds"]:
            theirs_best = theirs
    return {"clips": options.clips, "original": theirs_best, "ours": ours_best}


def measure(options: argparse.Namespace, folder: Path) -> Figures:
    """Return all figures."""
    size = scale(quick=options.quick)
    os.environ["SHOTLOG_MODELS"] = str(folder / "models")
    names = [name for name in size.sizes if name == "base" or name in options.sizes]
    installed = install_models(folder / "weights", names, size)
    films = write_films(folder, 2 * max(options.clips, options.pipeline_clips), size)
    timelines = [
        write_timeline(folder / f"{name}.otio", film, options.pipeline_clips)
        for name, film in films.items()
    ]
    run = here if options.quick else child
    figures: Figures = {"machine": machine(), "quick": options.quick, "models": {}}
    for name, one in installed.items() if options.pipeline_clips else ():
        figures["models"][name] = run(
            "model", one.card.name, options.device, options.precision,
            [str(path) for path in timelines], options.repeats, size.matrix,
        )  # fmt: skip
    for name, model in figures["models"].items():
        figures[f"{name}_clips_per_s"] = model["forward"]["clips_per_s"]
    if options.pipeline_clips:
        whole = figures["models"]["base"]["timelines"]["film"]["analyze"]
        for key in ("vs_bound", "busy_vs_bound", "busy_vs_parts", "vs_forward"):
            figures[f"pipeline_{key}"] = whole[key]
    if options.clips:
        whole = write_timeline(folder / "whole.otio", films["film"], options.clips)
        one = installed["base"]
        compared = against_originals(one.card.name, one.folder, films["film"], whole, options)
        figures["originals"] = compared
        for key, kind in (("vs_original", "seconds"), ("busy_vs_original", "busy")):
            figures[key] = compared["original"][kind] / compared["ours"][kind]
    return figures


def machine() -> dict[str, str]:
    """Return the hardware and the versions of libraries."""
    import av
    import torch
    import transformers

    name, listed = platform.machine(), Path("/proc/cpuinfo")
    for line in listed.read_text().splitlines() if listed.exists() else ():
        if line.startswith("model name"):
            name = line.partition(":")[2].strip()
    return {
        "processor": f"{os.cpu_count()} x {name}",
        "torch": torch.__version__,
        "transformers": transformers.__version__,
        "av": av.__version__,
    }


def show(figures: Figures) -> None:
    """Print the figures as tables for people."""
    console = Console(width=110)
    console.print(", ".join(f"{key} {value}" for key, value in figures["machine"].items()))
    if figures["quick"]:
        console.print("--quick: small pictures, tiny models; these figures mean nothing")
    for name, model in figures["models"].items():
        console.print(_model_line(name, model))
        console.print(_model_table(model))
    if "originals" in figures:
        console.print(_originals_table(figures))
    if all(model["kind"] == "cpu" for model in figures["models"].values()):
        console.print("On a CPU; what a GPU does is measured with --device cuda.")


def _model_line(name: str, model: Figures) -> str:
    forward = model["forward"]
    batches = ", ".join(f"{b}: {rate:.3g}" for b, rate in forward["by_batch"].items())
    copies = ", ".join(f"{b}: {rate:.3g}" for b, rate in forward["copied_per_s"].items())
    copied = f"; copied to the device by batch size: {copies}" if copies else ""
    return (
        f"\n{name} on {model['device']} in {model['precision']}, {forward['threads']} threads; "
        f"libraries imported in {model['import_s']:.2f} s, loaded in {model['load_s']:.2f} s, "
        f"resident {model['resident_mb']:.0f} MiB more ({model['resident_anonymous_mb']:.0f} of "
        f"its own, the rest mapped from the file), peak of the process {model['peak_mb']:.0f} MiB\n"
        f"forward: {forward['clips_per_s']:.3g} clips/s at batch {forward['batch']} "
        f"(by batch size: {batches}{copied}); {forward['tflop_per_clip']:.3f} TFLOP a clip, "
        f"{forward['tflops']:.3g} TFLOP/s, {forward['share_of_matmul']:.0%} of a "
        f"{forward['matmul_side']}^3 product in the same run ({forward['matmul_tflops']:.3g})"
    )


def _model_table(model: Figures) -> Table:
    table = Table(
        "timeline", "what", "windows/s", "over forward", "of bound", "s", "processor s", "of bound",
        "windows",
    )  # fmt: skip
    for path, runs in model["timelines"].items():
        for what in _RUNS:
            run = runs[what]
            bounds = [f"{run[k]:.2f}" if k in run else "" for k in ("vs_bound", "busy_vs_bound")]
            table.add_row(
                path, what, f"{run['clips_per_s']:.3g}", f"{run['vs_forward']:.2f}", bounds[0],
                f"{run['seconds']:.2f}", f"{run['busy']:.2f}", bounds[1], str(run["windows"]),
            )  # fmt: skip
    return table


def _originals_table(figures: Mapping[str, Any]) -> Table:
    originals = figures["originals"]
    table = Table(f"{originals['clips']} clips of one file", "s", "processor s")
    for what in ("original", "ours"):
        table.add_row(what, f"{originals[what]['seconds']:.1f}", f"{originals[what]['busy']:.1f}")
    inside = originals["original"]["inside"]
    for part, seconds in {"load": inside["load_s"], **inside["parts"]}.items():
        table.add_row(f"  of the original: {part}", f"{seconds:.1f}", "")
    ratios = f"{figures['vs_original']:.2f}", f"{figures['busy_vs_original']:.2f}"
    table.add_row("original / ours", *ratios)
    return table


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--precision", default="auto")
    parser.add_argument(
        "--sizes", nargs="+", choices=("base", "large"), default=["base", "large"],
        help="of the models; base is always measured",
    )  # fmt: skip
    parser.add_argument("--clips", type=int, help="for the originals' way; 0 leaves it out")
    parser.add_argument(
        "--original-threads", action="store_true", help="let the originals' decoder use threads"
    )
    parser.add_argument(
        "--pipeline-clips", type=int, help="on the timelines of `analyze`; 0 leaves them out"
    )
    parser.add_argument("--repeats", type=int)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.child:
        sys.stdout.write(json.dumps(here(*json.loads(options.child))) + "\n")
        return
    usual = (2, 2, 1) if options.quick else (30, 6, 3)
    for name, value in zip(("clips", "pipeline_clips", "repeats"), usual, strict=True):
        if getattr(options, name) is None:
            setattr(options, name, value)
    with tempfile.TemporaryDirectory(prefix="shotlog-benchmark-") as name:
        figures = measure(options, Path(name))
    if options.json:
        sys.stdout.write(json.dumps(figures, indent=2) + "\n")
    else:
        show(figures)


if __name__ == "__main__":
    main()
