"""Checks of the installation: Python, version, command, encoding, user."""

from __future__ import annotations

import os
import shutil
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

from shotlog._version import __version__
from shotlog.doctor.check import health_check
from shotlog.doctor.context import Context
from shotlog.doctor.machine import nearest_folder
from shotlog.doctor.result import CheckOutcome, Subject, passed, problem, warning
from shotlog.paths import HOME_VARIABLE, check_owner
from shotlog.schema import SettingsError
from shotlog.settings import load_settings

OLDEST_PYTHON = (3, 11)
"""The minimum of pyproject.toml: PyAV 18 has no wheels for older versions."""


@health_check(Subject.SHOTLOG)
def python(context: Context) -> CheckOutcome:
    """Python is 3.11 or newer, and of 64 bits."""
    bits = 8 * struct.calcsize("P")
    words = f"Python {'.'.join(map(str, sys.version_info[:3]))}, {bits} bit, {sys.executable}"
    if sys.version_info < OLDEST_PYTHON or bits < 64:
        return problem(words, "Install a 64 bit Python 3.11 or newer, and Shotlog in it.")
    return passed(words)


@health_check(Subject.SHOTLOG)
def version(context: Context) -> CheckOutcome:
    """Shotlog is installed with its version."""
    at = Path(__file__).parents[1]
    words = f"Shotlog {__version__}, {at}"
    if __version__.endswith("unknown"):
        return warning(words, "Install it: pip install shotlog, or pip install -e . in its folder.")
    return passed(words)


@health_check(Subject.SHOTLOG)
def command(context: Context) -> CheckOutcome:
    """The command 'shotlog' on PATH is this one, and the only one."""
    found = list(_commands(context.environ.get("PATH", "")))
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
            "Uninstall those that you do not use, so that updates reach the right one.",
        )
    return passed(str(found[0]))


@health_check(Subject.SHOTLOG)
def encoding(context: Context) -> CheckOutcome:
    """File names are read as UTF-8."""
    names, text = sys.getfilesystemencoding(), sys.stdout.encoding or "none"
    if names.lower().replace("-", "") != "utf8":
        return problem(
            f"file names are read as {names}: clips with other characters are not found",
            "Set LANG=C.UTF-8 (or another UTF-8 locale), or PYTHONUTF8=1.",
        )
    return passed(f"file names {names}, terminal {text}")


@health_check(Subject.SHOTLOG)
def user(context: Context) -> CheckOutcome:
    """Shotlog does not run as root in the home of another user."""
    home = context.environ.get("HOME", "")
    if os.name == "posix" and os.geteuid() == 0 and home:
        denial = check_owner(nearest_folder(Path(home).absolute()), HOME_VARIABLE)
        if denial is not None:
            return warning(
                f"this is root in {denial.path}, which belongs to {denial.owner}, who then cannot "
                "use files that Shotlog writes there",
                f"Run it as {denial.owner}, or as root in root's own home: sudo -H.",
            )
    return passed(f"home {home}" if home else "HOME is not set")


def _commands(searched: str) -> Iterator[Path]:
    """Yield every command of that name on PATH, in the order of PATH."""
    seen = set()
    for folder in searched.split(os.pathsep):
        found = shutil.which("shotlog", path=folder) if folder else None
        if found and (real := Path(found).resolve()) not in seen:
            seen.add(real)
            yield Path(found)


def _starts_this_python(path: Path) -> bool:
    """Return True if a start script belongs to this interpreter."""
    try:
        content = path.read_bytes()
    except OSError:
        return False
    # Scripts of pip (#! line) and of Windows (.exe) both hold the interpreter's path.
    folders = {Path(sys.executable).parent, Path(sys.prefix), Path(sys.prefix).resolve()}
    return any(os.fsencode(folder) in content for folder in folders)


@health_check(Subject.SHOTLOG)
def settings(context: Context) -> CheckOutcome:
    """The settings of the user and of the environment can be used."""
    try:
        loaded = load_settings()
    except SettingsError as error:
        return problem(f"{error.problem.subject}: {error.problem.message}", error.problem.hint)
    if not loaded.origins:
        return passed("all have their defaults")
    changed = "1 setting" if len(loaded.origins) == 1 else f"{len(loaded.origins)} settings"
    return passed(f"{changed} set; see: shotlog config show")


CHECKS = (python, version, command, encoding, user, settings)
