"""The daemon as a service of the user, which starts at login."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from shotlog_installer.environment import Environment
from shotlog_installer.errors import InstallError, explain
from shotlog_installer.machine import Machine, System
from shotlog_installer.manifest import Manifest
from shotlog_installer.processes import clean

PART = "service"

_KINDS = {System.LINUX: "systemd", System.MACOS: "launchd", System.WINDOWS: "windows"}
_SECONDS = 60.0

Run = Callable[[Sequence[str], Mapping[str, str]], int]
"""Runs a command with variables and returns its exit code."""


def service_file(machine: Machine, data: Path) -> Path:
    """Return the file that describes the service."""
    match machine.system:
        case System.LINUX:
            config = machine.folder("XDG_CONFIG_HOME", machine.home / ".config")
            return config / "systemd" / "user" / "shotlog.service"
        case System.MACOS:
            return machine.home / "Library" / "LaunchAgents" / "app.shotlog.daemon.plist"
        case _:
            return data / "installer" / "shotlog.xml"


def enable(environment: Environment, manifest: Manifest, file: Path) -> str | None:
    """Write the service's file and have the system start it at login.

    Returns:
        What the user has to do, if the system's manager does not answer; else None.

    Raises:
        InstallError: The file cannot be made.
    """
    machine = environment.machine
    command = [str(environment.python), "-m", "shotlog.service.daemon.autostart"]
    try:
        made = subprocess.run(  # noqa: S603
            [*command, _KINDS[machine.system]], capture_output=True, check=True,
            env=clean(machine.environ), timeout=_SECONDS,
        )  # fmt: skip
        manifest.write({file: made.stdout}, PART)
    except subprocess.SubprocessError as error:
        raise InstallError(
            "the service", "its description cannot be made", "Run: shotlog doctor"
        ) from error
    except OSError as error:
        raise explain(error, file) from error
    if machine.system is System.LINUX:
        # systemctl makes this link; it is listed, because it may be gone before the service is.
        manifest.make_folders([file.parent], PART)
    manifest.facts["service"] = str(file)
    manifest.save()
    commands = on_commands(machine, file)
    if all(run(each, machine.environ) == 0 for each in commands):
        return None
    by_hand = " && ".join(" ".join(each) for each in commands)
    return f"it is written; turn it on with: {by_hand}"


def disable(machine: Machine, manifest: Manifest) -> None:
    """Stop the service and let the system forget it; its file goes with the manifest."""
    named = manifest.facts.pop("service", None)
    if named is None:
        return
    for each in off_commands(machine, Path(named)):
        run(each, machine.environ)
    if machine.system is System.LINUX:  # where no manager answered, its link may still be there
        wants = Path(named).parent / "default.target.wants"
        link = wants / Path(named).name
        link.unlink(missing_ok=True)
        if wants.is_dir() and not any(wants.iterdir()):
            wants.rmdir()
    manifest.save()


def on_commands(machine: Machine, file: Path) -> list[list[str]]:
    """Return the commands that turn a service on."""
    match machine.system:
        case System.LINUX:
            return [
                ["systemctl", "--user", "daemon-reload"],
                ["systemctl", "--user", "enable", file.name],
            ]
        case System.MACOS:
            return [["launchctl", "load", "-w", str(file)]]
        case _:
            return [["schtasks", "/Create", "/F", "/TN", "Shotlog", "/XML", str(file)]]


def off_commands(machine: Machine, file: Path) -> list[list[str]]:
    """Return the commands that turn a service off."""
    match machine.system:
        case System.LINUX:
            return [["systemctl", "--user", "disable", "--now", file.name]]
        case System.MACOS:
            return [["launchctl", "unload", "-w", str(file)]]
        case _:
            return [["schtasks", "/Delete", "/F", "/TN", "Shotlog"]]


def run(command: Sequence[str], environ: Mapping[str, str]) -> int:
    """Run a command of the system; return its exit code, 127 if it is not there or hangs."""
    if shutil.which(command[0]) is None:
        return 127
    try:
        return subprocess.run(  # noqa: S603
            command, env=dict(environ), capture_output=True, stdin=subprocess.DEVNULL,
            check=False, timeout=_SECONDS,
        ).returncode  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return 127
