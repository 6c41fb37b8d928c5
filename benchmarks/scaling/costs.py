"""Costs of a batch, measured on this machine, and fitted to whole runs."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import numpy as np
from rich.console import Console
from scipy.optimize import nnls

from benchmarks.scaling.runs import (
    SHOTLOG,
    Span,
    bytes_read,
    own_folders,
    plan_season,
    run_plain,
    run_runner,
    run_two_nodes,
)
from benchmarks.scaling.season import Season, make_season
from shotlog.batch import OutputFolder, ResultStore, merge_results
from shotlog.schema import Model

_TOLD = Console(stderr=True)
_READ = re.compile(r"p?read(64)?\(\d+<(?P<path>[^>]*)>.* = (?P<bytes>\d+)$")
_TERMS = ("start", "shard", "item", "film", "shown", "picture")


class Shape(NamedTuple):
    """A season to be made: numbers of films and timelines, and the seconds of each film."""

    films: int
    timelines: int
    seconds: float


SHAPES = (
    Shape(2, 2, 40), Shape(2, 12, 40), Shape(8, 8, 40), Shape(2, 2, 200),
    Shape(4, 24, 80), Shape(6, 6, 80), Shape(2, 20, 120), Shape(12, 6, 40),
)  # fmt: skip
"""Seasons whose shards, items, films and seconds differ independently."""

KINDS = {
    "H.264 1280 x 720": ("libx264", (1280, 720)),
    "H.264 1920 x 1080": ("libx264", (1920, 1080)),
    "ProRes 422 Proxy 1920 x 1080": ("prores_aw:0", (1920, 1080)),
    "ProRes 422 HQ 1920 x 1080": ("prores_aw:3", (1920, 1080)),
}
KIND = Shape(2, 2, 80)
"""The season that each kind of footage is measured on."""
FITTED = "H.264 1280 x 720"
"""The kind of footage of :data:`SHAPES`."""
KNOWN_BY = 64 * 2**20
"""Bytes that are read of a film at most to know it by its content: ``docs/architecture.md``."""
WORKERS = (1, 2, 4)
WORKED = Shape(16, 16, 80)
"""The season that 1, 2 and 4 workers are timed on."""


class Footage(Model):
    """Costs of a second of film of one kind."""

    picture: float
    """Core seconds: decoding and measuring."""
    threads: float
    """Cores that a worker keeps busy meanwhile."""
    read: float
    """Bytes that come from where it lies."""
    size: float
    """Bytes of a second of its file."""


class Costs(Model):
    """Costs that a run is made of; seconds are those of one core of this machine."""

    start: float
    """Seconds from the start of a worker's process to its first item."""
    start_cpu: float
    """Core seconds of it."""
    shard: float
    """Core seconds of a shard."""
    item: float
    """Core seconds of an item."""
    film: float
    """Core seconds of a film that a worker has not met: its probe."""
    shown: float
    """Core seconds of a second that a timeline shows: conclusions, pictures, outputs."""
    written: float
    """Bytes of results and outputs of a second that a timeline shows."""
    operations: float
    """Operations on names in the output folder, of an item."""
    asked: float
    """Bytes that a worker asks its system for, for each byte of the film that it decodes, beside
    those by which it knows the film."""
    plan_timeline: float
    """Core seconds of planning a timeline."""
    plan_film: float
    """Core seconds of planning a film: its probe, its identity."""
    merge: float
    """Core seconds of merging a result."""
    footage: Mapping[str, Footage]
    """Costs of a second of film, by kind."""


PARTS = ("fits", "kinds", "plan", "merge", "operations", "workers")


def measure(
    folder: Path, parts: Sequence[str] = PARTS, *, quick: bool = False
) -> Iterator[dict[str, Any]]:
    """Yield what was measured, part by part: runs with their shapes, single costs, workers.

    Args:
        folder: An empty folder.
        parts: What to measure, of :data:`PARTS`.
        quick: Tiny films; the figures mean nothing.
    """
    size = (160, 90) if quick else (1280, 720)
    if "fits" in parts:
        yield {"fits": [_fit_run(folder, shape, size, n) for n, shape in enumerate(SHAPES)]}
    if "kinds" in parts:
        runs = {}
        for number, (kind, (codec, full)) in enumerate(KINDS.items()):
            runs[kind] = _fit_run(folder, KIND, size if quick else full, 100 + number, codec)
        yield {"kinds": runs}
    if "operations" in parts:
        yield {"operations": _operations(folder, size)}
    if {"plan", "merge", "workers"}.isdisjoint(parts):
        return
    season = make_season(
        folder / "worked", films=WORKED.films, timelines=WORKED.timelines,
        seconds=WORKED.seconds / (4 if quick else 1), size=size, trailer=False,
    )  # fmt: skip
    yield {"machine": {"cores": os.cpu_count()}, "season": _shape_of(season)}
    more: dict[str, Callable[[Season, Path], Any]] = {
        "plan": _plan, "merge": _merge, "workers": _workers
    }  # fmt: skip
    for part, measure_part in more.items():
        if part in parts:
            yield {part: measure_part(season, folder / part)}


def fit(measured: Mapping[str, Any]) -> tuple[Costs, float]:
    """Return the costs, and the median share by which they miss the runs that gave them.

    Core seconds of runs with one worker are a sum of terms, each a number times a cost; least
    squares without negative costs (SciPy's ``nnls``), every run weighed by its length.
    """
    rows = np.array([_terms(run) for run in measured["fits"]])
    cpu = np.array([run["span"]["cpu"] for run in measured["fits"]])
    found, _ = nnls(rows / cpu[:, None], np.ones(len(cpu)))
    missed = float(median(np.abs(rows @ found / cpu - 1)))
    cost = dict(zip(_TERMS, map(float, found), strict=True))
    footage = {}
    for kind, run in measured["kinds"].items():
        same = measured["fits"] if kind == FITTED else [run]
        found_here = [_picture(each, cost) for each in same]
        size = run["shape"]["size"]
        footage[kind] = Footage(
            picture=cost["picture"] if kind == FITTED else found_here[0][0],
            threads=median(threads for _, threads in found_here),
            read=size,  # the system's page cache serves what is read again
            size=size,
        )
    plan, merge = measured["plan"], measured["merge"]
    return Costs(
        start=median(run["span"]["whole"] - run["span"]["work"] for run in measured["fits"]),
        start_cpu=cost["start"],
        shard=cost["shard"],
        item=cost["item"],
        film=cost["film"],
        shown=cost["shown"],
        written=median(run["written"] / run["shape"]["shown"] for run in measured["fits"]),
        operations=measured["operations"]["names"],
        asked=measured["operations"]["read"],
        plan_timeline=plan["again"] / plan["timelines"],
        plan_film=max(0.0, plan["first"] - plan["again"]) / plan["films"],
        merge=(merge[1]["seconds"] - merge[0]["seconds"]) / (merge[1]["items"] - merge[0]["items"]),
        footage=footage,
    ), missed


def _picture(run: Mapping[str, Any], cost: Mapping[str, float]) -> tuple[float, float]:
    """Return the core seconds of a second of a run's film, and the cores at work on it at once."""
    own = dict(zip(_TERMS, _terms(run), strict=True))
    other = sum(own[name] * cost[name] for name in _TERMS if name != "picture")
    picture = max(0.0, run["span"]["cpu"] - other)
    alone = other - cost["start"]  # goes on one core, before and after the film
    cores = float(os.cpu_count() or 1)
    threads = picture / max(run["span"]["work"] - alone, picture / cores)
    return picture / run["shape"]["used"], threads


def _terms(run: Mapping[str, Any]) -> list[float]:
    shape = run["shape"]
    names = ("shards", "timelines", "films", "shown", "used")
    return [1.0, *(float(shape[name]) for name in names)]


def _fit_run(
    folder: Path, shape: Shape, size: tuple[int, int], number: int, codec: str = "libx264"
) -> dict[str, Any]:
    """Run a season by one worker; return its shape, its times and what it wrote."""
    _TOLD.print(f"{shape.timelines} timelines of {shape.films} films of {shape.seconds} s, {codec}")
    season = make_season(
        folder / f"fit-{number}", films=shape.films, timelines=shape.timelines,
        seconds=shape.seconds, size=size, codec=codec, trailer=False,
    )  # fmt: skip
    place = folder / f"fit-{number}-run"
    span = run_plain(season, place, 1)
    told = _shape_of(season) | {"shards": len(list((place / "out/.shotlog/shards").iterdir()))}
    written = _size_of(place / "out")
    shutil.rmtree(season.folder)
    shutil.rmtree(place)
    return {"shape": told, "span": asdict(span), "written": written}


def _shape_of(season: Season) -> dict[str, float]:
    size = sum(film.stat().st_size for film in season.films)
    return {
        "films": len(season.films),
        "timelines": len(season.timelines),
        "seconds": season.seconds,
        "shown": season.shown,
        "used": season.used,
        "clips": season.clips,
        "size": size / (season.seconds * len(season.films)),
    }


def _size_of(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _plan(season: Season, folder: Path) -> dict[str, float]:
    """Return the core seconds of a first plan and of one with nothing new."""
    _TOLD.print("plan")
    with own_folders(folder):
        first_read = bytes_read(os.getpid())
        first = _cpu(lambda: plan_season(season, folder / "out"))
        first_read = bytes_read(os.getpid()) - first_read
        again = [_cpu(lambda: plan_season(season, folder / "out")) for _ in range(3)]
    return {
        "first": first,
        "again": median(again),
        "timelines": len(season.timelines),
        "films": len(season.films),
        "read": first_read,
    }


def _merge(season: Season, folder: Path) -> list[dict[str, float]]:
    """Return the core seconds of merging two numbers of results; copies of real ones."""
    _TOLD.print("merge")
    found = []
    with own_folders(folder):
        place, plan, shards = plan_season(season, folder / "out")
        subprocess.run(
            [*SHOTLOG, "run-shard", *(str(shard.path) for shard in shards[:4])],
            check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        real = [ResultStore(place).read(item) for item in ResultStore(place).finished()]
        for items in (100, 400):
            many, _, _ = plan_season(season, folder / f"out-{items}")
            _multiply(real, many, items)
            found.append({"items": items, "seconds": _cpu(partial(merge_results, many))})
        del plan
    return found


def _multiply(real: Sequence[Any], folder: OutputFolder, items: int) -> None:
    """Write results under ids of their own, of timelines that no plan holds."""
    store = ResultStore(folder)
    for number in range(items):
        result = real[number % len(real)]
        name = f"elsewhere/{number:05d}"
        item = result.record.item.model_copy(
            update={"id": f"{number:032x}", "path": f"/{name}.otio", "name": name}
        )
        store.write(replace(result, record=result.record.model_copy(update={"item": item})))


def _operations(folder: Path, size: tuple[int, int]) -> dict[str, float]:
    """Return the operations on names in the output folder, of an item, and what is read of films.

    Raises:
        SystemExit: There is no strace on this machine.
    """
    if (strace := shutil.which("strace")) is None:
        raise SystemExit("strace is needed, to count operations on files")
    _TOLD.print("operations")
    counts, ratio = [], 0.0
    for timelines in (2, 10):
        season = make_season(
            folder / f"names-{timelines}", films=2, timelines=timelines, seconds=40, size=size,
            trailer=False,
        )  # fmt: skip
        with own_folders(folder / f"names-{timelines}-run") as place:
            _, _, shards = plan_season(season, place / "out")
            trace = place / "trace"
            command = [
                strace, "-f", "-y", "-o", str(trace), "-e", "trace=%file,read,pread64", *SHOTLOG,
                "run-shard", *(str(shard.path) for shard in shards),
            ]  # fmt: skip
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            counts.append(_names_touched(trace, place / "out"))
            size_of_films = sum(film.stat().st_size for film in season.films)
            looked = sum(min(film.stat().st_size, KNOWN_BY) for film in season.films)
            used = size_of_films * season.used / (season.seconds * len(season.films))
            ratio = max(0.0, _bytes_of_films(trace, season.films[0].suffix) - looked) / used
    return {"names": (counts[1] - counts[0]) / 8, "read": ratio}


def _names_touched(trace: Path, folder: Path) -> int:
    """Return the number of calls on names in a folder."""
    with trace.open(errors="replace") as lines:
        return sum(str(folder) in line for line in lines if not _READ.search(line))


def _bytes_of_films(trace: Path, suffix: str) -> int:
    """Return the bytes that were read of files with a suffix."""
    with trace.open(errors="replace") as lines:
        found = (_READ.search(line) for line in lines)
        return sum(int(m["bytes"]) for m in found if m and m["path"].endswith(suffix))


def _workers(season: Season, folder: Path) -> list[dict[str, Any]]:
    """Return the runs of the same season by processes, by the daemon, and by two Ray nodes."""
    found: list[dict[str, Any]] = []

    def add(kind: str, workers: int, run: Callable[[Path], Span]) -> None:
        _TOLD.print(f"{kind}, {workers}")
        place = folder / f"{kind}-{workers}"
        found.append({"kind": kind, "workers": workers, "span": asdict(run(place))})
        shutil.rmtree(place)

    for workers in WORKERS:
        add("run-shard", workers, partial(run_plain, season, workers=workers))
    for workers in WORKERS:
        add("local", workers, partial(run_runner, season, executor="local", jobs=workers))
    for workers in (1, 2):
        add("ray", workers, partial(run_runner, season, executor="ray", jobs=workers))
    add("ray, two nodes", 2, partial(run_two_nodes, season))
    return found


def _cpu(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun
