"""Whether an editing program is at work, so that batch jobs can wait for it.

Found by name, which none of the makers documents; these are where they install to:
``/opt/resolve/bin/resolve``, ``DaVinci Resolve.app/Contents/MacOS/Resolve``, ``Resolve.exe``;
``Adobe Premiere Pro.exe``, on macOS with the year (``Adobe Premiere Pro 2025``);
``AvidMediaComposer.exe``, ``AvidMediaComposer.app/Contents/MacOS/AvidMediaComposer``;
``Final Cut Pro.app/Contents/MacOS/Final Cut Pro``; ``kdenlive``, which renders in ``melt`` as
Shotcut does; ``/usr/lib/lightworks/ntcardvt``, which ``lightworks`` starts; ``EDIUS.exe``;
``vegas180.exe`` and the like. On Linux a process is called what its first thread is, and that of
Resolve is ``GUI Thread``: so the program that was started counts as much as the name.
"""

from __future__ import annotations

import logging
import os
import re
import sys
from dataclasses import dataclass
from pathlib import PurePath

import psutil

LOOK_SECONDS = 2.0
"""From one look to the next."""

LOOK_AT = 50
"""Processes whose names are asked in one look. 480 of them take 45 ms on two shared cores; so a
look takes 5 ms until all have been asked, once in 20 s, and again; 0.3 ms from then on."""

LOOK_AT_OLDEST = 10
"""So many of them are those that have waited longest."""

CORES = 1.0
"""An editing program that uses more than one core is at work. At rest it has a single thread that
draws its window, and one thread cannot use more; whatever decodes, plays or renders has several."""

CALM_SECONDS = 10.0
"""So long after it was last at work, it is taken to be at rest."""

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

_LOOKS = 2
"""Each is looked at twice: one that has just begun may be on its way to become another program."""

_log = logging.getLogger(__name__)


@dataclass
class _Found:
    """An editing program that runs."""

    process: psutil.Process
    program: str
    used: float
    """Seconds of all cores together that it has used when it was last asked."""


class NleActivityMonitor:
    """Watches for editing programs at work. For one thread, which it never holds for long.

    Args:
        cores: Use of more cores than this is work; half of them all, where those are fewer.
    """

    def __init__(self, cores: float = CORES) -> None:
        self._cores = min(cores, (psutil.cpu_count() or 1) / 2)
        self._looked_at = -float("inf")
        self._looks: dict[int, int] = {}
        self._found: dict[int, _Found] = {}
        self._busy: str | None = None
        self._busy_at = -float("inf")

    def reason(self, now: float) -> str | None:
        """Why batch jobs are to wait, in words; None: they need not.

        Args:
            now: Of a monotonic clock, in seconds. Cheap to call often: it looks now and then.
        """
        passed = now - self._looked_at
        if passed >= LOOK_SECONDS:
            self._looked_at = now
            try:
                self._look(now, passed)
            except (OSError, psutil.Error):
                _log.debug("processes cannot be looked at", exc_info=True)
        if self._busy is not None and now - self._busy_at >= CALM_SECONDS:
            self._busy = None
        return None if self._busy is None else f"{self._busy} is busy"

    def _look(self, now: float, passed: float) -> None:
        for pid, found in list(self._found.items()):
            used = _used(found.process)
            if used is None:
                del self._found[pid]
                continue
            found.used, spent = used, used - found.used
            if spent > self._cores * passed:
                self._busy, self._busy_at = found.program, now
        pids = psutil.pids()
        self._looks = {pid: self._looks.get(pid, 0) for pid in pids}
        fresh = [pid for pid in pids if self._looks[pid] < _LOOKS]
        # The newest first: the editor has just opened something, and waits for it. But a machine
        # that starts hundreds of processes must not hide what has run for long.
        fresh.sort(key=lambda pid: (self._looks[pid], -pid))
        newest, others = fresh[: LOOK_AT - LOOK_AT_OLDEST], fresh[LOOK_AT - LOOK_AT_OLDEST :]
        others.sort(key=lambda pid: (self._looks[pid], pid))
        for pid in newest + others[:LOOK_AT_OLDEST]:
            self._looks[pid] += 1
            if pid not in self._found and (program := _recognised(pid)):
                self._found[pid] = program


def _recognised(pid: int) -> _Found | None:
    try:
        process = psutil.Process(pid)
        if not _ours(process):
            return None
        names = {process.name()}
        if sys.platform == "linux":
            names.update(PurePath(word).name for word in process.cmdline()[:1])
    except psutil.Error:
        return None
    used = _used(process)
    for program, pattern in _PROGRAMS.items():
        if used is not None and any(re.fullmatch(pattern, _plain(name)) for name in names):
            return _Found(process, program, used)
    return None


def _ours(process: psutil.Process) -> bool:
    """Whether its user is this one: what others do on the machine stops nobody's jobs."""
    if sys.platform == "win32":
        return process.username() == psutil.Process().username()
    return process.uids().real == os.getuid()


def _plain(name: str) -> str:
    return name.lower().removesuffix(".exe")


def _used(process: psutil.Process) -> float | None:
    """Seconds of all cores together; None where it is gone, or is not ours to ask."""
    try:
        if not process.is_running():  # its id may be another's by now
            return None
        times = process.cpu_times()
    except psutil.Error:
        return None
    return times.user + times.system
