"""Parts of ``videomae.py`` that run in processes of their own: our models, the original code."""

from __future__ import annotations

import os
import resource
import shutil
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from videomae_data import CLIP, RATE

from shotlog.engine import Cache, analyze, load_analyzers
from shotlog.engine.passes import WindowJob, load_windows
from shotlog.media import probe
from shotlog.models.catalog import Registry
from shotlog.models.runtime import read_cpu_quota
from shotlog.schema import Analyzer, Edit, MediaReference, Pixels, WindowMeasure
from shotlog.threads import let_idle_threads_sleep
from shotlog_otio import read_edit

Figures = dict[str, Any]

_WITHOUT_MODEL = ("decode", "analyze, without a model")

_CPU_BATCHES, _GPU_BATCHES = (1, 2), (1, 2, 4, 8, 16, 32, 64)


def clocked(work: Callable[[], object]) -> Figures:
    """Return the wall seconds and processor seconds that a call takes in this process."""
    busy, begun = _busy(), time.perf_counter()
    work()
    return {"seconds": time.perf_counter() - begun, "busy": _busy() - busy}


def _busy() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def _memory(field: str) -> float:
    """Return a line of /proc/self/status in MiB: VmRSS, RssAnon or VmHWM."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{field}:"):
            return int(line.split()[1]) / 1024
    raise OSError(f"this system does not tell {field} of a process")


def better(one: Figures | None, other: Figures) -> Figures:
    """Return the faster of two timings."""
    return other if one is None or other["seconds"] < one["seconds"] else one


def model_part(
    name: str, device: str, precision: str, timelines: Sequence[str], repeats: int, matrix: int
) -> Figures:
    """Measure one model: loading, memory, forward alone, and `analyze` in full.

    Args:
        name: Of an installed model.
        device: As for ``choose_device``.
        precision: Likewise.
        timelines: Paths of the timelines.
        repeats: Rounds; in each everything is done once, by turns.
        matrix: Side of the matrices that tell the device's peak.
    """
    # As `analyze` does before it imports torch; otherwise threads would wait in a loop.
    let_idle_threads_sleep()
    figures, analyzers, measure = _loaded(name, device, precision)
    forward = Forward(measure, matrix)
    sides: dict[str, Figures] = {}
    for _ in range(repeats):
        forward.round()
        for path in map(Path, timelines):
            timed = _pipeline(path, analyzers, measure)
            best = sides.setdefault(path.stem, {})
            for what, figure in timed.items():
                best[what] = better(best.get(what), figure)
        forward.round()
    best_forward = forward.best
    for side in sides.values():
        for figure in side.values():
            figure["clips_per_s"] = figure["windows"] / figure["seconds"]
            figure["vs_forward"] = figure["clips_per_s"] / best_forward["clips_per_s"]
            busy = figure["busy"] / figure["windows"]
            figure["busy_vs_forward"] = best_forward["busy_per_clip"] / busy
        add_bounds(side, best_forward, available_cores())
        side["analyze"]["busy_vs_parts"] = share_of_parts(side, best_forward)
    return {
        **figures, "forward": forward.figures(), "timelines": sides, "peak_mb": _memory("VmHWM"),
    }  # fmt: skip


def add_bounds(runs: dict[str, Figures], forward: Figures, cores: int) -> None:
    """Add to each run of a timeline the share of what decode and forward allow at best.

    Both work at once, so the least time is the processor seconds of both over the cores, or the
    wall seconds of the longer of the two where that is more: with a GPU, or a decoder that does not
    use all cores.

    Args:
        runs: The runs by name, "decode" among them; "vs_bound" (least time over wall seconds) and
            "busy_vs_bound" (processor seconds of decode and forward over those of the run) are
            added to those that run the model.
        forward: ``Forward.best``.
        cores: Cores that this process may use.
    """
    decode = runs["decode"]
    for what, run in runs.items():
        if what not in _WITHOUT_MODEL:
            busy = decode["busy"] + run["windows"] * forward["busy_per_clip"]
            longer = max(decode["seconds"], run["windows"] / forward["clips_per_s"])
            run["vs_bound"] = max(busy / cores, longer) / run["seconds"]
            run["busy_vs_bound"] = busy / run["busy"]


def share_of_parts(runs: dict[str, Figures], forward: Figures) -> float:
    """Return the processor seconds of `analyze` without a model and of the forward over `analyze`.

    Args:
        runs: As for :func:`add_bounds`.
        forward: ``Forward.best``.
    """
    whole = runs["analyze"]
    work = whole["windows"] * forward["busy_per_clip"]
    return float((runs["analyze, without a model"]["busy"] + work) / whole["busy"])


def available_cores() -> int:
    """Return the cores that this process may use: by its affinity and the container's quota."""
    mine = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return min(mine or 1, read_cpu_quota() or sys.maxsize)


def _loaded(name: str, device: str, precision: str) -> tuple[Figures, list[Analyzer], Any]:
    from shotlog.models.analysis import build_analyzers

    def libraries() -> None:
        import shotlog.models.runtime.batching  # noqa: F401

    imports = clocked(libraries)
    (installed,) = [one for one in Registry().installed() if one.card.name == name]
    analyzers = build_analyzers([installed], device, precision)
    measure = analyzers[0].measures[0]
    assert isinstance(measure, WindowMeasure)  # noqa: S101
    before, before_anonymous = _memory("VmRSS"), _memory("RssAnon")
    loading = clocked(measure.prepare)
    place = measure.device_choice.device  # type: ignore[attr-defined]
    figures = {
        "device": place.name, "kind": place.kind, "precision": place.precision,
        "import_s": imports["seconds"], "load_s": loading["seconds"],
        "resident_mb": _memory("VmRSS") - before,
        "resident_anonymous_mb": _memory("RssAnon") - before_anonymous,
    }  # fmt: skip
    return figures, analyzers, measure


class Forward:
    """The bare network, on windows that are on the device already, at several batch sizes.

    On a CPU also as our runner does it: two windows side by side.
    """

    def __init__(self, measure: Any, matrix: int) -> None:
        import torch

        self._torch = torch
        self._runner = measure._runner
        self._model = self._runner.prepare()
        self._device = measure.device_choice.device
        self._matrix = matrix if self._device.kind != "cpu" else min(matrix, 2048)
        self._rates: dict[str, Figures] = {}
        self._copy: dict[int, float] = {}
        self._peak = float("inf")

    def round(self) -> None:
        """Time every batch size once more, and the peak."""
        torch, model = self._torch, self._model
        shape = (model.frames, model.size, model.size, 3)
        rng = np.random.default_rng(0)
        sizes = _CPU_BATCHES if self._device.kind == "cpu" else _GPU_BATCHES
        for size in sizes:
            host = torch.from_numpy(rng.integers(0, 255, (size, *shape), dtype=np.uint8))
            try:
                batch = host.to(self._device.torch_name)
                with torch.inference_mode():
                    self._add(str(size), size, partial(model.network, batch))
            except torch.OutOfMemoryError:
                break
            if self._device.kind != "cpu":
                pinned = host.pin_memory() if self._device.kind == "cuda" else host
                copied, _ = self._timed(partial(pinned.to, self._device.torch_name))
                self._copy[size] = min(copied, self._copy.get(size, copied))
        if self._device.kind == "cpu":
            pair: list[Pixels] = list(rng.integers(0, 255, (2, *shape), dtype=np.uint8))
            self._add("2 side by side", 2, partial(self._runner.run, pair))
        kinds = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}
        square = torch.randn(self._matrix, self._matrix, device=self._device.torch_name)
        square = square.to(kinds[self._device.precision])
        self._peak = min(self._peak, self._timed(lambda: square @ square)[0])

    def _add(self, way: str, size: int, work: Callable[[], object]) -> None:
        """Time a way of running ``size`` windows; keep its best figures."""
        took, busy = self._timed(work)
        timed = {"batch": way, "clips_per_s": size / took, "busy_per_clip": busy / size}
        known = self._rates.setdefault(way, timed)
        known["clips_per_s"] = max(known["clips_per_s"], timed["clips_per_s"])
        known["busy_per_clip"] = min(known["busy_per_clip"], timed["busy_per_clip"])

    @property
    def best(self) -> Figures:
        """Return the way with the most windows per second."""
        return max(self._rates.values(), key=lambda way: float(way["clips_per_s"]))

    def figures(self) -> Figures:
        """Return figures by batch size, and the ratio to the device's matrix product."""
        best, work = self.best, self._operations()
        peak = 2 * self._matrix**3 / self._peak
        by_batch = {way: rate["clips_per_s"] for way, rate in self._rates.items()}
        copies = {str(b): b / s for b, s in self._copy.items()}
        return {
            **best, "by_batch": by_batch, "copied_per_s": copies, "threads": self._threads(),
            "tflop_per_clip": work / 1e12, "tflops": best["clips_per_s"] * work / 1e12,
            "matmul_side": self._matrix, "matmul_tflops": peak / 1e12,
            "share_of_matmul": best["clips_per_s"] * work / peak,
        }  # fmt: skip

    def _threads(self) -> int:
        return int(self._torch.get_num_threads())

    def _timed(self, work: Callable[[], object]) -> tuple[float, float]:
        """Return the shortest wall and processor seconds of a few runs."""
        runs = [clocked(partial(self._once, work))]
        more = 1 if runs[0]["seconds"] > 0.5 else 10
        runs += [clocked(partial(self._once, work)) for _ in range(more)]
        return min(run["seconds"] for run in runs), min(run["busy"] for run in runs)

    def _once(self, work: Callable[[], object]) -> None:
        work()
        if self._device.kind == "cuda":
            self._torch.cuda.synchronize()
        elif self._device.kind == "mps":
            self._torch.mps.synchronize()

    def _operations(self) -> float:
        """Return the operations of one window: layers and attention, two per multiply."""
        backbone = self._model.network.backbone
        layers = [m for m in backbone.modules() if isinstance(m, self._torch.nn.Linear)]
        tokens = len(backbone.embeddings.positions)
        weights = sum(layer.weight.numel() for layer in layers)
        attention = 2 * tokens**2 * self._model.embedding * len(backbone.encoder.layer)
        return float(2 * (tokens * weights + attention))


def _pipeline(path: Path, analyzers: Sequence[Analyzer], measure: Any) -> dict[str, Figures]:
    """Time one timeline: its decode, the models pass, `analyze` with the model, and with all."""
    edit = read_edit(path)
    jobs = _jobs(edit, measure)
    timed = {"decode": clocked(lambda: _drain(jobs))}
    known = path.with_suffix(".sqlite")
    if not known.exists():
        with Cache(known) as cache:
            analyze(edit, [], cache)
    copy = path.with_suffix(".copy.sqlite")
    shutil.copy(known, copy)
    timed["models pass"] = clocked(lambda: _analyze(edit, analyzers, copy))
    copy.unlink()
    timed["analyze"] = clocked(lambda: _analyze(edit, analyzers, None))
    timed["analyze, without a model"] = clocked(lambda: _analyze(edit, [], None))
    timed["analyze, with built-in"] = clocked(
        lambda: _analyze(edit, [*analyzers, *load_analyzers()], None)
    )
    for figure in timed.values():
        figure["windows"] = len(jobs)
    return timed


def _jobs(edit: Edit, measure: Any) -> list[WindowJob]:
    """Return the windows of every clip, as of one shot each."""
    jobs = []
    for clip in edit.clips:
        media = probe(clip.media or MediaReference(path=""))
        if media.video is not None:
            jobs += [
                WindowJob(measure, media, media.video, window, [])
                for window in measure.windows(clip.source, media.video)
            ]
    return jobs


def _drain(jobs: Sequence[WindowJob]) -> int:
    return sum(1 for _ in chain.from_iterable(load_windows(jobs)))


def _analyze(edit: Edit, analyzers: Sequence[Analyzer], cache: Path | None) -> None:
    with Cache(cache) as store:
        log = analyze(edit, analyzers, store)
    if log.problems or len(log.shots) != len(edit.clips):
        raise SystemExit(f"{len(log.shots)} shots of {len(edit.clips)} clips; {log.problems}")


def original_part(folder: str, film: str, clips: int, threads: bool) -> Figures:
    """Time the originals' code; see :func:`_original_clip`. Loading is reported apart."""

    def load() -> None:
        from transformers import VideoMAEForVideoClassification
        from transformers.models.videomae.image_processing_pil_videomae import (
            VideoMAEImageProcessorPil,
        )
        from transformers.utils.logging import disable_progress_bar

        disable_progress_bar()  # type: ignore[no-untyped-call]
        model: Any = VideoMAEForVideoClassification.from_pretrained(folder)
        loaded["model"] = model.eval()
        side = model.config.image_size
        loaded["processor"] = VideoMAEImageProcessorPil(
            size={"shortest_edge": side}, crop_size={"height": side, "width": side}
        )

    loaded: dict[str, Any] = {}
    loading = clocked(load)
    parts: dict[str, float] = {"decode": 0.0, "processor": 0.0, "forward": 0.0}
    whole = clocked(
        lambda: [_original_clip(film, n, threads, parts, **loaded) for n in range(clips)]
    )
    return {**whole, "load_s": loading["seconds"], "parts": parts}


def _original_clip(
    film: str, n: int, threads: bool, parts: dict[str, float], model: Any, processor: Any
) -> Any:
    """Process one clip: open, decode from the start to its end, PIL, batch 1, fp32.

    As ``read_video_pyav`` in transformers' documentation of VideoMAE does it. PyAV's decoder then
    uses threads for slices alone, and most files have one slice a picture.

    Args:
        film: Path of the file.
        n: Which two seconds of it.
        threads: True where the decoder uses threads for frames, too.
        parts: Seconds that each step took; added to.
        model: ``VideoMAEForVideoClassification``.
        processor: Its image processor.
    """
    import av
    import torch

    first, frames = n * CLIP * int(RATE), CLIP * int(RATE)
    wanted = {first + int(at) for at in np.linspace(0, frames - 1, 16)}
    pictures: list[Any] = []
    begun = time.perf_counter()
    with av.open(film) as container:
        stream = container.streams.video[0]
        if threads:
            stream.thread_type = "AUTO"
        for number, frame in enumerate(container.decode(stream)):
            if number in wanted:
                pictures.append(frame.to_ndarray(format="rgb24"))
            if number >= max(wanted):
                break
    decoded = time.perf_counter()
    inputs = processor(pictures, return_tensors="pt")
    processed = time.perf_counter()
    with torch.inference_mode():
        logits = model(**inputs).logits
    for part, seconds in (
        ("decode", decoded - begun),
        ("processor", processed - decoded),
        ("forward", time.perf_counter() - processed),
    ):
        parts[part] += seconds
    return logits
