"""The machine: processors, memory, clock, loopback, room on its disks."""

from __future__ import annotations

import os
import shutil
import socket
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
from rich.filesize import decimal

from shotlog.doctor.check import check
from shotlog.doctor.context import Context
from shotlog.doctor.result import Subject, Verdict, ok, problem, skipped, warning
from shotlog.models.runtime import read_cpu_quota
from shotlog.schema import HomeMissing

LEAST_MEMORY = 2 * 1024**3
"""The built-in tier took 0.5 GB for 11 minutes of film (benchmarks/README.md); torch and a model of
large size take another (docs/benchmarks.md: 616 MiB more). As much again is for others."""

LEAST_ROOM = 256 * 1024**2
"""Below this a disk is as good as full. Logs take up to 16 MiB, a journal's write-ahead log 16 MiB,
and an hour of film in the cache some more."""

_OLDEST_YEAR = 2025
_FUTURE = 24 * 3600.0
_LOOPBACK_SECONDS = 3.0


@check(Subject.MACHINE)
def processors(case: Context) -> Verdict:
    """There are processors enough, and as many threads as there are of them."""
    here = os.cpu_count() or 1
    granted = read_cpu_quota(_cgroup(case) / "cpu.max")
    cores = min(here, granted or here)
    words = f"{here} cores" + (f", of which this container may use {cores}" if cores < here else "")
    threads = case.environ.get("OMP_NUM_THREADS", "")
    if threads.isdecimal() and int(threads) > cores:
        return warning(
            f"{words}, and OMP_NUM_THREADS asks for {threads} threads, which then wait for each "
            "other",
            f"Unset OMP_NUM_THREADS, or set it to {cores}.",
        )
    if cores < 2:
        return warning(words, "Give the machine two cores: decoding takes one to itself.")
    return ok(words)


@check(Subject.MACHINE)
def main_memory(case: Context) -> Verdict:
    """There is memory to spare."""
    found = psutil.virtual_memory()
    limit = _memory_granted(case)
    left = found.available if limit is None else max(0, limit - _memory_taken(case))
    free = min(found.available, left)
    words = f"{decimal(free)} of {decimal(found.total)} can be used"
    if limit is not None and limit < found.total:
        words += f"; this container may take {decimal(limit)}"
    if free < LEAST_MEMORY:
        return warning(words, "Close other programs, or use models of base size alone.")
    return ok(words)


@check(Subject.MACHINE)
def clock(case: Context) -> Verdict:
    """The clock is right, as far as the dates of files tell."""
    now = time.time()
    year = time.gmtime(now).tm_year
    if year < _OLDEST_YEAR:
        return warning(
            f"the clock says {year}", "Set it: jobs would be shown, and forgotten, by a wrong date."
        )
    ahead = [path for path in _our_files(case) if _dated(path) > now + _FUTURE]
    if ahead:
        return warning(
            f"{len(ahead)} of Shotlog's files have a date to come, as {ahead[0]}",
            "Set the clock where it is wrong; else run: touch on the files. Nothing is lost by it.",
        )
    return ok(time.strftime("%Y-%m-%d %H:%M:%S %Z", time.localtime(now)))


@check(Subject.MACHINE)
def loopback(case: Context) -> Verdict:
    """A program can connect to another on this machine."""
    try:
        with socket.create_server(("127.0.0.1", 0)) as server:
            server.settimeout(_LOOPBACK_SECONDS)
            with socket.create_connection(server.getsockname(), _LOOPBACK_SECONDS) as client:
                met, _ = server.accept()
                with met:
                    client.sendall(b"!")
                    met.settimeout(_LOOPBACK_SECONDS)
                    met.recv(1)
    except OSError as error:
        return problem(
            f"nothing can listen and be reached at 127.0.0.1: {error}",
            "Allow it in the firewall or sandbox; meanwhile analyse with --in-process.",
        )
    return ok("127.0.0.1 can be reached")


@check(Subject.MACHINE)
def room(case: Context) -> Verdict:
    """There is room on the disks that Shotlog writes to."""
    places = {name: existing(path) for name, path in _writes_to(case)}
    rooms = {
        name: shutil.disk_usage(there).free for name, there in places.items() if holds_files(there)
    }
    if not rooms:
        return skipped("none of its folders can be", "Do first what is said of these folders.")
    words = ", ".join(f"{name} {decimal(free)}" for name, free in rooms.items())
    if min(rooms.values()) < LEAST_ROOM:
        return problem(
            f"a disk is full: {words} free",
            "Free some room, or name folders on another disk in SHOTLOG_HOME, SHOTLOG_CACHE and "
            "SHOTLOG_MODELS. To forget results: shotlog cache --clear.",
        )
    return ok(f"free: {words}")


def existing(path: Path) -> Path:
    """The folder that is there already on the way to a path."""
    while not is_there(stat.S_ISDIR, path) and path != path.parent:
        path = path.parent
    return path


def is_there(kind: Callable[[int], bool], path: Path) -> bool:
    """Whether there is a file of a kind, that this user may see: ``stat.S_ISREG``."""
    try:
        return bool(kind(path.stat().st_mode))
    except OSError:  # it is not there, or not for this user to see
        return False


def holds_files(folder: Path) -> bool:
    """Whether a folder lies on a file system with room of its own, unlike ``/proc``."""
    return shutil.disk_usage(folder).total > 0


def _writes_to(case: Context) -> Iterator[tuple[str, Path]]:
    kept: dict[str, Callable[[], Path]] = {
        "daemon": lambda: case.places.folder,
        "results": lambda: case.cache,
        "models": lambda: case.registry.root,
    }
    for name, place in kept.items():
        with suppress(HomeMissing):  # the check of that place says so
            yield name, place()


def _our_files(case: Context) -> Iterator[Path]:
    places = dict(_writes_to(case))
    if "results" in places:
        yield places["results"]
    folders = [places["daemon"]] if "daemon" in places else []
    folders += _children(places["models"]) if "models" in places else []
    for folder in folders:
        yield from (path for path in _children(folder) if is_there(stat.S_ISREG, path))


def _children(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:  # the check of that place says so
        return []


def _dated(path: Path) -> float:
    with suppress(OSError):  # it may be gone by now
        return path.stat().st_mtime
    return 0.0


def _memory_granted(case: Context) -> int | None:
    """Bytes that a container may take (cgroup v2 ``memory.max``); None where nothing limits it."""
    try:
        return int((_cgroup(case) / "memory.max").read_text())
    except (OSError, ValueError):  # there is no such file, or it says "max"
        return None


def _memory_taken(case: Context) -> int:
    """Bytes that are taken of what a container may take.

    ``memory.current`` less what the system only keeps of files, and gives back first
    (``inactive_file`` of ``memory.stat``): as ``docker stats`` counts.
    """
    try:
        taken = int((_cgroup(case) / "memory.current").read_text())
    except (OSError, ValueError):
        return 0
    with suppress(OSError, ValueError):
        facts = dict(map(str.split, (_cgroup(case) / "memory.stat").read_text().splitlines()))
        taken -= int(facts.get("inactive_file", 0))
    return max(0, taken)


def _cgroup(case: Context) -> Path:
    return case.system / "sys" / "fs" / "cgroup"


CHECKS = (processors, main_memory, clock, loopback, room)
