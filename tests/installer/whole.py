"""The installer as a process of its own, in the fresh home of a user, with a wheel of Shotlog.

The packages that Shotlog needs are those of the tests' own environment (``--packages``), so nothing
is downloaded and torch is not copied.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

HOUSE = Path(__file__).parents[2]
INSTALLER = HOUSE / "installer" / "install.py"
PACKAGES = Path(click.__file__).parents[1]
_STEP = re.compile(r"\[(\d+)/(\d+)\]")
_SECONDS = 600.0


def build_wheel(folder: Path) -> Path:
    """Build Shotlog's wheel from these sources."""
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*build, "--wheel-dir", folder, HOUSE], check=True, capture_output=True)
    (wheel,) = folder.glob("shotlog-*.whl")
    return wheel


def as_version(wheel: Path, version: str, folder: Path) -> Path:
    """Return a copy of a wheel that says it is of another version."""
    old = wheel.name.split("-")[1]
    newer = folder / wheel.name.replace(old, version)
    with zipfile.ZipFile(wheel) as source, zipfile.ZipFile(newer, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name.endswith(".dist-info/METADATA"):
                content = content.replace(
                    f"\nVersion: {old}".encode(), f"\nVersion: {version}".encode()
                )
            if name.endswith(".dist-info/RECORD"):  # pip does not check its digests
                content = content.replace(f"shotlog-{old}".encode(), f"shotlog-{version}".encode())
            target.writestr(name.replace(f"shotlog-{old}", f"shotlog-{version}"), content)
    return newer


@dataclass(frozen=True)
class User:
    """A user with a fresh home, in which Resolve was started once.

    Attributes:
        home: The home.
    """

    home: Path

    @classmethod
    def at(cls, home: Path) -> User:
        """Make the home."""
        (home / ".local" / "share" / "DaVinciResolve").mkdir(parents=True)
        (home / ".config").mkdir()
        (home / ".config" / "theirs.conf").write_text("theirs\n")
        return cls(home)

    @property
    def environ(self) -> dict[str, str]:
        """Variables of this user: none of the tests'."""
        kept = {name: os.environ[name] for name in ("LANG", "TMPDIR") if name in os.environ}
        pip = {"PIP_RETRIES": "1", "PIP_NO_COMPILE": "1"}  # a tenth of the time of a whole life
        # Not the PATH of the tests: pip asks a rustc for its version, which then makes files.
        return {**kept, **pip, "HOME": str(self.home), "PATH": "/usr/bin:/bin"}

    @property
    def environment(self) -> Path:
        """Folder of the environment."""
        return self.home / ".local" / "share" / "shotlog" / "environment"

    @property
    def scripts(self) -> Path:
        """Folder of Resolve's scripts."""
        return self.home / ".local" / "share" / "DaVinciResolve" / "Fusion" / "Scripts"

    def command(self, *options: object) -> list[str]:
        """Return the command that installs."""
        return [sys.executable, str(INSTALLER), *map(str, options)]

    def install(self, *options: object) -> subprocess.CompletedProcess[str]:
        """Run the installer to its end."""
        return subprocess.run(
            self.command(*options), env=self.environ, capture_output=True, text=True, check=False,
            timeout=_SECONDS, stdin=subprocess.DEVNULL,
        )  # fmt: skip

    def install_and_kill(self, step: int, *options: object, after: float = 0.1) -> int | None:
        """Kill the installer and what it has started while it is at a step.

        Returns:
            The number of steps; None if it never came to that step.
        """
        with subprocess.Popen(
            self.command(*options), env=self.environ, stdout=subprocess.PIPE, text=True,
            stdin=subprocess.DEVNULL, start_new_session=True,
        ) as process:  # fmt: skip
            assert process.stdout is not None
            for line in process.stdout:
                if (found := _STEP.match(line)) and int(found[1]) == step:
                    time.sleep(after)
                    os.killpg(process.pid, signal.SIGKILL)
                    return int(found[2])
        return None

    def shotlog(self, *arguments: object) -> subprocess.CompletedProcess[str]:
        """Run the installed ``shotlog``."""
        return subprocess.run(
            [self.environment / "bin" / "shotlog", *map(str, arguments)], env=self.environ,
            capture_output=True, text=True, check=False, timeout=_SECONDS,
        )  # fmt: skip

    def status(self) -> Any:
        """Return what ``shotlog resolve status`` says."""
        return json.loads(self.shotlog("resolve", "status", "--json").stdout)
