"""Shotlog itself: its Python, its version, the command that is found."""

from __future__ import annotations

import os
import shutil
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

from shotlog._version import __version__
from shotlog.doctor.check import check
from shotlog.doctor.context import Context
from shotlog.doctor.machine import existing
from shotlog.doctor.result import Subject, Verdict, ok, problem, warning
from shotlog.paths import HOME_VARIABLE, check_owner

OLDEST_PYTHON = (3, 11)
"""What pyproject.toml asks for: PyAV 18 has no wheels for older ones."""


@check(Subject.SHOTLOG)
def python(case: Context) -> Verdict:
    """Python is 3.11 or newer, and of 64 bits."""
    bits = 8 * struct.calcsize("P")
    words = f"Python {'.'.join(map(str, sys.version_info[:3]))}, {bits} bit, {sys.executable}"
    if sys.version_info < OLDEST_PYTHON or bits < 64:
        return problem(words, "Install a 64 bit Python 3.11 or newer, and Shotlog in it.")
    return ok(words)


@check(Subject.SHOTLOG)
def version(case: Context) -> Verdict:
    """Shotlog is installed, and knows its version."""
    at = Path(__file__).parents[1]
    words = f"Shotlog {__version__}, {at}"
    if __version__.endswith("unknown"):
        return warning(words, "Install it: pip install shotlog, or pip install -e . in its folder.")
    return ok(words)


@check(Subject.SHOTLOG)
def command(case: Context) -> Verdict:
    """The command 'shotlog' that a terminal finds is this one, and the only one."""
    found = list(_commands(case.environ.get("PATH", "")))
    ours = [path for path in found if _starts_this_python(path)]
    if not found:
        return warning(
            "a terminal does not find the command 'shotlog'",
            f"Add {Path(sys.executable).parent} to PATH.",
        )
    if found[0] not in ours:
        return warning(
            f"the command 'shotlog' is that of another installation: {found[0]}",
            f"Uninstall that one, or put {Path(sys.executable).parent} first on PATH.",
        )
    if others := [str(path) for path in found if path not in ours]:
        return warning(
            f"there are other installations of Shotlog on PATH: {', '.join(others)}",
            "Uninstall those that you do not use, lest an update reaches the wrong one.",
        )
    return ok(str(found[0]))


@check(Subject.SHOTLOG)
def encoding(case: Context) -> Verdict:
    """Names of files are read as UTF-8."""
    names, text = sys.getfilesystemencoding(), sys.stdout.encoding or "none"
    if names.lower().replace("-", "") != "utf8":
        return problem(
            f"names of files are read as {names}: clips with letters beyond that are not found",
            "Set LANG=C.UTF-8 (or another UTF-8 locale), or PYTHONUTF8=1.",
        )
    return ok(f"names of files {names}, terminal {text}")


@check(Subject.SHOTLOG)
def user(case: Context) -> Verdict:
    """Shotlog does not run as root in the home of another user."""
    home = case.environ.get("HOME", "")
    if os.name == "posix" and os.geteuid() == 0 and home:
        told = check_owner(existing(Path(home).absolute()), HOME_VARIABLE)
        if told is not None:
            return warning(
                f"this is root in {told.path}, which belongs to {told.owner}, who can then not use "
                "what Shotlog keeps there",
                f"Run it as {told.owner}, or as root in root's own home: sudo -H.",
            )
    return ok(f"home {home}" if home else "HOME is not set")


def _commands(searched: str) -> Iterator[Path]:
    """Every command of that name on PATH, the one that is started first at the front."""
    seen = set()
    for folder in searched.split(os.pathsep):
        found = shutil.which("shotlog", path=folder) if folder else None
        if found and (real := Path(found).resolve()) not in seen:
            seen.add(real)
            yield Path(found)


def _starts_this_python(path: Path) -> bool:
    """Whether a starter belongs to this interpreter: every kind of them names it in its bytes."""
    try:
        content = path.read_bytes()
    except OSError:
        return False
    folders = {Path(sys.executable).parent, Path(sys.prefix), Path(sys.prefix).resolve()}
    return any(os.fsencode(folder) in content for folder in folders)


CHECKS = (python, version, command, encoding, user)
