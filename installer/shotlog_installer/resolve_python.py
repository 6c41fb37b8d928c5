"""The Python that DaVinci Resolve will run scripts with.

Until 21.0 Resolve brings none and looks for one; if it finds none, it lists no Python scripts and
says nothing. The rules are those that others have measured, each by system.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from shotlog_installer.machine import Machine, System
from shotlog_installer.resolve_app import ResolveApp

_PYTHON_ORG = "https://www.python.org/downloads/"
_RESTART = "then restart DaVinci Resolve."


@dataclass(frozen=True)
class PythonFound:
    """The Python that Resolve will find.

    Attributes:
        words: Which one, a clause.
        remedy: Advice to the user if it will find none; None if all is well.
    """

    words: str
    remedy: str | None = None


def python_for(
    machine: Machine, app: ResolveApp, registered: Sequence[str] | None = None
) -> PythonFound:
    """Return the Python that a Resolve will find.

    Args:
        machine: The machine.
        app: The Resolve.
        registered: Versions of Python in Windows' registry, ``3.12``; None reads it.
    """
    if app.bundled_python is not None:
        return PythonFound(f"its own, {app.bundled_python}")
    match machine.system:
        case System.MACOS:
            return _on_macos(machine)
        case System.WINDOWS:
            return _on_windows(machine, registered_pythons() if registered is None else registered)
        case _:
            return _on_linux(machine)


def registered_pythons() -> list[str]:
    """Return the versions of Python in Windows' registry, ``3.12``; none on other systems."""
    found: list[str] = []
    if sys.platform == "win32":
        import winreg

        for root in (winreg.HKEY_CURRENT_USER, winreg.HKEY_LOCAL_MACHINE):
            try:
                with winreg.OpenKey(root, r"Software\Python\PythonCore") as key:
                    count = winreg.QueryInfoKey(key)[0]
                    found += [winreg.EnumKey(key, number) for number in range(count)]
            except OSError:  # no Python is registered there
                continue
    return found


def _on_macos(machine: Machine) -> PythonFound:
    named = machine.environ.get("PYTHON3HOME")
    if named:
        library = sorted(Path(named).glob("lib/libpython3*.dylib"))
        if library or (Path(named) / "Python").exists():
            return PythonFound(f"{named}, which PYTHON3HOME names")
        return PythonFound(
            f"PYTHON3HOME names {named}, where there is no library of Python",
            f"Unset it (launchctl unsetenv PYTHON3HOME), or install Python from {_PYTHON_ORG}; "
            f"{_RESTART}",
        )
    python = machine.at("/usr/local/bin/python3")
    advice = (
        f"Install Python 3.10 to 3.13 from {_PYTHON_ORG}, whose python3 lies in /usr/local/bin; "
        f"{_RESTART} Those of Homebrew, pyenv, uv and conda are not found."
    )
    if not python.exists():
        return PythonFound("there is no /usr/local/bin/python3, where it looks", advice)
    real = python.resolve()
    if any(word in str(real) for word in ("homebrew", "Cellar", "pyenv", "conda", "/uv/")):
        return PythonFound(f"/usr/local/bin/python3 leads to {real}, which it cannot load", advice)
    return PythonFound(str(real))


def _on_windows(machine: Machine, registered: Sequence[str]) -> PythonFound:
    named = machine.environ.get("FUSION_PYTHON3_HOME")
    if named:
        if Path(named).is_dir():
            return PythonFound(f"{named}, which FUSION_PYTHON3_HOME names")
        return PythonFound(
            f"FUSION_PYTHON3_HOME names {named}, which does not exist",
            f"Correct or delete this variable; {_RESTART}",
        )
    versions = sorted(
        (int(major), int(minor))
        for text in registered
        if (parts := re.fullmatch(r"(\d+)\.(\d+)", text))
        for major, minor in [parts.groups()]
    )
    fitting = [version for version in versions if version >= (3, 6)]
    if not fitting:
        return PythonFound(
            "no Python is registered on this machine",
            f"Install a 64 bit Python 3.10 to 3.13 from {_PYTHON_ORG} (the Store's and conda's "
            f"are not found); {_RESTART}",
        )
    return PythonFound("Python {}.{}, the newest that is registered".format(*fitting[-1]))


def _on_linux(machine: Machine) -> PythonFound:
    found = sorted(
        (
            (int(match[1]), library)
            for pattern in ("usr/lib*/libpython3.*.so*", "usr/lib/*/libpython3.*.so*")
            for library in machine.root.glob(pattern)
            if (match := re.search(r"libpython3\.(\d+)", library.name))
        ),
        reverse=True,
    )
    if not found:
        return PythonFound(
            "there is no library of Python on this system",
            "Install it: sudo apt install python3 libpython3-dev (Debian, Ubuntu), or sudo dnf "
            f"install python3 python3-libs (Fedora, Rocky); {_RESTART}",
        )
    return PythonFound(f"the system's, {found[0][1]}")
