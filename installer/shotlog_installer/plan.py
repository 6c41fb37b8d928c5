"""The plan of an installation on this machine: its places, its sizes, its steps."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from shotlog_installer import service
from shotlog_installer.environment import OLDEST_PIP, Environment
from shotlog_installer.errors import InstallError, explain
from shotlog_installer.files import measure, nearest_folder, size_text
from shotlog_installer.finishing import check_all, place_scripts, run_demo
from shotlog_installer.machine import Machine, System, check_owner
from shotlog_installer.manifest import Manifest
from shotlog_installer.processes import missing_venv
from shotlog_installer.resolve_folders import ScriptFolder
from shotlog_installer.source import Source
from shotlog_installer.steps import Detail, Step
from shotlog_installer.torch_build import TorchBuild

PART = "environment"

_OTHERS = (350 * 10**6, 1300 * 10**6)
"""Bytes that Shotlog and all packages but torch take, to download and on the disk (measured on
Linux with Python 3.11)."""

_STOP_SECONDS = 60.0


@dataclass(frozen=True)
class Installation:
    """An installation that is to be made.

    Attributes:
        machine: The machine.
        data: Folder of Shotlog's data, with the environment and what the installer keeps.
        environment: The environment.
        manifest: The list of what was made.
        source: What is installed.
        torch: The build of torch.
        folders: Folders of Resolve's that get scripts.
        offline: Folder of wheels, to be used instead of an index.
        shared: True if it is for all users of the machine.
        named: Folders of scripts that the user named.
        packages: Folders of packages that the environment sees besides its own.
        service: Start the daemon at login.
        demo: Run the demo and open its report.
        repair: Make the environment anew.
        doctor: Run the doctor at the end.
    """

    machine: Machine
    data: Path
    environment: Environment
    manifest: Manifest
    source: Source
    torch: TorchBuild
    folders: Sequence[ScriptFolder]
    offline: Path | None = None
    shared: bool = False
    named: Sequence[Path] = ()
    packages: Sequence[Path] = ()
    service: bool = False
    demo: bool = False
    repair: bool = False
    doctor: bool = True

    @property
    def download(self) -> int:
        """Bytes to download; an estimate."""
        if self.offline is not None or self.packages:
            return 0
        marker = {} if self.repair else self.environment.marker
        torch = 0 if marker.get("torch") == self._torch_key else self.torch.download
        return torch + (0 if "shotlog" in marker else _OTHERS[0])

    @property
    def disk(self) -> int:
        """Bytes that it takes on the disk; an estimate."""
        return 50 * 10**6 if self.packages else self.torch.disk + _OTHERS[1]

    def check(self) -> None:
        """Check what would stop a step later on.

        Raises:
            InstallError: This Python, the disk, or the place of the environment is unfit.
        """
        self.environment.check()
        for module in ("venv", "ensurepip"):
            if find_spec(module) is None:
                raise missing_venv()
        if not self.shared:
            check_owner(self.machine)
        # The downloads lie on the disk of the data, which is that of the environment as a rule.
        there = nearest_folder(self.environment.folder)
        free = shutil.disk_usage(there).free
        needed = max(0, self.disk - measure(self.environment.folder)) + self.download
        if free < needed:
            raise InstallError(
                there,
                f"{size_text(free)} are free on this disk, and {size_text(needed)} are needed",
                "Free some space, or name another place: --environment FOLDER. --cpu takes less"
                " than a build with CUDA.",
            )

    def steps(self) -> list[Step]:
        """Return the steps, in order."""
        folder = str(self.environment.folder)
        torch = f"torch {self.torch.version} for {self.torch.kind}"
        origin = str(self.offline or self.torch.index or "PyPI")
        scripts = [str(each.menu) for each in self.folders] or ["no DaVinci Resolve was found"]
        steps = [
            Step("stop", "Stop the daemon of an earlier version", self._stop,
                 is_done=lambda: self._has("shotlog", self.source.key)
                 or not self.environment.command.exists()),
            Step("environment", "Make the environment", self._make, [folder],
                 lambda: not self.repair and self._has("made") and self.environment.is_sound()),
            Step("torch", f"Install {torch} ({self.torch.why})", self._torch, [origin],
                 lambda: self._has("torch", self._torch_key)),
            Step("shotlog", "Install Shotlog", self._shotlog, [self.source.spec],
                 lambda: self._has("shotlog", self.source.key)),
            Step("command", "Let terminals find the command 'shotlog'", self._command,
                 [str(self._link)], is_optional=True),
            Step("scripts", "Place the scripts of DaVinci Resolve", lambda _: place_scripts(
                self.environment, self.manifest, shared=self.shared, named=self.named),
                scripts, is_optional=True),
        ]  # fmt: skip
        return [*steps, *self._last_steps()]

    def _last_steps(self) -> Iterator[Step]:
        if self.service:
            file = service.service_file(self.machine, self.data)
            yield Step(
                "service",
                "Start the daemon at login",
                lambda _: service.enable(self.environment, self.manifest, file),
                [str(file)],
                is_optional=True,
            )
        if self.doctor:
            yield Step(
                "doctor",
                "Check everything",
                lambda _: check_all(self.environment),
                is_optional=True,
            )
        if self.demo:
            folder = self.data / "demo"
            yield Step(
                "demo",
                "Run the demo",
                lambda _: run_demo(self.environment, self.manifest, folder),
                [str(folder)],
                is_optional=True,
            )

    @property
    def _torch_key(self) -> str:
        return f"{self.torch.version} {self.torch.index or 'PyPI'}"

    @property
    def _link(self) -> Path:
        if self.machine.system is System.WINDOWS:
            return self.environment.command
        folder = self.machine.at("/usr/local/bin")
        return (folder if self.shared else self.machine.home / ".local" / "bin") / "shotlog"

    def _has(self, name: str, key: str | None = None) -> bool:
        found = self.environment.marker.get(name)
        return found is not None and key in (None, found)

    def _stop(self, detail: Detail) -> str | None:
        with suppress(InstallError):  # an environment that is damaged has no daemon to stop
            self.environment.run("daemon", "stop", seconds=_STOP_SECONDS)
        return None

    def _make(self, detail: Detail) -> str | None:
        try:
            self.manifest.own_tree(self.environment.folder, PART)
            self.manifest.own_tree(self.environment.cache, PART)
        except OSError as error:
            raise explain(error) from error
        self.environment.create(self.packages)
        version = self.environment.pip_version()
        if version >= OLDEST_PIP:
            return None
        self.environment.pip(
            "install", "--upgrade", "pip", *self._origin(), subject="pip", detail=detail
        )
        if self.environment.pip_version() < OLDEST_PIP:
            return "its pip is old; if it refuses a wheel, add a newer pip to the folder of wheels"
        return "its pip was too old and is new now"

    def _torch(self, detail: Detail) -> str | None:
        spec = f"torch=={self.torch.version}"
        index = ["--index-url", self.torch.index] if self.torch.index and not self.offline else []
        self.environment.pip("install", spec, *self._origin(), *index, subject=spec, detail=detail)
        self.environment.mark(torch=self._torch_key)
        return None

    def _shotlog(self, detail: Detail) -> str | None:
        spec = self.source.spec
        install = ["install", "--upgrade", "--upgrade-strategy", "only-if-needed"]
        if self.source.is_checkout:
            # Built in a folder of ours: setuptools and others leave files in that of the sources.
            wheels = self.environment.cache / "built"
            shutil.rmtree(wheels, ignore_errors=True)
            self.environment.pip(
                "wheel", "--no-deps", "--wheel-dir", str(wheels), *self._origin(), spec,
                subject="Shotlog", detail=detail,
            )  # fmt: skip
            spec = str(next(wheels.glob("shotlog-*.whl")))
        # torch is named again, so that no other build of it is taken for a newer one.
        self.environment.pip(
            *install, spec, *self._origin(), f"torch=={self.torch.version}", subject="Shotlog",
            detail=detail,
        )  # fmt: skip
        if self.source.path is not None:  # its version may be that of what was here before
            again = ["install", "--force-reinstall", "--no-deps", "--no-index", spec]
            self.environment.pip(*again, subject="Shotlog", detail=detail)
        self.environment.mark(shotlog=self.source.key)
        shutil.rmtree(self.environment.cache, ignore_errors=True)  # all downloads are in place
        return None

    def _origin(self) -> list[str]:
        if self.offline is None:
            return []
        return ["--no-index", "--find-links", str(self.offline)]

    def _command(self, detail: Detail) -> str | None:
        if self.machine.system is System.WINDOWS:
            return f"add {self.environment.scripts} to Path"
        try:
            ours = self.manifest.link(self._link, self.environment.command, "command")
        except OSError as error:
            raise explain(error, self._link) from error
        if not ours:
            return f"{self._link} is there and is not ours; it stays as it is"
        folder = str(self._link.parent)
        on_path = folder in self.machine.environ.get("PATH", "").split(":")
        return None if on_path else f"add {folder} to PATH to call it by its name"


def python_words() -> str:
    """Return this Python, for people."""
    return f"Python {'.'.join(map(str, sys.version_info[:3]))}, {sys.executable}"
