"""Cost of the whole built-in analysis, relative to only decoding the same file.

    python benchmarks/throughput.py [FILE] [--repeats 3] [--lengths 1,4,16] [--json]

Every timing is the best of several runs, each in a process of its own (imports are not counted),
the kinds taken in turn so that a busy machine is busy for all. Without FILE a 1080p H.264 film is
rendered first.

JSON: ``decode_ratio`` (analysis over decode), ``pyscenedetect_ratio`` (analysis over
``detect-adaptive``), ``cached_rerun_ratio`` (second run over first), ``peak_rss_mb``,
``cost_by_length`` (seconds and peak memory by multiple of the file).
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import av
from rich.console import Console
from rich.table import Table

NO_CACHE = "none"


def decode(path: Path) -> None:
    """Decode every frame with PyAV, with the threads that the analysis uses, and drop it."""
    with av.open(str(path)) as container:
        if not container.streams.video:
            raise SystemExit(f"{path} holds no video")
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        for _ in container.decode(stream):
            pass


def detect(path: Path) -> None:
    """Run PySceneDetect's detect-adaptive with its defaults."""
    from scenedetect import AdaptiveDetector, detect

    detect(str(path), AdaptiveDetector())


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


def _child(kind: str, path: Path, cache: str) -> None:
    """Run one kind in this process; print seconds and peak memory."""
    import scenedetect  # noqa: F401  (what is only imported is not measured)

    import shotlog.cli.analysis  # noqa: F401
    import shotlog_otio  # noqa: F401
    from shotlog.engine import load_analyzers

    load_analyzers()

    begun = time.perf_counter()
    try:
        if kind == "analysis":
            analysis(path, cache)
        else:
            {"decode": decode, "detect": detect}[kind](path)
    except av.FFmpegError as error:
        raise SystemExit(f"{path} cannot be decoded: {error.strerror}") from error
    seconds = time.perf_counter() - begun
    sys.stdout.write(json.dumps({"seconds": seconds, "peak_mb": _peak_mb()}))


def _peak_mb() -> float:
    """Return the peak memory of this process; getrusage would give its parent's as well."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise OSError("this system does not tell the peak memory of a process")


def run(kind: str, path: Path, cache: str = NO_CACHE) -> dict[str, float]:
    """Return one timing in a process of its own: ``seconds`` and ``peak_mb``.

    Raises:
        SystemExit: The process failed; it has printed the reason.
    """
    command = [sys.executable, __file__, "--child", kind, str(path), cache]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False, env=dict(os.environ))
    if done.returncode:
        raise SystemExit(f"{kind} of {path} failed, so there is nothing to compare")
    result: dict[str, float] = json.loads(done.stdout)
    return result


def render(path: Path) -> None:
    """Render a 1080p film to measure on."""
    from shotlog.demo import Film

    Film(width=1920, height=1080).render(path)


def repeat(path: Path, times: int, target: Path) -> None:
    """Write the same film several times over, its packets copied, with exact timestamps."""
    with av.open(str(path)) as source, av.open(str(target), "w") as out:
        video = source.streams.video[0]
        length = video.frames / (video.average_rate or 1)
        inputs = [s for s in source.streams if s.type in ("video", "audio")]
        outputs = {s.index: out.add_stream_from_template(s) for s in inputs}
        written = {s.index: float("-inf") for s in inputs}
        for turn in range(times):
            source.seek(0)
            for packet in source.demux(inputs):
                if packet.dts is None or packet.pts is None or packet.time_base is None:
                    continue
                shift = round(turn * length / packet.time_base)
                index, packet.pts, packet.dts = (
                    packet.stream.index,
                    packet.pts + shift,
                    packet.dts + shift,
                )
                if packet.dts <= written[index]:
                    continue  # sound that outlasts the picture, under the next turn's
                written[index] = packet.dts
                packet.stream = outputs[index]
                out.mux(packet)


def measure(path: Path, repeats: int, lengths: list[int], folder: Path) -> dict[str, object]:
    """Return all figures of this benchmark, for one film."""
    best: dict[str, float] = {}
    peak = 0.0
    for turn in range(repeats):
        cache = str(folder / f"cache-{turn}.sqlite")
        for name, kind, store in (
            ("decode", "decode", NO_CACHE),
            ("detect", "detect", NO_CACHE),
            ("analysis", "analysis", cache),
            ("rerun", "analysis", cache),
        ):
            result = run(kind, path, store)
            best[name] = min(best.get(name, float("inf")), result["seconds"])
            if name == "analysis":
                peak = max(peak, result["peak_mb"])
    by_length = []
    for times in lengths:
        longer = folder / f"x{times}.mp4"
        repeat(path, times, longer)
        result = run("analysis", longer)
        by_length.append({"times": times, **result})
        longer.unlink()
    return {
        "seconds": best,
        "decode_ratio": best["analysis"] / best["decode"],
        "pyscenedetect_ratio": best["analysis"] / best["detect"],
        "cached_rerun_ratio": best["rerun"] / best["analysis"],
        "peak_rss_mb": peak,
        "cost_by_length": by_length,
    }


def show(figures: dict[str, object]) -> None:
    """Print the figures as tables for people."""
    console = Console()
    table = Table("what", "ratio")
    for name in ("decode_ratio", "pyscenedetect_ratio", "cached_rerun_ratio"):
        table.add_row(name.replace("_", " "), f"{figures[name]:.3f}")
    table.add_row("peak memory", f"{figures['peak_rss_mb']:.0f} MB")
    console.print(table)
    console.print({name: f"{s:.2f} s" for name, s in dict(figures["seconds"]).items()})  # type: ignore[call-overload]
    lengths = Table("times the film", "seconds", "per film", "peak memory")
    for row in figures["cost_by_length"]:  # type: ignore[attr-defined]
        each = row["seconds"] / row["times"]
        lengths.add_row(
            str(row["times"]), f"{row['seconds']:.1f}", f"{each:.1f}", f"{row['peak_mb']:.0f} MB"
        )
    console.print(lengths)


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--lengths", default="1,4,16")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--child", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        kind, path, cache = options.child
        _child(kind, Path(path), cache)
        return
    with tempfile.TemporaryDirectory(prefix="shotlog-benchmark-") as name:
        folder = Path(name)
        path = options.file or folder / "film.mp4"
        if options.file is None:
            render(path)
        lengths = [int(n) for n in options.lengths.split(",") if n]
        figures = measure(path, options.repeats, lengths, folder)
    if options.json:
        sys.stdout.write(json.dumps(figures, indent=2) + "\n")
    else:
        show(figures)


if __name__ == "__main__":
    main()
