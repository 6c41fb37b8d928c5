r"""Folders in which DaVinci Resolve looks for scripts.

Blackmagic's own notes name one folder for all users and one for each user; those of Windows name a
wrong one (``%APPDATA%\Roaming\...``). The App Store's builds have a container of their own, with
Resolve's folder in it or that of Fusion alone, according to reports from two machines, so scripts
are put into both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from shotlog_installer.machine import Machine, System
from shotlog_installer.user_folders import program_data, roaming

_CONTAINERS = (
    "com.blackmagic-design.DaVinciResolveLite",
    "com.blackmagic-design.DaVinciResolveAppStore",
)
_PRODUCT = Path("Blackmagic Design") / "DaVinci Resolve"
_SCRIPTS = Path("Fusion") / "Scripts"
_LINUX = ("/opt/resolve", "/home/resolve")


@dataclass(frozen=True)
class ScriptFolder:
    """A folder in which a Resolve looks for scripts.

    Attributes:
        path: The folder, ``.../Fusion/Scripts``; it need not exist yet.
        owner: Whose it is, for people: ``this user``, ``all users``, ``App Store build``.
        product: A folder that exists once that Resolve is installed or was started.
        sandboxed: True for the App Store's builds, which cannot start our programs.
    """

    path: Path
    owner: str
    product: Path
    sandboxed: bool = False

    @property
    def menu(self) -> Path:
        """Folder of the menu entries: a sub-menu on all pages of Resolve."""
        return self.path / "Utility" / "Shotlog"

    @property
    def library(self) -> Path:
        """Folder of the package that the entries import; Resolve does not search it for entries."""
        return self.path / "Shotlog"

    @property
    def is_used(self) -> bool:
        """True if this Resolve is on the machine."""
        return self.product.is_dir()


def script_folders(machine: Machine) -> list[ScriptFolder]:
    """Return the folders of this user's scripts, of every build of Resolve that may be here."""
    match machine.system:
        case System.MACOS:
            support = machine.home / "Library" / "Application Support" / _PRODUCT
            found = [ScriptFolder(support / _SCRIPTS, "this user", support)]
            return found + _containers(machine)
        case System.WINDOWS:
            product = roaming(machine) / _PRODUCT
            return [ScriptFolder(product / "Support" / _SCRIPTS, "this user", product)]
        case _:
            product = machine.folder("XDG_DATA_HOME", machine.home / ".local" / "share")
            product /= "DaVinciResolve"
            return [ScriptFolder(product / _SCRIPTS, "this user", product)]


def shared_script_folders(machine: Machine) -> list[ScriptFolder]:
    """Return the folders of scripts for all users of the machine."""
    match machine.system:
        case System.MACOS:
            products = [machine.at("/Library/Application Support") / _PRODUCT]
        case System.WINDOWS:
            products = [program_data(machine) / _PRODUCT]
        case _:
            products = [machine.at(path) for path in _LINUX]
    return [ScriptFolder(product / _SCRIPTS, "all users", product) for product in products]


def named_folders(paths: Sequence[Path]) -> list[ScriptFolder]:
    """Return folders that the user named, for a Resolve in an unusual place."""
    return [ScriptFolder(path.absolute(), "a named folder", path.absolute()) for path in paths]


def _containers(machine: Machine) -> list[ScriptFolder]:
    found = []
    for name in _CONTAINERS:
        container = machine.home / "Library" / "Containers" / name / "Data"
        support = container / "Library" / "Application Support"
        found += [
            ScriptFolder(support / place, "App Store build", container, sandboxed=True)
            for place in (_PRODUCT / _SCRIPTS, _SCRIPTS)
        ]
    return found
