"""Cost of the whole built-in analysis, relative to only decoding the same file.

    python benchmarks/throughput.py [FILE] [--repeats 3] [--lengths 1,4,16] [--json]
    python benchmarks/throughput.py --formats all|NAME,NAME [--repeats 3] [--json]

Every timing is the best of several runs, each in a process of its own (imports are not counted),
the kinds taken in turn so that a busy machine is busy for all. Without FILE a 1080p H.264 film is
rendered first. ``--formats`` renders a film of 16 s of each format (``films.py``) and measures only
those.

JSON: ``decode_ratio`` (analysis over decode), ``pyscenedetect_ratio`` (analysis over
``detect-adaptive``), both in seconds of wall time; ``decode_cpu_ratio`` and
``pyscenedetect_cpu_ratio``, the same in seconds of processor time; ``cached_rerun_ratio`` (second
run over first), ``peak_rss_mb``, ``cost_by_length`` (seconds and peak memory by multiple of the
file), ``scaling_8`` (seconds on 2 cores over seconds on 8). With ``--formats`` the first four end
in ``_NAME``, once for each format. ``skipped`` gives the reason for each figure that is left out.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import av
from films import FORMATS, Format, lacks_encoder, name_for_ffmpeg, render_full, render_short, repeat
from rich.console import Console
from rich.table import Table

NO_CACHE = "none"
ALL_CORES = 0
FEW_CORES, MANY_CORES = 2, 8

Figures = dict[str, object]


class Timing(NamedTuple):
    """Cost of one run: wall time, processor time of all threads, peak memory."""

    seconds: float
    processor: float
    peak_mb: float


def decode(path: Path) -> None:
    """Decode every frame with PyAV, with the threads that the analysis uses, and drop it."""
    with av.open(name_for_ffmpeg(path)) as container:
        if not container.streams.video:
            raise SystemExit(f"{path} holds no video")
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        for _ in container.decode(stream):
            pass


def detect(path: Path) -> None:
    """Run PySceneDetect's detect-adaptive with its defaults."""
    from scenedetect import AdaptiveDetector, detect

    detect(name_for_ffmpeg(path), AdaptiveDetector())


def analysis(path: Path, cache: str) -> None:
    """Run the whole built-in analysis of the file, as ``shotlog analyze`` does it."""
    from rich.console import Console

    from shotlog.cli.analysis import gather_footage
    from shotlog.engine import Cache, ProbeCache, analyze, load_analyzers
    from shotlog_otio import read_edit

    with tempfile.TemporaryDirectory() as folder:
        timeline = Path(folder) / "film.otio"
        with Cache(None if cache == NO_CACHE else Path(cache)) as store:
            probe_cache, quiet = ProbeCache(store), Console(quiet=True)
            timeline.write_bytes(gather_footage([path], "film", probe_cache, quiet).timeline)
            log = analyze(read_edit(timeline), load_analyzers(), store, probe_cache=probe_cache)
    if log.problems:
        raise SystemExit(f"the analysis had problems: {log.problems}")


def _child(kind: str, path: Path, cache: str, cores: int) -> None:
    """Run one kind in this process, on some cores; print its timing."""
    if cores != ALL_CORES:
        # Before anything is imported that starts threads.
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])
    # What is only imported is not measured. These packages import a module with its first name.
    import scenedetect  # noqa: F401

    from shotlog.cli.analysis import gather_footage  # noqa: F401
    from shotlog.engine import Cache, ProbeCache, analyze, load_analyzers  # noqa: F401
    from shotlog_otio import read_edit  # noqa: F401

    load_analyzers()

    begun, used = time.perf_counter(), time.process_time()
    try:
        if kind == "analysis":
            analysis(path, cache)
        else:
            {"decode": decode, "detect": detect}[kind](path)
    except av.FFmpegError as error:
        raise SystemExit(f"{path} cannot be decoded: {error.strerror}") from error
    timing = Timing(time.perf_counter() - begun, time.process_time() - used, _peak_mb())
    sys.stdout.write(json.dumps(timing))


def _peak_mb() -> float:
    """Return the peak memory of this process; getrusage would give its parent's as well."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise OSError("this system does not tell the peak memory of a process")


def run(kind: str, path: Path, cache: str = NO_CACHE, cores: int = ALL_CORES) -> Timing:
    """Return one timing, of a process of its own.

    Raises:
        SystemExit: The process failed; it has printed the reason.
    """
    command = [sys.executable, __file__, "--child", kind, str(path), cache, str(cores)]
    # What is installed has its bytecode: else each run would compile the modules that it imports.
    variables = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False, env=variables)
    if done.returncode:
        raise SystemExit(f"{kind} of {path} failed, so there is nothing to compare")
    return Timing(*json.loads(done.stdout))


def compare(path: Path, repeats: int, folder: Path) -> dict[str, Timing]:
    """Return the best timings of decode, detect, analysis, and an analysis with a full cache."""
    runs: dict[str, list[Timing]] = {"decode": [], "detect": [], "analysis": [], "rerun": []}
    for turn in range(repeats):
        cache = str(folder / f"cache-{path.stem}-{turn}.sqlite")
        for name, timings in runs.items():
            kind, store = ("analysis", cache) if name in ("analysis", "rerun") else (name, NO_CACHE)
            timings.append(run(kind, path, store))
    # Least times, but the largest memory.
    return {
        name: Timing(
            min(t.seconds for t in timings),
            min(t.processor for t in timings),
            max(t.peak_mb for t in timings),
        )
        for name, timings in runs.items()
    }


def ratios(best: dict[str, Timing], suffix: str = "") -> Figures:
    """Return the costs of an analysis relative to the other kinds."""
    ours = best["analysis"]
    return {
        f"decode_ratio{suffix}": ours.seconds / best["decode"].seconds,
        f"pyscenedetect_ratio{suffix}": ours.seconds / best["detect"].seconds,
        f"decode_cpu_ratio{suffix}": ours.processor / best["decode"].processor,
        f"pyscenedetect_cpu_ratio{suffix}": ours.processor / best["detect"].processor,
    }


def measure(path: Path, repeats: int, lengths: Sequence[int], folder: Path) -> Figures:
    """Return all figures of one film."""
    best = compare(path, repeats, folder)
    by_length = []
    for times in lengths:
        longer = folder / f"x{times}.mp4"
        repeat(path, times, longer)
        by_length.append({"times": times, **run("analysis", longer)._asdict()})
        longer.unlink()
    return {
        "seconds": {name: timing.seconds for name, timing in best.items()},
        **ratios(best),
        "cached_rerun_ratio": best["rerun"].seconds / best["analysis"].seconds,
        "peak_rss_mb": best["analysis"].peak_mb,
        "cost_by_length": by_length,
        **measure_scaling(path, repeats),
    }


def measure_scaling(path: Path, repeats: int) -> Figures:
    """Return the gain by more cores, or the reason why it is not measured."""
    present = len(os.sched_getaffinity(0))
    if present < MANY_CORES:
        reason = f"this machine has {present} of the {MANY_CORES} cores"
        return {"scaling_8": None, "skipped": {"scaling_8": reason}}
    few, many = (
        min(run("analysis", path, cores=cores).seconds for _ in range(repeats))
        for cores in (FEW_CORES, MANY_CORES)
    )
    return {"scaling_8": few / many, "skipped": {}}


def measure_formats(kinds: Sequence[Format], repeats: int, folder: Path) -> Figures:
    """Return the ratios of a short film of each format."""
    figures: Figures = {}
    skipped: dict[str, str] = {}
    for kind in kinds:
        if lacks_encoder(kind):
            skipped[kind.name] = f"this build of FFmpeg has no encoder {kind.encoder}"
            continue
        path = render_short(kind, folder)
        figures |= ratios(compare(path, repeats, folder), f"_{kind.name}")
    return {**figures, "skipped": skipped}


def show(figures: Figures) -> None:
    """Print the figures as tables for people."""
    console = Console()
    table = Table("what", "figure")
    for name, value in figures.items():
        if isinstance(value, float):
            table.add_row(name.replace("_", " "), f"{value:.3f}")
    console.print(table)
    if isinstance(figures.get("seconds"), dict):
        console.print({name: f"{s:.2f} s" for name, s in figures["seconds"].items()})  # type: ignore[attr-defined]
    lengths = Table("times the film", "seconds", "per film", "peak memory")
    for row in figures.get("cost_by_length", ()):  # type: ignore[attr-defined]
        each = row["seconds"] / row["times"]
        lengths.add_row(
            str(row["times"]), f"{row['seconds']:.1f}", f"{each:.1f}", f"{row['peak_mb']:.0f} MB"
        )
    if lengths.row_count:
        console.print(lengths)
    for name, reason in figures["skipped"].items():  # type: ignore[attr-defined]
        console.print(f"{name} skipped: {reason}")


def main() -> None:
    """Read the command line and measure."""
    names = [kind.name for kind in FORMATS]
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--formats", help=f"all, or names of: {', '.join(names)}")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--lengths", default="1,4,16")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--child", nargs=4, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        kind, path, cache, cores = options.child
        _child(kind, Path(path), cache, int(cores))
        return
    wanted = names if options.formats == "all" else (options.formats or "").split(",")
    if options.formats and not set(wanted) <= set(names):
        parser.error(f"--formats takes all, or names of: {', '.join(names)}")
    with tempfile.TemporaryDirectory(prefix="shotlog-benchmark-") as name:
        folder = Path(name)
        if options.formats:
            kinds = [kind for kind in FORMATS if kind.name in wanted]
            figures = measure_formats(kinds, options.repeats, folder)
        else:
            film = options.file or folder / "film.mp4"
            if options.file is None:
                render_full(film)
            lengths = [int(n) for n in options.lengths.split(",") if n]
            figures = measure(film, options.repeats, lengths, folder)
    if options.json:
        sys.stdout.write(json.dumps(figures, indent=2) + "\n")
    else:
        show(figures)


if __name__ == "__main__":
    main()
