"""DaVinci Resolve on this machine: where it is, which version, which edition.

No file of Resolve states its edition. Its log does: each start writes ``Running DaVinci Resolve
Studio v20.2.2.0010 (Linux/Clang x86_64)``, without ``Studio`` in the free edition. Where there is
no such line, the edition is unknown, and only the window "About DaVinci Resolve" tells it.
"""

from __future__ import annotations

import os
import plistlib
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from shotlog_installer.machine import Machine, System
from shotlog_installer.user_folders import program_files, roaming

_STARTED = re.compile(rb"Running DaVinci Resolve( Studio)? v(\d+(?:\.\d+)+)")
_TAIL = 8 * 1024**2  # bytes at the end of a log; a start of Resolve writes some ten thousand
_LOGS = ("davinci_resolve.log", "ResolveDebug.txt")
_STORE = (
    "com.blackmagic-design.DaVinciResolveLite",
    "com.blackmagic-design.DaVinciResolveAppStore",
)
_BUNDLES = (
    "DaVinci Resolve/DaVinci Resolve.app",
    "DaVinci Resolve.app",
    "DaVinci Resolve Studio.app",
)

PYTHON_IN_STUDIO_ONLY = (21, 1)
"""From this version on the free edition lists no Python scripts (Blackmagic's release notes)."""


@dataclass(frozen=True)
class ResolveApp:
    """An installed DaVinci Resolve.

    Attributes:
        path: Its program, bundle or folder.
        version: Its version, as far as it could be read.
        edition: ``Studio``, ``Free``, or None if it could not be read.
        sandboxed: True for a build of the App Store.
        bundled_python: The Python inside it, as 21.1 and newer have; None if there is none.
    """

    path: Path
    version: tuple[int, ...] | None = None
    edition: str | None = None
    sandboxed: bool = False
    bundled_python: Path | None = None

    @property
    def is_recent(self) -> bool:
        """True if it is known to be 21.1 or newer."""
        newer = self.version is not None and self.version[:2] >= PYTHON_IN_STUDIO_ONLY
        return newer or self.bundled_python is not None

    @property
    def words(self) -> str:
        """Name, edition and version, for people."""
        version = ".".join(map(str, self.version)) if self.version else "of unknown version"
        edition = {"Studio": "Studio ", "Free": "(free) "}.get(self.edition or "", "")
        store = " from the App Store" if self.sandboxed else ""
        return f"DaVinci Resolve {edition}{version}{store}"


def find_resolve(machine: Machine) -> list[ResolveApp]:
    """Return every DaVinci Resolve in its usual places."""
    match machine.system:
        case System.MACOS:
            return list(_on_macos(machine))
        case System.WINDOWS:
            return list(_on_windows(machine))
        case _:
            return list(_on_linux(machine))


def read_log(folder: Path) -> tuple[tuple[int, ...], str] | None:
    """Return version and edition of the last start in a folder of Resolve's logs, or None."""
    newest: list[tuple[float, Path]] = []
    for name in _LOGS:
        with suppress(OSError):
            newest.append(((folder / name).stat().st_mtime, folder / name))
    for _, path in sorted(newest, reverse=True):
        starts = list(_STARTED.finditer(_tail(path)))
        if starts:
            studio, version = starts[-1].groups()
            return tuple(map(int, version.split(b"."))), "Studio" if studio else "Free"
    return None


def _on_macos(machine: Machine) -> Iterator[ResolveApp]:
    logs = machine.home / "Library" / "Application Support" / "Blackmagic Design"
    started = read_log(logs / "DaVinci Resolve" / "logs")
    for place in _BUNDLES:
        bundle = machine.at("/Applications") / place
        if not bundle.is_dir():
            continue
        info = _plist(bundle / "Contents" / "Info.plist")
        text = str(info.get("CFBundleShortVersionString", ""))
        version = tuple(map(int, re.findall(r"\d+", text))) or None
        store = info.get("CFBundleIdentifier") in _STORE
        store = store or (bundle / "Contents" / "_MASReceipt").is_dir()
        edition = started[1] if started and not store else None
        if "Studio" in bundle.name:
            edition = "Studio"
        python = next(iter(sorted(bundle.glob("Contents/**/ResolvePython"))), None)
        yield ResolveApp(bundle, version, edition, sandboxed=store, bundled_python=python)


def _on_windows(machine: Machine) -> Iterator[ResolveApp]:
    folder = program_files(machine) / "Blackmagic Design" / "DaVinci Resolve"
    program = folder / "Resolve.exe"
    if program.is_file():
        logs = roaming(machine) / "Blackmagic Design" / "DaVinci Resolve" / "Support" / "logs"
        version, edition = read_log(logs) or (None, None)
        python = folder / "ResolvePython" / "ResolvePython.exe"
        yield ResolveApp(
            program, version, edition, bundled_python=python if python.exists() else None
        )


def _on_linux(machine: Machine) -> Iterator[ResolveApp]:
    share = machine.folder("XDG_DATA_HOME", machine.home / ".local" / "share")
    for path in ("/opt/resolve", "/home/resolve"):
        program = machine.at(path) / "bin" / "resolve"
        if not program.is_file():
            continue
        version, edition = read_log(share / "DaVinciResolve" / "logs") or (None, None)
        pythons = [
            machine.at(path) / place
            for place in ("bin/ResolvePython", "ResolvePython/ResolvePython")
        ]
        yield ResolveApp(
            program, version, edition, bundled_python=next(filter(Path.exists, pythons), None)
        )


def _plist(path: Path) -> dict[str, object]:
    try:
        found = plistlib.loads(path.read_bytes())
    except (OSError, ValueError, plistlib.InvalidFileException):
        return {}
    return found if isinstance(found, dict) else {}


def _tail(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - _TAIL))
            return file.read()
    except OSError:
        return b""
