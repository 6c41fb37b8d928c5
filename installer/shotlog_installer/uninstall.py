"""Removal of an installation; settings, models and results go only when the user says so."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from shotlog_installer import service
from shotlog_installer.environment import Environment
from shotlog_installer.errors import InstallError, explain
from shotlog_installer.files import measure, size_text
from shotlog_installer.machine import Machine
from shotlog_installer.manifest import Manifest
from shotlog_installer.removal import remove
from shotlog_installer.steps import Reporter
from shotlog_installer.user_folders import (
    cache_folder,
    config_folder,
    data_folder,
    log_folder,
    state_folder,
)

_STOP_SECONDS = 60.0
_VARIABLES = ("SHOTLOG_CONFIG", "SHOTLOG_HOME", "SHOTLOG_CACHE", "SHOTLOG_MODELS")

Decide = Callable[[str], bool]
"""Asks the user a question."""


def uninstall(
    machine: Machine,
    data: Path,
    manifest: Manifest,
    reporter: Reporter,
    *,
    purge: bool,
    decide: Decide,
) -> None:
    """Remove what the installer made, and on request what Shotlog's work has left.

    Raises:
        InstallError: Something cannot be removed; what remains stays in the list.
    """
    installer = manifest.path.parent
    if manifest.records:
        _stop(machine, manifest, installer)
        service.disable(machine, manifest)
        (installer / "install.log").unlink(missing_ok=True)
        (installer / "lock").unlink(missing_ok=True)
        done = remove(manifest)
        for path in done.kept:
            reporter.tell("kept", f"kept, as you changed it: {path}", path=str(path))
        for path in done.returned:
            reporter.tell("returned", f"yours again: {path}", path=str(path))
        for path in done.filled:
            words = f"kept, as there is something else in it: {path}"
            reporter.tell("kept", words, path=str(path))
        reporter.tell("done", f"Shotlog is removed: {done.removed} files and folders", ok=True)
    if purge:
        _purge(machine, reporter, decide)
    elif left := [path for path in _left(machine) if path.exists()]:
        places = ", ".join(map(str, left))
        words = f"Settings, models and results stay in {places}; --purge removes them, too."
        reporter.tell("left", words, paths=[str(path) for path in left])


def _stop(machine: Machine, manifest: Manifest, installer: Path) -> None:
    """Stop the daemon, which may be using files of the environment."""
    folder = manifest.facts.get("environment")
    if folder is None:
        return
    environment = Environment(Path(folder), machine, installer / "install.log", installer)
    if environment.command.exists():
        with suppress(InstallError):  # an environment that is damaged has no daemon to stop
            environment.run("daemon", "stop", seconds=_STOP_SECONDS)


def _left(machine: Machine) -> Iterator[Path]:
    """Yield the folders that Shotlog's work fills; some systems have one for several purposes."""
    yield from dict.fromkeys((
        config_folder(machine), data_folder(machine), state_folder(machine),
        cache_folder(machine), log_folder(machine),
    ))  # fmt: skip


def _purge(machine: Machine, reporter: Reporter, decide: Decide) -> None:
    for folder in _left(machine):
        if not folder.exists():
            continue
        if decide(f"Delete {folder} ({size_text(measure(folder))} of settings, models, results)?"):
            try:
                shutil.rmtree(folder)
            except OSError as error:
                raise explain(error) from error
            reporter.tell("purged", f"deleted: {folder}", path=str(folder))
    for name in _VARIABLES:
        if machine.environ.get(name):
            words = f"{name} names {machine.environ[name]}, which stays: delete it by hand."
            reporter.tell("left", words, path=machine.environ[name])
