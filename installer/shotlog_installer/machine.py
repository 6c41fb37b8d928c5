"""The machine that Shotlog is installed on: its system, its user, its variables."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from shotlog_installer.errors import InstallError


class System(StrEnum):
    """Systems that DaVinci Resolve runs on."""

    LINUX = "linux"
    MACOS = "macos"
    WINDOWS = "windows"


def check_owner(machine: Machine) -> None:
    """Check that an administrator does not install into the home of another user.

    Raises:
        InstallError: Everything would belong to the administrator, and lock its user out.
    """
    if os.name != "posix" or os.geteuid() != 0 or not machine.home.is_dir():
        return
    if machine.home.stat().st_uid != 0:
        raise InstallError(
            machine.home,
            "this is the home of another user, who could not use what root writes there",
            "Run it without sudo; or for all users: --all-users; or in root's own home: sudo -H.",
        )


@dataclass(frozen=True)
class Machine:
    r"""A machine, as far as folders depend on it. Another one can be described for tests.

    Attributes:
        system: Its system.
        home: Home folder of the user.
        environ: Variables of the user. Their names are in capitals, as ``os.environ`` has them on
            Windows.
        root: Folder that stands for ``/``, or for ``C:\\``.
    """

    system: System
    home: Path
    environ: Mapping[str, str] = field(default_factory=dict)
    root: Path = Path("/")

    @classmethod
    def here(cls, environ: Mapping[str, str] | None = None, root: Path = Path("/")) -> Machine:
        """Return this machine.

        Args:
            environ: Variables of the user; None takes those of this process.
            root: Folder that stands for ``/``.

        Raises:
            InstallError: The user has no home folder.
        """
        environ = os.environ if environ is None else environ
        system = {"darwin": System.MACOS, "win32": System.WINDOWS}.get(sys.platform, System.LINUX)
        named = environ.get("USERPROFILE" if system is System.WINDOWS else "HOME")
        try:
            home = Path(named) if named else Path.home()
        except RuntimeError as error:
            raise InstallError(
                "HOME",
                "it is not set, and the system knows no home of this user",
                "Set HOME to the home folder of this user.",
            ) from error
        return cls(system, home, environ, root)

    def at(self, path: str) -> Path:
        """Return an absolute path of this machine, ``/opt/resolve``, below its root."""
        return self.root / path.lstrip("/")

    def folder(self, variable: str, default: Path) -> Path:
        """Return the folder that a variable names, if that is an absolute path; else a default."""
        named = self.environ.get(variable, "").strip()
        absolute = named.startswith(("/", "\\\\")) or named[1:3] == ":\\"
        return Path(named) if absolute else default
