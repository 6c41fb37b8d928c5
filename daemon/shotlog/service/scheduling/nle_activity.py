"""Detection of busy editing programs, so that batch jobs can wait for them.

Programs are identified by process name, which none of the makers documents. These are the installed
names: ``/opt/resolve/bin/resolve``, ``DaVinci Resolve.app/Contents/MacOS/Resolve``,
``Resolve.exe``; ``Adobe Premiere Pro.exe``, on macOS with the year (``Adobe Premiere Pro 2025``);
``AvidMediaComposer.exe``, ``AvidMediaComposer.app/Contents/MacOS/AvidMediaComposer``;
``Final Cut Pro.app/Contents/MacOS/Final Cut Pro``; ``kdenlive``, which renders in ``melt`` as
Shotcut does; ``/usr/lib/lightworks/ntcardvt``, which ``lightworks`` starts; ``EDIUS.exe``;
``vegas180.exe`` and similar.
"""

from __future__ import annotations

import logging
import os
import re
import sys
from dataclasses import dataclass
from pathlib import PurePath

import psutil

SCAN_SECONDS = 2.0
"""Interval between two scans."""

SCAN_PROCESSES = 50
"""Processes whose names are read in one scan. 480 of them take 45 ms on two shared cores, so a scan
takes 5 ms until all were read twice, which takes 40 s, and 0.3 ms from then on."""

SCAN_OLDEST = 10
"""Processes of one scan that are those that have waited longest."""

CORES = 1.0
"""An editing program that uses more cores than this is busy. An idle one has a single thread that
draws its window, and one thread cannot use more; decoding, playback and rendering use several."""

COOLDOWN_SECONDS = 10.0
"""Seconds after its last activity until a program counts as idle."""

_PROGRAMS = {
    "DaVinci Resolve": r"resolve",
    "Premiere Pro": r"adobe premiere.*",
    "Media Encoder": r"adobe media encoder.*",
    "Media Composer": r"avidmediacomposer",
    "Final Cut Pro": r"final cut pro.*",
    "Kdenlive": r"kdenlive(_render)?",
    "Kdenlive or Shotcut (melt)": r"melt(-\d+)?",
    "Lightworks": r"lightworks|ntcardvt",
    "EDIUS": r"edius",
    "VEGAS": r"vegas\d*",
}

# A process that has just been forked may still replace itself by another program (exec).
_READS = 2
"""Times that the name of each process is read."""

_log = logging.getLogger(__name__)


@dataclass
class _EditingProgram:
    """Running editing program.

    Attributes:
        process: Its process.
        program: Name shown to people.
        cpu_seconds: CPU time on all cores together at the last scan.
    """

    process: psutil.Process
    program: str
    cpu_seconds: float


class NleActivityMonitor:
    """Monitor of the user's editing programs. For one thread, which it blocks for milliseconds.

    Args:
        cores: Number of cores; a program that uses more is busy. On a small machine half of all
            cores, if that is less.
    """

    def __init__(self, cores: float = CORES) -> None:
        self._cores = min(cores, (psutil.cpu_count() or 1) / 2)
        self._scanned_at = -float("inf")
        self._reads: dict[int, int] = {}
        self._programs: dict[int, _EditingProgram] = {}
        self._busy: str | None = None
        self._busy_at = -float("inf")

    def poll(self, now: float) -> str | None:
        """Return the reason why batch jobs wait, as text; None: they need not.

        Args:
            now: Time of a monotonic clock, in seconds. A scan is made every two seconds only, so
                frequent calls are cheap.
        """
        passed = now - self._scanned_at
        if passed >= SCAN_SECONDS:
            self._scanned_at = now
            try:
                self._scan(now, passed)
            except (OSError, psutil.Error):
                # Some systems hide processes; batch jobs then do not wait.
                _log.debug("processes cannot be listed", exc_info=True)
        if self._busy is not None and now - self._busy_at >= COOLDOWN_SECONDS:
            self._busy = None
        return None if self._busy is None else f"{self._busy} is busy"

    def _scan(self, now: float, passed: float) -> None:
        for pid, program in list(self._programs.items()):
            cpu_seconds = _cpu_seconds(program.process)
            if cpu_seconds is None:
                del self._programs[pid]
                continue
            program.cpu_seconds, used = cpu_seconds, cpu_seconds - program.cpu_seconds
            if used > self._cores * passed:
                self._busy, self._busy_at = program.program, now
        for pid in self._select_processes():
            self._reads[pid] += 1
            if pid not in self._programs and (identified := _identify(pid)):
                self._programs[pid] = identified

    def _select_processes(self) -> list[int]:
        """Return the ids of the processes whose names this scan reads."""
        pids = psutil.pids()
        self._reads = {pid: self._reads.get(pid, 0) for pid in pids}
        unread = [pid for pid in pids if self._reads[pid] < _READS]
        # The newest first: an editor that has just opened a program waits for it. But a machine
        # that starts hundreds of processes must not hide a program that has run for long.
        unread.sort(key=lambda pid: (self._reads[pid], -pid))
        newest = unread[: SCAN_PROCESSES - SCAN_OLDEST]
        others = unread[SCAN_PROCESSES - SCAN_OLDEST :]
        others.sort(key=lambda pid: (self._reads[pid], pid))
        return newest + others[:SCAN_OLDEST]


def _identify(pid: int) -> _EditingProgram | None:
    try:
        process = psutil.Process(pid)
        if not _is_of_this_user(process):
            return None
        names = {process.name()}
        # On Linux a process has the name of its first thread, which Resolve calls "GUI Thread", so
        # the program on the command line counts too.
        if sys.platform == "linux":
            names.update(PurePath(word).name for word in process.cmdline()[:1])
    except psutil.Error:
        return None
    cpu_seconds = _cpu_seconds(process)
    for program, pattern in _PROGRAMS.items():
        if cpu_seconds is not None and any(
            re.fullmatch(pattern, _normalise(name)) for name in names
        ):
            return _EditingProgram(process, program, cpu_seconds)
    return None


def _is_of_this_user(process: psutil.Process) -> bool:
    """Return True if the user of a process is that of the daemon; others hold no batch jobs."""
    if sys.platform == "win32":
        return process.username() == psutil.Process().username()
    return process.uids().real == os.getuid()


def _normalise(name: str) -> str:
    return name.lower().removesuffix(".exe")


def _cpu_seconds(process: psutil.Process) -> float | None:
    """Return the CPU time on all cores together; None: the process has ended or is protected."""
    try:
        if not process.is_running():  # also compares start times: ids are used again
            return None
        times = process.cpu_times()
    except psutil.Error:
        return None
    return times.user + times.system
