"""Damaged timeline files: each must be read, or refused in a sentence.

    python -m benchmarks.fuzz [--files 100000] [--corpus FOLDER] [--seed 0] [--json]

Run it from the root of the repository. Files of every format that is read, made by the contract
suite of the tests and, with ``--corpus``, those of a folder, are damaged at random: cut off,
flipped, shuffled, numbers replaced by extreme ones, other encodings and line ends. Each is read as
``shotlog inspect`` does, in processes that may have 1 GiB of memory each and 5 s for a file.

It prints every fault with the seed that makes it again (``--seed N --files 1``), and ends with 1
where there is one. JSON: ``files``, ``read``, ``refused``, ``faults`` (format, seed, error),
``slowest_s``, ``most_memory_mb``.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import resource
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any, NamedTuple

from shotlog.schema import ShotlogError
from shotlog_otio import inspect_file
from shotlog_otio.formats import FORMATS
from tests.nle.mutation import damaged
from tests.otio.formats.makers import made

SECONDS = 5
MEMORY = 1 << 30
LARGEST = 1 << 20
"""Size of a file of the corpus beyond which it is left out, so that many can be tried."""


Job = tuple[str, str, bytes, int]
"""A whole file: its kind, name and content; and the seed of its damage."""


class Report(NamedTuple):
    """What became of a damaged file: ``read``, ``refused`` or ``fault``."""

    kind: str
    seed: int
    result: str
    error: str
    seconds: float


def seeds_of(corpus: Path | None, folder: Path) -> dict[str, tuple[str, bytes]]:
    """Return whole files, by a name for reports: the name that each is given, and its content."""
    found = {}
    for number, format_ in enumerate(FORMATS.installed):
        if not format_.is_folder:
            place = folder / str(number)
            place.mkdir()
            path = made(format_, place, "a", "b", "c")
            found[format_.name] = (path.name, path.read_bytes())
    for path in sorted(corpus.rglob("*")) if corpus else ():
        known = any(path.suffix.lower() in f.suffixes for f in FORMATS.installed)
        if known and path.is_file() and path.stat().st_size <= LARGEST:
            found[str(path.relative_to(corpus or path))] = (path.name, path.read_bytes())
    return found


def _too_long(*_: Any) -> None:
    raise TimeoutError


def _try(job: Job) -> Report:
    """Read one damaged file; return its report."""
    kind, name, data, seed = job
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_bytes(damaged(data, random.Random(seed)))  # noqa: S311
        signal.alarm(SECONDS)
        try:
            inspect_file(path)
            result, error = "read", ""
        except ShotlogError:
            result, error = "refused", ""
        except BaseException as fault:
            result, error = "fault", repr(fault)[:200]
        finally:
            signal.alarm(0)
    return Report(kind, seed, result, error, time.perf_counter() - start)


def _work(pipe: Connection) -> None:
    """Try jobs from a pipe until it ends."""
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    signal.signal(signal.SIGALRM, _too_long)
    while (job := pipe.recv()) is not None:
        pipe.send(_try(job))


class _Worker:
    """A process that tries one job after another; a crash costs that job alone."""

    def __init__(self) -> None:
        self.pipe, inner = multiprocessing.Pipe()
        self.process = multiprocessing.get_context("fork").Process(target=_work, args=(inner,))
        self.process.start()
        inner.close()
        self.job: Job | None = None

    def give(self, job: Job | None) -> None:
        self.job = job
        self.pipe.send(job)

    def report(self) -> Report:
        """Return the report of the job; raise EOFError where the process died of it."""
        found: Report = self.pipe.recv()
        return found


def reports_of(jobs: Iterator[Job], workers: int) -> Iterator[Report]:
    """Yield a report of every job, as they come."""
    busy = {}
    for job in islice(jobs, workers):
        worker = _Worker()
        worker.give(job)
        busy[worker.pipe] = worker
    while busy:
        for pipe in wait(list(busy)):
            worker = busy.pop(pipe)  # type: ignore[index]
            try:
                yield worker.report()
            except (EOFError, ConnectionError):
                worker.process.join()
                kind, _, _, seed = worker.job
                code = worker.process.exitcode
                yield Report(kind, seed, "fault", f"the process died with {code}", 0.0)
                worker = _Worker()
            job = next(jobs, None)
            worker.give(job)
            if job is not None:
                busy[worker.pipe] = worker
            else:
                worker.process.join()


def jobs_of(seeds: dict[str, tuple[str, bytes]], files: int, first: int) -> Iterator[Job]:
    """Yield jobs: each whole file in turn."""
    kinds = list(seeds)
    for seed in range(first, first + files):
        kind = kinds[seed % len(kinds)]
        yield (kind, *seeds[kind], seed)


def run(files: int, corpus: Path | None, first: int) -> dict[str, Any]:
    """Return all figures."""
    counts = {"read": 0, "refused": 0, "fault": 0}
    faults, slowest = [], 0.0
    with tempfile.TemporaryDirectory() as folder:
        seeds = seeds_of(corpus, Path(folder))
    for report in reports_of(jobs_of(seeds, files, first), os.cpu_count() or 1):
        counts[report.result] += 1
        slowest = max(slowest, report.seconds)
        if report.result == "fault":
            told = {"format": report.kind, "seed": report.seed, "error": report.error}
            faults.append(told)
            print(f"fault: {told}", file=sys.stderr, flush=True)
    used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return {
        "files": files,
        "read": counts["read"],
        "refused": counts["refused"],
        "faults": faults,
        "slowest_s": slowest,
        "most_memory_mb": used,
    }


def main() -> None:
    """Damage, read, and print the figures."""
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("--files", type=int, default=100_000, help="damaged files")
    parser.add_argument("--corpus", type=Path, help="folder with further whole files")
    parser.add_argument("--seed", type=int, default=0, help="seed of the first file")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    found = run(options.files, options.corpus, options.seed)
    if options.json:
        print(json.dumps(found))
    else:
        print(
            f"{found['files']:,} damaged files: {found['read']:,} read,"
            f" {found['refused']:,} refused in a sentence,"
            f" {len(found['faults']):,} faults; slowest {found['slowest_s']:.2f} s,"
            f" most memory {found['most_memory_mb']:.0f} MB."
        )
    sys.exit(1 if found["faults"] else 0)


if __name__ == "__main__":
    main()
