"""A daemon under many clients and faults for any length of time: losses, and growth of memory.

    python -m benchmarks.soak [--minutes 60] [--jobs N] [--seed 1] [--stop-seconds 60] [--json]

Run it from the root of the repository: it stands on the means of ``tests/faults``. Clients of every
priority submit small jobs, cancel some, attach to each other's and read slowly, while processes are
killed and stopped, the disk is full and the cache emptied, at random from the seed. Every log is
compared with that of a run in process. Power cuts are not made.

Exit code 1 where a job was lost, duplicated, failed without reason or came to another log; Ctrl-C
prints what there is. JSON: the counts of jobs by what became of them (``submitted`` ...
``reruns``), ``recovery_s`` by fault, ``brokers``, ``memory_slope_mb_per_hour`` and
``descriptor_slope_per_hour`` (linear fit, the first 120 s of every broker left out; null where none
lived for long enough), ``wal_mb`` (the journal's, at its largest), ``faults``, ``reconnects``,
``minutes``.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from shotlog import Client
from shotlog.engine import Cache
from shotlog.paths import HOME_VARIABLE, cache_file
from shotlog.schema import DaemonRefused, JournalUnusable, ShotlogError
from shotlog.service.protocol import Priority
from shotlog.service.runtime import DaemonPaths
from tests.faults.figures import Figures
from tests.faults.machine import Machine, is_alive, make_reel, wait_for

FILMS = 60
MOST_AT_ONCE = 25
CANCELLED = 0.15
BETWEEN_FAULTS_S = (4.0, 15.0)
THINKING_S = 1.0
"""At the most, between the end of a client's jobs and its next: beside interactive clients that
never pause others would have to wait for very long."""
FULL_S = 3.0
SLOW_S = 0.02
LONG_S = 300.0
"""Clients have patience for so long: more than the longest stop takes."""
SAMPLE_S = 2.0


class Soak:
    """The clients and the faults of one run.

    Args:
        machine: The daemon and its processes.
        seed: Of everything that is random, beside the race of the processes themselves.
        most: Jobs after which no more are submitted; None: no limit.
        stop_s: Seconds that the longest stop takes.
    """

    def __init__(self, machine: Machine, seed: int, most: int | None, stop_s: float) -> None:
        self.machine, self.most, self.stop_s = machine, most, stop_s
        self.over = threading.Event()
        self.faults: Counter[str] = Counter()
        self.reconnects = 0
        self.wal_bytes = 0
        self.shared: list[str] = []
        self._chance = random.Random(seed)  # noqa: S311

    def run(self, seconds: float) -> None:
        """Run clients and faults for a time; then wait for every job."""
        machine = self.machine
        machine.start()
        until = time.monotonic() + seconds
        clients: list[Callable[[random.Random], int]] = [
            lambda chance: self.work(chance, Priority.INTERACTIVE, durable=False),
            lambda chance: self.work(chance, Priority.NORMAL),
            lambda chance: self.work(chance, Priority.BATCH),
            lambda chance: self.work(chance, Priority.BATCH, slow=True),
            self.attach,
        ]
        with ThreadPoolExecutor(len(clients) + 1) as pool:
            sampled = pool.submit(self.sample)
            at_work = [pool.submit(work, self._fork()) for work in clients]
            everyone: list[Future[None] | Future[int]] = [sampled, *at_work]
            try:
                while time.monotonic() < until and not self.over.is_set():
                    self.over.wait(self._chance.uniform(*BETWEEN_FAULTS_S))
                    if any(one.done() for one in everyone):
                        break
                    self.fault()
            finally:
                self.over.set()
                self.reconnects = sum(one.result() for one in at_work if one.exception() is None)
        for one in everyone:
            one.result()
        with machine.client() as last:
            machine.settle(last)

    def _fork(self) -> random.Random:
        return random.Random(self._chance.random())  # noqa: S311

    def work(
        self, chance: random.Random, priority: Priority, *, durable: bool = True, slow: bool = False
    ) -> int:
        """Submit a few jobs, cancel some, wait for all; repeat.

        Returns:
            How often its connection had to be replaced.
        """
        machine = self.machine
        with machine.client() as client:
            while not self.over.is_set():
                jobs = self._submit(
                    client, chance.randint(1, MOST_AT_ONCE), priority, durable=durable
                )
                for job in jobs:
                    if chance.random() < CANCELLED:
                        machine.cancel(client, job)
                self.shared = jobs
                if slow:
                    for _ in client.watch(jobs[-1]):
                        time.sleep(SLOW_S)
                machine.settle(client, jobs)
                self.over.wait(chance.uniform(0, THINKING_S))
                if self.most is not None and machine.figures.submitted >= self.most:
                    self.over.set()
            return client.reconnects

    def _submit(self, client: Client, jobs: int, priority: Priority, *, durable: bool) -> list[str]:
        made: list[str] = []
        while len(made) < jobs:
            try:
                made += self.machine.submit(client, priority=priority, durable=durable)
            except (JournalUnusable, DaemonRefused):  # full: whoever was refused comes again
                time.sleep(0.2)
        return made

    def attach(self, chance: random.Random) -> int:
        """Watch jobs of other clients, and send every kind of query; return the same."""
        with self.machine.client() as client:
            while not self.over.wait(chance.uniform(0.1, 1.0)):
                if self.shared:
                    list(client.watch(chance.choice(self.shared)))
                client.status()
                client.metrics()
            return client.reconnects

    def sample(self) -> None:
        """Sample the broker's memory and files at intervals."""
        born: dict[int, float] = {}
        wal = self.machine.paths.journal.with_name("journal.sqlite-wal")
        while not self.over.wait(SAMPLE_S):
            pid, now = self.machine.broker, time.monotonic()
            self.machine.figures.look_at(pid, now - born.setdefault(pid, now))
            with suppress(OSError):
                self.wal_bytes = max(self.wal_bytes, wal.stat().st_size)

    def fault(self) -> None:
        """Cause a fault, and wait until the daemon has recovered."""
        bad: dict[Callable[[Client], str | None], int] = {
            self.kill_worker: 5, self.kill_broker: 2, self.stop_worker: 2, self.stop_broker: 2,
            self.fill_disk: 2, self.empty_cache: 3,
        }  # fmt: skip
        does = self._chance.choices(list(bad), list(bad.values()))[0]
        with self.machine.client() as client:
            began = client.status().running
            kind = does(client)
            if kind is None:
                return
            self.faults[kind] += 1
            with self.machine.recovery(kind):
                self.machine.wait_for_ends(client, 1)
            if began is not None:  # a job that is hit twice in a row would rightly be given up
                wait_for(lambda: client.attach(began).state.over, LONG_S)

    def kill_worker(self, client: Client) -> str | None:
        """Kill the worker, as the system does when memory is short."""
        worker = client.status().worker.pid
        if worker is None:
            return None
        os.kill(worker, signal.SIGKILL)
        return "a kill of the worker"

    def kill_broker(self, _: Client) -> str:
        """Kill the broker, likewise; the worker must end with it."""
        broker = self.machine.broker
        os.kill(broker, signal.SIGKILL)
        wait_for(lambda: not is_alive(broker))
        return "a kill of the broker"

    def stop_worker(self, client: Client) -> str | None:
        """Stop the worker for a time, as on a machine that swaps."""
        worker = client.status().worker.pid
        return None if worker is None else self._stop(worker, "the worker")

    def stop_broker(self, _: Client) -> str:
        """Stop the broker for a time, likewise."""
        return self._stop(self.machine.broker, "the broker")

    def _stop(self, pid: int, who: str) -> str:
        seconds = self._chance.choice([2.5, 2.5, 2.5, self.stop_s])
        os.kill(pid, signal.SIGSTOP)
        time.sleep(seconds)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)
        return f"a stop of {who} for {seconds:g} s"

    def fill_disk(self, _: Client) -> str:
        """Let no file of the broker grow, as under a quota."""
        broker = self.machine.broker
        _soft, most = resource.prlimit(broker, resource.RLIMIT_FSIZE)
        resource.prlimit(broker, resource.RLIMIT_FSIZE, (1, most))
        time.sleep(FULL_S)
        resource.prlimit(broker, resource.RLIMIT_FSIZE, (most, most))
        return "a full disk"

    def empty_cache(self, _: Client) -> str:
        """Empty the cache, so that all work has to be done again."""
        with Cache(cache_file()) as cache:
            cache.clear()
        return "an empty cache"


def main() -> int:
    """Read the command line, run, and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--jobs", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--stop-seconds", type=float, default=60)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="shotlog-soak-") as name:
        folder = Path(name)
        os.environ[HOME_VARIABLE] = str(folder / "home")
        os.environ["SHOTLOG_CACHE"] = str(folder / "evidence.sqlite")
        os.environ["SHOTLOG_MODELS"] = str(folder / "models")
        films = folder / "films"
        films.mkdir()
        machine = Machine(DaemonPaths(), make_reel(films, FILMS), Figures(), patience=LONG_S)
        soak = Soak(machine, options.seed, options.jobs, options.stop_seconds)
        began = time.monotonic()
        whole = False
        try:
            soak.run(options.minutes * 60)
            whole = True
        except KeyboardInterrupt:
            sys.stderr.write("stopped; this is what there is\n")
        except (ShotlogError, AssertionError) as error:
            sys.stderr.write(f"a client did not come through: {error}\n")
        finally:
            machine.close()
        show(soak, (time.monotonic() - began) / 60, as_json=options.json)
    return 0 if whole and machine.figures.sound else 1


def show(soak: Soak, minutes: float, *, as_json: bool) -> None:
    """Print the figures."""
    figures, wal_mb = soak.machine.figures, soak.wal_bytes / 1e6
    if as_json:
        told = figures.as_json() | {
            "wal_mb": wal_mb, "faults": dict(soak.faults), "reconnects": soak.reconnects,
            "minutes": minutes,
        }  # fmt: skip
        sys.stdout.write(json.dumps(told, indent=2) + "\n")
        return
    print(f"{minutes:.1f} minutes, {soak.faults.total()} faults, {soak.reconnects} reconnections")
    print("\n".join(figures.lines()))
    print(f"brokers: {len(figures.lives)}; the journal's write-ahead log: {wal_mb:.1f} MB at most")


if __name__ == "__main__":
    sys.exit(main())
