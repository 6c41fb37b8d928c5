"""The private environment that Shotlog is installed in, and pip in it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from shotlog_installer import files
from shotlog_installer.errors import InstallError, explain
from shotlog_installer.machine import Machine, System
from shotlog_installer.pip_errors import explain_pip
from shotlog_installer.processes import allows_long_paths, clean, missing_venv, progress_text

OLDEST_PIP = (23, 1)
"""Older ones misread newer metadata and do not know the wheels of current systems."""

_RAW_PROGRESS = (24, 1)
"""Newer ones print the progress of a download as numbers, a line each."""

MARKER = "shotlog-environment.json"
"""File in an environment of ours; others are never touched. Holds what was installed."""

_DEEPEST = 180  # characters: the longest path of a file in torch, below site-packages
_LONGEST_WINDOWS = 259
Detail = Callable[[str], None]
"""Shows what a step is doing right now."""


@dataclass(frozen=True)
class Environment:
    """A virtual environment of ours.

    Attributes:
        folder: Its folder.
        machine: The machine that it is for.
        log: File that the output of its processes is added to.
        cache: Folder of pip's downloads; they outlast an interruption.
    """

    folder: Path
    machine: Machine
    log: Path
    cache: Path

    @property
    def scripts(self) -> Path:
        """Folder of its commands."""
        windows = self.machine.system is System.WINDOWS
        return self.folder / ("Scripts" if windows else "bin")

    @property
    def python(self) -> Path:
        """Its Python."""
        return self.scripts / self._program("python")

    @property
    def command(self) -> Path:
        """The command ``shotlog`` in it."""
        return self.scripts / self._program("shotlog")

    @property
    def packages(self) -> Path:
        """Folder of its packages."""
        # Debian's preferred scheme is that of its own packages.
        places = {"base": str(self.folder), "platbase": str(self.folder)}
        return Path(sysconfig.get_path("purelib", "venv", places))

    @property
    def marker(self) -> dict[str, str]:
        """The parts that were installed in it, by step; empty if it is not ours."""
        try:
            found = json.loads((self.folder / MARKER).read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def mark(self, **facts: str) -> None:
        """Note what was installed in it."""
        content = json.dumps({**self.marker, **facts}, indent=1)
        files.write(self.folder / MARKER, content.encode() + b"\n")

    def check(self) -> None:
        """Check that it can be made in its folder.

        Raises:
            InstallError: Its path is too long, or something else lies there.
        """
        long = len(str(self.folder)) + _DEEPEST
        if (
            self.machine.system is System.WINDOWS
            and long > _LONGEST_WINDOWS
            and not allows_long_paths()
        ):
            raise InstallError(
                self.folder,
                f"its path has {len(str(self.folder))} characters, and Windows allows "
                f"{_LONGEST_WINDOWS - _DEEPEST} for the files in it",
                "Name a shorter one, --environment C:\\shotlog, or turn on long paths "
                "(LongPathsEnabled in the registry).",
            )
        try:
            taken = self.folder.exists() and not self.marker and any(self.folder.iterdir())
        except OSError as error:
            raise explain(error, self.folder) from error
        if taken:
            raise InstallError(
                self.folder,
                "there is something in this folder that the installer did not put there",
                "Move it away, or name another place: --environment FOLDER.",
            )

    def create(self, packages: Sequence[Path] = ()) -> None:
        """Make it anew.

        A half-made one is not repaired: ensurepip takes a half-copied pip for a whole one.

        Args:
            packages: Folders of packages that it sees besides its own.

        Raises:
            InstallError: It cannot be made.
        """
        try:
            self.remove()
            self.folder.mkdir(parents=True)
            self.mark(begun=sys.version.split()[0])
            self._run([sys.executable, "-m", "venv", str(self.folder)], self._explain_venv)
            self._see(packages)
            self.mark(made=sys.version.split()[0])
        except OSError as error:
            raise explain(error, self.folder) from error

    def is_sound(self) -> bool:
        """Return True if its Python and its pip start."""
        try:
            self.pip_version()
        except InstallError:
            return False
        return True

    def pip_version(self) -> tuple[int, ...]:
        """Return the version of its pip.

        Raises:
            InstallError: Its pip does not start.
        """
        code = "import pip; print(pip.__version__)"
        told = self._run([str(self.python), "-c", code], self._explain_venv)
        return tuple(int(part) for part in told.split()[-1].split(".")[:2] if part.isdigit())

    def pip(self, *arguments: str, subject: str, detail: Detail = lambda _: None) -> None:
        """Run its pip.

        Raises:
            InstallError: It failed; says why.
        """
        self._sweep()
        command = [str(self.python), "-m", "pip", *arguments, "--cache-dir", str(self.cache)]
        if arguments[0] == "install" and self.pip_version() >= _RAW_PROGRESS:
            command += ["--progress-bar", "raw"]
        self._run(command, lambda output: explain_pip(output, subject, self.log), detail)

    def run(self, *arguments: str, seconds: float | None = None) -> tuple[int, str]:
        """Run its ``shotlog``; return the exit code and what it wrote to standard output.

        Raises:
            InstallError: It cannot be started, or takes too long.
        """
        try:
            done = subprocess.run(  # noqa: S603
                [self.command, *arguments], env=clean(self.machine.environ), timeout=seconds,
                stdin=subprocess.DEVNULL, capture_output=True, check=False, encoding="utf-8",
                errors="replace",
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired) as error:
            raise InstallError(
                self.command,
                "it does not start" if isinstance(error, OSError) else "it does not answer",
                "Run the installer again; --repair makes the environment anew.",
            ) from error
        self.note(f"$ {self.command} {' '.join(arguments)}\n{done.stdout}{done.stderr}")
        return done.returncode, done.stdout

    def remove(self) -> None:
        """Remove it.

        Raises:
            InstallError: It cannot be removed.
        """
        try:
            shutil.rmtree(self.folder)
        except FileNotFoundError:
            return
        except OSError as error:
            raise explain(error) from error

    def note(self, text: str) -> None:
        """Add a text to the log."""
        with self.log.open("a", encoding="utf-8", errors="replace") as file:
            file.write(f"{time.strftime('%Y-%m-%d %H:%M:%S')} {text.rstrip()}\n")

    def _program(self, name: str) -> str:
        return f"{name}.exe" if self.machine.system is System.WINDOWS else name

    def _sweep(self) -> None:
        """Remove what an interruption of pip has left: packages of which only a part is there.

        pip writes RECORD last. Without it the package counts as installed, and cannot be replaced.
        """
        for half in self.packages.glob("*.dist-info"):
            if not (half / "RECORD").exists():
                shutil.rmtree(half, ignore_errors=True)
        for half in self.packages.glob("~*"):  # names that pip gives to what it is about to remove
            shutil.rmtree(half, ignore_errors=True)

    def _see(self, packages: Sequence[Path]) -> None:
        if not packages:
            return
        lines = "".join(f"{folder.absolute()}\n" for folder in packages)
        files.write(self.packages / "shotlog-packages.pth", os.fsencode(lines))
        # venv of Python 3.11 brings one of its own, which would hide the newer one in a folder.
        self.pip("uninstall", "--yes", "--quiet", "setuptools", subject="setuptools")

    def _run(
        self,
        command: Sequence[str],
        failed: Callable[[str], InstallError],
        detail: Detail = lambda _: None,
    ) -> str:
        """Run a program, line by line; return its output."""
        environ = clean(self.machine.environ)
        lines: list[str] = []
        self.note(f"$ {' '.join(command)}")
        with subprocess.Popen(  # noqa: S603
            command, env=environ, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, encoding="utf-8", errors="replace",
        ) as process:  # fmt: skip
            assert process.stdout is not None  # noqa: S101
            for line in process.stdout:
                if progress := progress_text(line):
                    detail(progress)
                    continue
                lines.append(line)
                self.note(line)
                detail(line.strip())
        output = "".join(lines)
        if process.returncode:
            raise failed(f"{' '.join(command)}\n{output}")
        return output

    def _explain_venv(self, output: str) -> InstallError:
        if "ensurepip" in output or "No module named venv" in output:
            return missing_venv()
        return explain_pip(output, str(self.folder), self.log)
