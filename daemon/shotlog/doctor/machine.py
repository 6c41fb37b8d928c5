"""Checks of the machine: processors, memory, clock, loopback, disk space."""

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

from shotlog.doctor.check import health_check
from shotlog.doctor.context import Context
from shotlog.doctor.result import CheckOutcome, Subject, passed, problem, skipped, warning
from shotlog.models.runtime import read_cpu_quota
from shotlog.schema import HomeMissing

LEAST_MEMORY = 2 * 1024**3
"""The built-in tier took 0.5 GB for 11 minutes of film (benchmarks/README.md); torch and a model of
large size take as much again (docs/benchmarks.md: 616 MiB more). The rest is for others."""

LEAST_ROOM = 256 * 1024**2
"""A disk with less is full in practice. Logs take up to 16 MiB, the journal's write-ahead log
16 MiB, and an hour of film in the cache some more."""

_OLDEST_YEAR = 2025
_FUTURE = 24 * 3600.0  # less may be a time zone or a clock that was just set
_LOOPBACK_SECONDS = 3.0


@health_check(Subject.MACHINE)
def processors(context: Context) -> CheckOutcome:
    """There are two processors or more, and not more threads than processors."""
    here = os.cpu_count() or 1
    granted = read_cpu_quota(_cgroup(context) / "cpu.max")
    cores = min(here, granted or here)
    words = f"{here} cores" + (f", of which this container may use {cores}" if cores < here else "")
    threads = context.environ.get("OMP_NUM_THREADS", "")
    if threads.isdecimal() and int(threads) > cores:
        return warning(
            f"{words}, and OMP_NUM_THREADS asks for {threads} threads, which then wait for each "
            "other",
            f"Unset OMP_NUM_THREADS, or set it to {cores}.",
        )
    if cores < 2:  # decoding and measuring then take turns
        return warning(words, "Give the machine two cores: decoding takes one to itself.")
    return passed(words)


@health_check(Subject.MACHINE)
def main_memory(context: Context) -> CheckOutcome:
    """There is enough free memory."""
    found = psutil.virtual_memory()
    limit = _memory_granted(context)
    # A container's limit does not appear in the figures of the machine.
    left = found.available if limit is None else max(0, limit - _memory_taken(context))
    free = min(found.available, left)
    words = f"{decimal(free)} of {decimal(found.total)} free"
    if limit is not None and limit < found.total:
        words += f"; this container may use {decimal(limit)}"
    if free < LEAST_MEMORY:
        return warning(words, "Close other programs, or only use models of base size.")
    return passed(words)


@health_check(Subject.MACHINE)
def clock(context: Context) -> CheckOutcome:
    """The clock is plausible, by its year and the dates of files."""
    now = time.time()
    year = time.gmtime(now).tm_year
    if year < _OLDEST_YEAR:
        return warning(
            f"the clock says {year}", "Set it: jobs are shown and deleted by their dates."
        )
    ahead = [path for path in _our_files(context) if _dated(path) > now + _FUTURE]
    if ahead:
        return warning(
            f"{len(ahead)} of Shotlog's files have a date in the future, such as {ahead[0]}",
            "If the clock is wrong, set it; else run: touch on the files. Nothing is lost.",
        )
    return passed(time.strftime("%Y-%m-%d %H:%M:%S %Z", time.localtime(now)))


@health_check(Subject.MACHINE)
def loopback(context: Context) -> CheckOutcome:
    """Programs on this machine can connect to each other."""
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
            f"programs cannot listen or connect at 127.0.0.1: {error}",
            "Allow it in the firewall or sandbox; until then analyse with --in-process.",
        )
    return passed("127.0.0.1 can be reached")


@health_check(Subject.MACHINE)
def room(context: Context) -> CheckOutcome:
    """There is free space on the disks that Shotlog writes to."""
    places = {name: nearest_folder(path) for name, path in _writes_to(context)}
    rooms = {
        name: shutil.disk_usage(there).free for name, there in places.items() if has_storage(there)
    }
    if not rooms:
        return skipped("none of its folders exists", "First resolve the problems of these folders.")
    words = ", ".join(f"{name} {decimal(free)}" for name, free in rooms.items())
    if min(rooms.values()) < LEAST_ROOM:
        return problem(
            f"a disk is full: {words} free",
            "Free some space, or name folders on another disk in SHOTLOG_HOME, SHOTLOG_CACHE and "
            "SHOTLOG_MODELS. To delete cached results: shotlog cache --clear.",
        )
    return passed(f"free: {words}")


def nearest_folder(path: Path) -> Path:
    """Return the nearest existing folder at or above a path."""
    while not has_kind(stat.S_ISDIR, path) and path != path.parent:
        path = path.parent
    return path


def has_kind(kind: Callable[[int], bool], path: Path) -> bool:
    """Return True if a path exists with a kind, such as ``stat.S_ISREG``, visible to this user."""
    try:
        return bool(kind(path.stat().st_mode))
    except OSError:  # it does not exist, or its folder is not readable
        return False


def has_storage(folder: Path) -> bool:
    """Return True if a folder is on a file system that stores files, unlike ``/proc``."""
    return shutil.disk_usage(folder).total > 0


def _writes_to(context: Context) -> Iterator[tuple[str, Path]]:
    folders: dict[str, Callable[[], Path]] = {
        "daemon": lambda: context.places.folder,
        "results": lambda: context.cache,
        "models": lambda: context.registry.root,
    }
    for name, place in folders.items():
        with suppress(HomeMissing):  # the check of that folder reports it
            yield name, place()


def _our_files(context: Context) -> Iterator[Path]:
    places = dict(_writes_to(context))
    if "results" in places:
        yield places["results"]
    folders = [places["daemon"]] if "daemon" in places else []
    folders += _children(places["models"]) if "models" in places else []
    for folder in folders:
        yield from (path for path in _children(folder) if has_kind(stat.S_ISREG, path))


def _children(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:  # the check of that folder reports it
        return []


def _dated(path: Path) -> float:
    with suppress(OSError):  # it may have been deleted since it was listed
        return path.stat().st_mtime
    return 0.0


def _memory_granted(context: Context) -> int | None:
    """Return the memory limit of a container in bytes (cgroup v2 ``memory.max``), or None."""
    try:
        return int((_cgroup(context) / "memory.max").read_text())
    except (OSError, ValueError):  # no such file, or its content is "max"
        return None


def _memory_taken(context: Context) -> int:
    """Return the memory that a container uses, in bytes.

    ``memory.current`` without the file cache that the kernel frees first (``inactive_file`` of
    ``memory.stat``), as ``docker stats`` counts.
    """
    try:
        taken = int((_cgroup(context) / "memory.current").read_text())
    except (OSError, ValueError):
        return 0
    with suppress(OSError, ValueError):
        facts = dict(map(str.split, (_cgroup(context) / "memory.stat").read_text().splitlines()))
        taken -= int(facts.get("inactive_file", 0))
    return max(0, taken)


def _cgroup(context: Context) -> Path:
    return context.system / "sys" / "fs" / "cgroup"


CHECKS = (processors, main_memory, clock, loopback, room)
