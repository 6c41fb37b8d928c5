"""A batch of 200 timelines while its processes are killed at random: what is lost, what is twice.

    python -m benchmarks.batch_faults [--timelines 200] [--seed 13] [--no-ray] [--steps] [--json]

Run it from the root of the repository: it stands on the means of ``tests/batch/faults``. Two
machines, each with a home and a cache of its own, share one output folder: one runs ``shotlog
batch`` with its daemon, the other ``shotlog run-shard``. At random from the seed the worker, the
daemon, the driver and the node are killed (``kill -9``), and what was killed is started again by
the same command. Then the same season is logged by a Ray cluster of two workers whose actors,
raylet and driver are killed. What each leaves is compared, file by file and row by row, with what
an undisturbed run has left. ``--steps`` tries every step of a node's work instead (see
``tests/batch/faults/steps.py``).

Exit code 1 where anything was lost, twice or half. JSON: ``lost``: items without a result, or with
another one than undisturbed; ``twice``: results and rows beyond those of the undisturbed run;
``differing``: files and rows that are not the same; ``kills`` by kind; ``parked``: items that were
given up because kills met them twice while they were alone, and were tried again as the user is
told; ``runs`` of each command; ``seconds``.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
from rich.console import Console

from shotlog.batch import ItemState, OutputFolder, read_plan, read_status
from shotlog.paths import CACHE_VARIABLE, HOME_VARIABLE
from tests.batch.faults import products
from tests.batch.faults.machine import Machine
from tests.batch.faults.own_executor import run_again
from tests.batch.season import film, shard_files, timeline

FILMS_EACH = 4
"""Timelines for each film: several share one, so shards are divided as in a real season."""
FRAMES = 24
_TOLD = Console(stderr=True)

Figures = dict[str, Any]


def run_faults(folder: Path, timelines: int = 200, seed: int = 13, *, ray: bool = True) -> Figures:
    """Log a season under kills, on two machines and by Ray; return the figures.

    Args:
        folder: An empty folder, or one that does not exist.
        timelines: Number of timelines.
        seed: Seed of the kills.
        ray: False leaves Ray out, as does a machine without it.
    """
    began, chance = time.monotonic(), random.Random(seed)  # noqa: S311
    season = make_season(folder / "season", timelines)
    planner = Machine(folder / "planner")
    planned = folder / "planned" / "out"
    plan = ("batch", season, "--out", planned, "--models", "builtin")
    if planner.run(*plan, "--dry-run", timeout=600).returncode not in (0, 1):
        raise RuntimeError("the batch cannot be planned")
    truth = undisturbed(planned, folder)
    _TOLD.print(f"{len(products.states(truth))} items undisturbed")
    phases: dict[str, Callable[[Path, Path, Path, random.Random], Phase]] = {"machines": Machines}
    if ray and importlib.util.find_spec("ray") is not None:
        phases["ray"] = Cluster
    found: dict[str, Any] = {"lost": 0, "twice": 0, "differing": [], "kills": {}, "phases": {}}
    for name, make in phases.items():
        out = Path(shutil.copytree(planned, folder / name / "out"))
        told = make(folder / name, season, out, chance).run()
        told |= compare(out, truth)
        _TOLD.print(f"{name}: {told}")
        found["phases"][name] = told
        found["lost"] += told["lost"]
        found["twice"] += told["twice"]
        found["differing"] += [f"{name}: {each}" for each in told["differing"]]
        found["kills"] |= told["kills"]
    return found | {
        "timelines": timelines, "seed": seed, "seconds": round(time.monotonic() - began, 1),
    }  # fmt: skip


def make_season(root: Path, timelines: int) -> Path:
    """Write timelines of one to three films each, of films that several of them use."""
    films = [
        film(root / "media" / f"A{number:03}.mp4", number, FRAMES)
        for number in range(max(3, timelines // FILMS_EACH))
    ]
    for number in range(timelines):
        first = number * 7 % len(films)
        used = [films[(first + step) % len(films)] for step in range(1 + number % 3)]
        timeline(root / f"ep{number % 10}" / f"cut{number:04}.otio", used)
    return root


def undisturbed(planned: Path, folder: Path) -> Path:
    """Work off a copy of an output folder that was planned, with nothing in the way."""
    truth = Path(shutil.copytree(planned, folder / "truth" / "out"))
    before = os.environ.get(CACHE_VARIABLE)
    os.environ[CACHE_VARIABLE] = str(folder / "truth.sqlite")
    try:
        run_again(OutputFolder(truth))
    finally:
        os.environ.pop(CACHE_VARIABLE)
        if before is not None:
            os.environ[CACHE_VARIABLE] = before
    return truth


def compare(out: Path, truth: Path) -> Figures:
    """Return what is lost, twice, half or otherwise in a folder."""
    items = read_plan(OutputFolder(out)).items
    found, wanted = products.files(out), products.files(truth)
    differing = sorted(n for n in found | wanted if found.get(n) != wanted.get(n))
    rows, right = Counter(products.rows(out)), Counter(products.rows(truth))
    half = ""
    try:
        products.assert_whole(out)
    except Exception as error:  # whatever a reader of a half file raises
        half = str(error) or type(error).__name__
    results = {Path(name).stem for name in wanted if name.endswith(".zip")}
    good = {Path(name).stem for name in found if name.endswith(".zip") and name not in differing}
    twice = [name for name in found if name.endswith(".zip") and Path(name).stem not in items]
    return {
        "items": len(items),
        "lost": len(results - good) + (right - rows).total(),
        "twice": len(twice) + (rows - right).total(),
        "differing": [*differing[:9], *([f"half: {half}"] if half else [])],
        "drafts": len(list(out.rglob("*.part"))),
    }


class Phase:
    """Commands that are started again until all is done, and the kills meanwhile.

    Args:
        folder: Its own folder.
        season: The input.
        out: The output folder, planned.
        chance: Decides whom a kill meets, and when.

    Attributes:
        most_kills: Number of kills after which it runs to its end.
        between: Shortest and longest time between two kills, in seconds.
    """

    most_kills = 24
    between = (0.4, 3.0)

    def __init__(self, folder: Path, season: Path, out: Path, chance: random.Random) -> None:
        self.folder, self.season, self.out, self._chance = folder, season, out, chance
        self.kills: Counter[str] = Counter()
        self.runs: Counter[str] = Counter()

    def commands(self) -> Mapping[str, tuple[Machine, Sequence[str | Path]]]:
        """Return the commands by name, each with its machine."""
        raise NotImplementedError

    def victims(self, running: Mapping[str, subprocess.Popen[str]]) -> Iterator[tuple[str, int]]:
        """Yield the processes that a kill may meet, by kind."""
        raise NotImplementedError

    def run(self) -> Figures:
        """Run to the end; return the figures."""
        began = time.monotonic()
        try:
            self._disturb()
            parked = self._finish()
        finally:
            self._clean()
        return {
            "kills": dict(self.kills), "runs": dict(self.runs), "parked": parked,
            "seconds": round(time.monotonic() - began, 1),
        }  # fmt: skip

    def _disturb(self) -> None:
        commands = self.commands()
        running: dict[str, subprocess.Popen[str]] = {}
        at = time.monotonic() + self._chance.uniform(*self.between)
        while self.kills.total() < self.most_kills and self._waiting():
            for name, (machine, words) in commands.items():
                if name not in running or running[name].poll() is not None:
                    self.runs[name] += 1
                    running[name] = self._start(machine, words)
            time.sleep(0.05)
            possible = sorted(self.victims(running))
            if not possible:  # all are starting: let them come to their work
                at = time.monotonic() + self._chance.uniform(*self.between)
            elif time.monotonic() >= at:
                at = time.monotonic() + self._chance.uniform(*self.between)
                self._kill(possible)
        for process in running.values():
            process.wait(600)

    def _kill(self, possible: Sequence[tuple[str, int]]) -> None:
        """Kill a process at random, of the kind that was killed least."""
        least = min(self.kills[kind] for kind, _ in possible)
        kind, pid = self._chance.choice([each for each in possible if self.kills[each[0]] == least])
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            self.kills[kind] += 1

    def _start(self, machine: Machine, words: Sequence[str | Path]) -> subprocess.Popen[str]:
        with (self.folder / "told.txt").open("a") as told:
            return subprocess.Popen(
                [sys.executable, "-m", "shotlog", *map(str, words)],
                env=machine.environment, text=True, stdout=told, stderr=told,
            )  # fmt: skip

    def _waiting(self) -> int:
        return read_status(OutputFolder(self.out)).waiting

    def _finish(self) -> int:
        """Let the commands end undisturbed; try again what was parked. Return its number."""
        machine, words = next(iter(self.commands().values()))
        machine.run(*words, timeout=900)
        status = read_status(OutputFolder(self.out))
        if status.parked or status.failed:
            options = [word for word in words if str(word) in ("--executor", "ray")]
            machine.run("batch", "retry", self.out, "--failed", *options, timeout=900)
        if any(state is not ItemState.DONE for state in products.states(self.out).values()):
            _TOLD.print(read_status(OutputFolder(self.out)).failures)
        return status.parked + status.failed

    def _clean(self) -> None:
        """End every process that has one of our homes."""
        homes = {machine.environment[HOME_VARIABLE] for machine, _ in self.commands().values()}
        for machine, _ in self.commands().values():
            machine.run("daemon", "stop")
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                if process.environ().get(HOME_VARIABLE) in homes:
                    process.kill()


class Machines(Phase):
    """Two machines: a batch with its daemon, and a node of a farm."""

    def commands(self) -> Mapping[str, tuple[Machine, Sequence[str | Path]]]:
        """Return the commands by name, each with its machine."""
        driver = ("batch", self.season, "--out", self.out, "--models", "builtin")
        node: list[str | Path] = ["run-shard", *reversed(shard_files(self.out))]
        return {
            "driver": (Machine(self.folder / "one"), driver),
            "node": (Machine(self.folder / "two"), node),
        }

    def victims(self, running: Mapping[str, subprocess.Popen[str]]) -> Iterator[tuple[str, int]]:
        """Yield driver, node, daemon and worker, as far as they run."""
        for name, command in running.items():
            if command.poll() is None:
                yield name, command.pid
        home = str(self.folder / "one" / "home")
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                words = process.cmdline()
                if process.environ().get(HOME_VARIABLE) != home:
                    continue
                for kind, module in (("daemon", "daemon"), ("worker", "worker")):
                    if f"shotlog.service.{module}" in words:
                        yield kind, process.pid


class Cluster(Phase):
    """A Ray cluster of this machine, with two workers."""

    most_kills = 9
    between = (0.5, 6.0)

    def commands(self) -> Mapping[str, tuple[Machine, Sequence[str | Path]]]:
        """Return the command, with its machine."""
        words = ("batch", self.season, "--out", self.out, "--models", "builtin")
        options = ("--executor", "ray", "--jobs", "2")
        return {"ray driver": (Machine(self.folder / "head"), (*words, *options))}

    def victims(self, running: Mapping[str, subprocess.Popen[str]]) -> Iterator[tuple[str, int]]:
        """Yield the driver, its raylet and the actors, as far as they run."""
        driver = running["ray driver"]
        if driver.poll() is not None:
            return
        actors: list[int] = []
        raylets: list[int] = []
        with suppress(psutil.Error):
            for process in psutil.Process(driver.pid).children(recursive=True):
                with suppress(psutil.Error):
                    words = " ".join(process.cmdline())
                    if "raylet/raylet" in words.split(" ")[0]:
                        raylets.append(process.pid)
                    elif words.startswith("ray::") and "IDLE" not in words:
                        actors.append(process.pid)
        if actors:  # before there are any, nothing but a start could be disturbed
            yield "ray driver", driver.pid
            yield from (("actor", pid) for pid in actors)
            yield from (("raylet", pid) for pid in raylets)


def try_steps(folder: Path) -> Figures:
    """Try every step of a node's work under every fault."""
    from tests.batch.faults.steps import FAULTS

    season = make_season(folder / "season", 2)
    planned = folder / "planned" / "out"
    machine = Machine(folder / "planner")
    machine.run("batch", season, "--out", planned, "--models", "builtin", "--dry-run")
    truth = undisturbed(planned, folder)
    environment = {**os.environ, CACHE_VARIABLE: str(folder / "truth.sqlite")}
    words = ["-m", "tests.batch.faults.steps", planned, folder / "scratch", truth, "100000"]
    command = [sys.executable, *map(str, words), *FAULTS]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    found: Figures = json.loads(done.stdout)
    return found


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--timelines", type=int, default=200)
    parser.add_argument("--seed", type=int, default=13)
    parser.add_argument("--no-ray", action="store_true")
    parser.add_argument("--steps", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if options.steps:
            found = try_steps(folder)
            bad = any(each["wrong"] for each in found.values())
        else:
            found = run_faults(folder, options.timelines, options.seed, ray=not options.no_ray)
            bad = bool(found["lost"] or found["twice"] or found["differing"])
    sys.stdout.write(json.dumps(found, indent=None if options.json else 1) + "\n")
    sys.exit(int(bad))


if __name__ == "__main__":
    main()
