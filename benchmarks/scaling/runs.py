"""Timed runs of batches, each with a daemon, a result cache and an output folder of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.scaling.season import Season, make_season
from shotlog.batch import (
    BatchOptions,
    BatchPlan,
    OutputFolder,
    PlanRequest,
    ShardFile,
    at_work,
    open_shards,
    plan_batch,
)
from shotlog.service.client import stop_daemon
from shotlog.service.protocol import AnalysisOptions
from shotlog.service.runtime import DaemonPaths

SHOTLOG = (sys.executable, "-m", "shotlog")
OPTIONS = BatchOptions(analysis=AnalysisOptions(models="builtin", facts=True))
_VARIABLES = ("SHOTLOG_HOME", "SHOTLOG_CACHE", "SHOTLOG_MODELS", "SHOTLOG_CONFIG")


@dataclass(frozen=True)
class Span:
    """Times of a run.

    Attributes:
        work: Seconds from the first item that was begun to the last one that ended.
        whole: Seconds of the whole command: also its imports, its plan, its merge.
        items: Number of items that ended.
        cpu: Processor seconds of the processes that it started itself; 0 where others worked.
        read: Bytes that its processes read, from whatever file; 0 where others worked.
    """

    work: float
    whole: float
    items: int
    cpu: float = 0.0
    read: int = 0


@contextmanager
def own_folders(folder: Path) -> Iterator[Path]:
    """Give this process and its children folders of their own; a daemon in them ends at the end."""
    before = {name: os.environ.get(name) for name in _VARIABLES}
    folder.mkdir(parents=True)
    names = ("home", "cache.sqlite", "models", "config.toml")
    os.environ.update(
        {name: str(folder / file) for name, file in zip(_VARIABLES, names, strict=True)}
    )
    try:
        yield folder
    finally:
        stop_daemon(DaemonPaths(), force=True)
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


def shotlog(*words: str | Path) -> float:
    """Run a command of Shotlog as a user does; return its seconds.

    Raises:
        SystemExit: It failed; it has printed the reason.
    """
    begun = time.perf_counter()
    done = subprocess.run([*SHOTLOG, *map(str, words)], stdout=subprocess.DEVNULL, check=False)
    if done.returncode:
        raise SystemExit(f"shotlog {' '.join(map(str, words))} ended with {done.returncode}")
    return time.perf_counter() - begun


def warm_daemon(folder: Path) -> None:
    """Start the daemon and its worker by a timeline that nothing else uses."""
    season = make_season(
        folder / "warm", timelines=1, films=2, seconds=1, size=(160, 90), trailer=False
    )
    cut = season.timelines[0]
    shotlog("analyze", cut, "-o", cut.with_suffix(".marked.otio"), "--models", "builtin", "-q")


def plan_season(season: Season, out: Path) -> tuple[OutputFolder, BatchPlan, list[ShardFile]]:
    """Plan a season; return the output folder, the plan, and its shards."""
    folder = OutputFolder(out)
    with at_work(folder):
        plan = plan_batch(PlanRequest([season.folder], OPTIONS), folder)
    return folder, plan, open_shards(folder, plan)


def run_plain(season: Season, folder: Path, workers: int) -> Span:
    """Run the shards of a season by ``shotlog run-shard`` processes that share a result cache.

    Each process gets its shards at its start, the costliest to whoever has least to do.
    """
    with own_folders(folder):
        _, _, shards = plan_season(season, folder / "out")
        dealt: list[list[ShardFile]] = [[] for _ in range(workers)]
        for shard in sorted(shards, key=lambda each: -each.cost):
            min(dealt, key=lambda own: sum(one.cost for one in own)).append(shard)
        cache = ("--cache", str(folder / "worker.sqlite"))
        commands = [
            [*SHOTLOG, "run-shard", "--json", *cache, *(str(one.path) for one in own)]
            for own in dealt
            if own
        ]
        return _timed(commands)


def run_runner(season: Season, folder: Path, executor: str, jobs: int, *more: str) -> Span:
    """Run ``shotlog batch`` on a season, with an executor and a number of jobs."""
    with own_folders(folder):
        if executor == "local":
            warm_daemon(folder)
        command = [
            *SHOTLOG, "batch", str(season.folder), "--out", str(folder / "out"), "--json",
            "--models", "builtin", "--executor", executor, "--jobs", str(jobs), *more,
        ]  # fmt: skip
        return _timed([command])


def run_two_nodes(season: Season, folder: Path) -> Span:
    """Run ``shotlog batch`` on a Ray cluster of two nodes of one core each, on this machine.

    A node is a raylet with workers of its own, as on two machines; they share the result cache.
    """
    from ray.cluster_utils import Cluster  # it takes seconds

    with own_folders(folder):
        cluster = Cluster(
            initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False}
        )
        try:
            cluster.add_node(num_cpus=1)
            command = [
                *SHOTLOG, "batch", str(season.folder), "--out", str(folder / "out"), "--json",
                "--models", "builtin", "--executor", "ray", "--address", cluster.address,
            ]  # fmt: skip
            return _timed([command])
        finally:
            cluster.shutdown()  # type: ignore[no-untyped-call]


@dataclass
class _Watched:
    """A process whose events are read as they come."""

    command: list[str]
    started: list[float] = field(default_factory=list)
    ended: list[float] = field(default_factory=list)
    cpu: float = 0.0
    read: int = 0
    code: int = 0

    def run(self) -> None:
        with subprocess.Popen(self.command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None  # noqa: S101
            for line in process.stdout:
                kind = json.loads(line).get("type")
                if kind == "started":
                    self.started.append(time.perf_counter())
                elif kind == "ended":
                    self.ended.append(time.perf_counter())
                    self.read = bytes_read(process.pid) or self.read
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        self.code, self.cpu = process.returncode, usage.ru_utime + usage.ru_stime


def _timed(commands: Sequence[list[str]]) -> Span:
    """Run commands at once; take the times from their events."""
    watched = [_Watched(command) for command in commands]
    threads = [threading.Thread(target=one.run) for one in watched]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    whole = time.perf_counter() - begun
    for one in watched:
        if one.code or not one.ended:
            raise SystemExit(f"{' '.join(one.command)} ended with {one.code}")
    first = min(one.started[0] for one in watched)
    last = max(one.ended[-1] for one in watched)
    return Span(
        last - first,
        whole,
        sum(len(one.ended) for one in watched),
        sum(one.cpu for one in watched),
        sum(one.read for one in watched),
    )


def bytes_read(pid: int) -> int:
    """Return the bytes that a process has read so far; 0 where the system does not tell."""
    try:
        for line in Path(f"/proc/{pid}/io").read_text().splitlines():
            if line.startswith("rchar:"):
                return int(line.split()[1])
    except OSError:
        pass
    return 0
